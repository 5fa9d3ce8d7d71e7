/* A note calls colleagues by @name: who is meant is offered while it is written, and chosen by keys or by touch. */
const BEGUN = /(?:^|[^\p{L}\p{M}\p{N}._])@(?<name>(?:[\p{L}\p{M}\p{N}\u200c'’.-]+ ?){0,4})$/u;
let at = 0;
/* What stood in the field when a name was taken, or the offer was declined: nothing is offered within
   it again. */
let left = "";
let asking = null;

const list = () => document.getElementById("colleagues");
const chosen = (field) => document.getElementById(field.getAttribute("aria-activedescendant"));

/* Where the name begins that is being written, and what there is of it; null where none is. */
function begun(field) {
  if (field.selectionStart !== field.selectionEnd) return null;
  const found = BEGUN.exec(field.value.slice(0, field.selectionStart));
  return found && { start: field.selectionStart - found.groups.name.length, name: found.groups.name };
}

function choose(field, option) {
  chosen(field)?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option.id);
}

function close(field) {
  asking?.abort();
  list().hidden = true;
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}

async function offer(field) {
  const written = begun(field);
  if (!field.value.startsWith(left)) left = "";
  if (!written || written.start <= left.length) return close(field);
  asking?.abort();
  asking = new AbortController();
  const from = `${list().dataset.from}?${new URLSearchParams({ q: written.name })}`;
  const answer = await fetch(from, { signal: asking.signal }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (begun(field)?.name !== written.name) return;
  at = written.start;
  list().replaceChildren(...page.querySelectorAll("li"));
  if (!list().firstElementChild) return close(field);
  list().hidden = false;
  field.setAttribute("aria-controls", list().id);
  choose(field, list().firstElementChild);
}

function take(field, option) {
  const name = `${option.dataset.name} `;
  field.setRangeText(name, at, field.selectionStart, "end");
  left = field.value.slice(0, field.selectionStart);
  close(field);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", ({ target }) => {
  if (target.id === "note-text") offer(target);
});

/* Before anybody else hears the key: Escape leaves the list alone, and Enter is no new line. */
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (field.id !== "note-text" || list().hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
  const options = [...list().children], here = options.indexOf(chosen(field));
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) choose(field, options.at((here + steps[event.key]) % options.length));
  else if (event.key === "Enter" || event.key === "Tab") take(field, options[here]);
  else if (event.key === "Escape") {
    left = field.value.slice(0, field.selectionStart);
    close(field);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

/* The field keeps the focus while a name is pressed. */
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.("#colleagues")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.("#colleagues li");
  if (option) take(document.getElementById("note-text"), option);
});
document.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  if (target.id === "composer") left = "";
});
document.addEventListener("focusout", ({ target }) => {
  if (target.id === "note-text" && !list()?.hidden) close(target);
});
