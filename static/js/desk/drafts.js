/* What is being written is kept on the server: a moment after the last key, and when the page is left. */
const WAIT = 600;
const waiting = new Map();

function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

async function keep(form, { leaving = false } = {}) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  const words = form.querySelector(".saved"), text = form.querySelector("textarea").value;
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "PUT",
      headers: { "X-CSRFToken": csrf(), "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true" },
      body: new URLSearchParams({ text }),
      keepalive: leaving && text.length < 15_000,
    });
    if (!answer.ok) throw new Error(answer.statusText);
    form.dataset.kept = text;
    say(words, "saved");
  } catch {
    say(words, "failed");
    if (!leaving) waiting.set(form, setTimeout(() => form.isConnected && keep(form), 5000));
  }
}

function say(words, what) {
  words.textContent = words.dataset[what];
  words.classList.toggle("failed", what === "failed");
}

document.addEventListener("input", (event) => {
  const form = event.target.matches?.("#composer textarea") && event.target.form;
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keep(form), WAIT));
});

function keepAll() {
  for (const form of waiting.keys()) if (form.isConnected) keep(form, { leaving: true });
}

/* A draft that is being sent is not kept any more: the server has taken it. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("#composer form");
  if (form && waiting.has(form)) { clearTimeout(waiting.get(form)); waiting.delete(form); }
});
document.addEventListener("desk:leaving", keepAll);
window.addEventListener("pagehide", keepAll);
document.addEventListener("visibilitychange", () => document.hidden && keepAll());
