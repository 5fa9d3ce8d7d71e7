/* Keys. On a keyboard of other letters the key in the same place counts: `key` where it is Latin, else `code`. */
import { open, rows } from "./navigation.js";
import { write } from "./composer.js";
import { openMacros } from "./macros.js";
import { undo } from "./toasts.js";

const CODES = { KeyJ: "j", KeyK: "k", KeyR: "r", KeyN: "n", KeyM: "m", KeyA: "a", KeyE: "e", KeyU: "u", Slash: "/" };

export function letter(event) {
  if (event.key === "Enter" || /^[\x21-\x7e]$/.test(event.key)) return event.key;
  if (event.code === "Slash" && event.shiftKey) return "?";
  return event.key === "؟" ? "?" : CODES[event.code];
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row === document.activeElement);
  const current = here >= 0 ? here : all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[Math.min(all.length - 1, Math.max(0, current + by))];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  r: () => write("reply"),
  n: () => write("note"),
  m: () => openMacros(),
  a: () => document.querySelector('#thread-head [data-act="mine"]')?.click(),
  e: () => document.querySelector('#thread-head [data-act="solve"]')?.click(),
  u: () => undo(),
  "/": () => document.getElementById("search")?.select() ?? document.getElementById("search")?.focus(),
  "?": () => document.getElementById("help")?.showModal(),
};

/* A key for a ticket that is still coming waits for it, with all that is typed behind it. */
const OF_TICKET = "rnmae";
let waiting = "", typed = "";

function waits(event) {
  if (!document.querySelector("#thread.is-loading")) return false;
  if (!waiting && OF_TICKET.includes(letter(event) ?? " ")) waiting = letter(event);
  else if (waiting && event.key.length === 1) typed += event.key;
  return waiting !== "";
}

document.addEventListener("desk:leaving", () => (waiting = typed = ""));
document.addEventListener("desk:opened", () => {
  if (waiting) ACTS[waiting]();
  const field = document.activeElement;
  if (typed && "rn".includes(waiting) && field?.matches("textarea")) {
    field.setRangeText(typed, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  waiting = typed = "";
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target.matches?.("textarea, #search")) return event.target.blur();
  if (document.body.dataset.shortcuts === "off") return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog, [popover]")) return;
  if (letter(event) === "Enter") {
    const row = event.target.closest?.("#rows .row");
    if (!row) return;
    event.preventDefault();
    return open(row.getAttribute("href"), { focus: true });
  }
  if (waits(event)) return event.preventDefault();
  const act = ACTS[letter(event)];
  if (!act) return;
  event.preventDefault();
  act();
});
