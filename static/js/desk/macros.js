/* Macros: a reply goes into the composer, and what is done when it leaves stands below it until it is sent or dropped. */
import { write } from "./composer.js";

const chosen = new Map();
let sent = null;

const form = () => document.querySelector("#composer .side-reply");
const ticket = () => document.getElementById("composer")?.dataset.ticket;

export function openMacros() {
  if (!form()) return;
  write("reply");
  document.getElementById("macros").click();
}

function insert(words) {
  const field = document.getElementById("reply-text");
  write("reply");
  if (field.value.trim()) field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  else {
    field.value = words;
    field.setSelectionRange(words.length, words.length);
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/* What was chosen for the ticket, shown beside what is being written; nothing where nothing was. */
function show() {
  const side = form();
  if (!side) return;
  const plan = chosen.get(ticket()), line = side.querySelector("[data-along]"), send = side.querySelector("[data-send]");
  const label = send.querySelector("[data-send-label]");
  send.dataset.then ??= send.value;
  label.dataset.words ??= label.textContent;
  const item = plan?.then && side.querySelector(`#send-menu [value="${plan.then}"]`);
  send.value = plan?.then || send.dataset.then;
  label.textContent = item ? item.firstElementChild.nextSibling.textContent : label.dataset.words;
  side.querySelector('[name="along"]').value = plan?.does ?? "";
  line.querySelector("b").textContent = plan?.waiting ?? "";
  line.hidden = !plan?.waiting;
}

document.addEventListener("click", (event) => {
  const macro = event.target.closest("[data-macro]");
  if (macro) {
    macro.closest("[popover]").hidePopover();
    const { reply, then, does, waiting } = macro.dataset;
    if (then || does) chosen.set(ticket(), { then, does, waiting });
    insert(reply);
    show();
  }
  if (event.target.closest("[data-along-drop]")) {
    chosen.delete(ticket());
    show();
    document.getElementById("reply-text").focus();
  }
});

/* Enter in the search chooses the first that was found. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("#macro-menu [type=search]")) return;
  event.preventDefault();
  document.querySelector("#macro-list .item")?.click();
});

/* What was sent is done with; a reply that is taken back has its plan again. */
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.target !== form() || event.detail.xhr.status >= 300) return;
  sent = { ticket: ticket(), plan: chosen.get(ticket()) };
  chosen.delete(ticket());
});
document.addEventListener("desk:withdrawn", () => {
  if (sent?.plan) chosen.set(sent.ticket, sent.plan);
  show();
});
document.addEventListener("desk:opened", show);
document.addEventListener("htmx:oobAfterSwap", show);
