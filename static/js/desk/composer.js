/* Writing: the tab, the direction, how to send, and a warning when a colleague was quicker. */
const composer = () => document.getElementById("composer");
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);

export function write(kind) {
  const tab = composer()?.querySelector(`[name="tab"][value="${kind}"]`);
  if (!tab) return;
  tab.checked = true;
  const field = document.getElementById(`${kind}-text`);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.('.tabs [name="tab"]')) document.getElementById(`${event.target.value}-text`)?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || event.isComposing) return;
  const form = event.target.closest?.("#composer form");
  if (!form) return;
  event.preventDefault();
  const then = event.shiftKey && form.querySelector('[name="then"][value="solved"]');
  (then || form.querySelector(".send > .btn.main")).click();
});

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-direction]");
  if (!toggle) return;
  const field = toggle.closest("form").querySelector("textarea");
  const next = { auto: "rtl", rtl: "ltr", ltr: "auto" }[field.getAttribute("dir")] ?? "auto";
  field.setAttribute("dir", next);
  toggle.dataset.dir = next;
  toggle.title = toggle.dataset[next];
  field.focus();
});

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-copies]");
  if (!choice) return;
  const field = choice.closest("form").querySelector('[name="cc"]');
  field.value = choice.dataset.copies;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("input", (event) => {
  if (!event.target.closest?.("#composer textarea")) return;
  document.dispatchEvent(new CustomEvent("desk:typing", { detail: { typing: event.target.value !== "", reply: event.target.id === "reply-text" } }));
});

/* A colleague's reply that comes while one is being written is told, never in the way. */
new MutationObserver((changes) => {
  const written = document.getElementById("reply-text")?.value.trim();
  if (!written) return;
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (!node.matches?.('.msg[data-kind="reply"]:not([data-mine])') || node.parentElement?.id !== "timeline") continue;
    if (Number(node.dataset.number) <= Number(composer().querySelector('[name="seen_number"]').value)) continue;
    const warning = composer().querySelector("[data-warning]");
    warning.textContent = warning.dataset.words.replace("%s", node.querySelector("h3").textContent.trim());
    warning.hidden = false;
  }
}).observe(document.querySelector(".desk") ?? document.body, { childList: true, subtree: true });

/* The keyboard's own names for the keys. */
function name(root) {
  if (mac) return;
  for (const key of root.querySelectorAll("kbd[data-mod]")) key.textContent = "Ctrl ↵";
  for (const key of root.querySelectorAll("kbd[data-mod-shift]")) key.textContent = "Ctrl ⇧ ↵";
}
name(document);
document.addEventListener("desk:opened", () => name(document));
document.addEventListener("htmx:oobAfterSwap", () => name(document));
