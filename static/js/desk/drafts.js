/* What is being written is kept on the server: a moment after the last key, and when the page is left. */
const WAIT = 600, AGAIN = 5000;
const KEPT_ALIVE = 60_000; // Bytes that a browser still sends for a page that is gone.
const waiting = new Map();

function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

/* Whom it goes to is kept where the agent chose other than is usual. */
function standsIn(form) {
  const stands = new URLSearchParams({ text: form.querySelector("textarea").value, once: form.elements.once.value });
  for (const field of form.querySelectorAll("[data-usual]")) if (field.value !== field.dataset.usual) stands.set(field.name, field.value);
  return String(stands);
}

/* What could not be kept is tried again: as it stands then, or, where the agent has gone on to another ticket, as it stood. */
async function keep(form, { leaving = false, stood } = {}) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  const body = form.isConnected ? standsIn(form) : stood;
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "PUT",
      headers: { "X-CSRFToken": csrf(), "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true" },
      body,
      keepalive: leaving && body.length < KEPT_ALIVE,
    });
    if (!answer.ok) throw new Error(answer.statusText);
    say(form, "saved");
  } catch {
    say(form, "failed");
    if (!waiting.has(form)) waiting.set(form, setTimeout(() => keep(form, { stood: body }), AGAIN));
  }
}

function say(form, what) {
  const words = form.querySelector(".saved");
  words.textContent = words.dataset[what];
  words.classList.toggle("failed", what === "failed");
}

document.addEventListener("input", (event) => {
  const form = event.target.matches?.("#composer textarea, #composer [data-usual]") && event.target.form;
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
