/* An editor that the server draws anew keeps what was typed or chosen while its answer was on the way. Its swap settles
   at once (settle:0ms): until then htmx does not hear what is chosen in what is new. */
const asked = new WeakMap();
let late = [];

const fields = (form) => [...form.elements].filter((field) => field.name && field.matches("input:not([type=hidden]), select, textarea"));
const key = (field) => (field.matches("[type=checkbox], [type=radio]") ? `${field.name}=${field.value}` : field.name);
const state = (field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked : field.value);

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("#editor");
  if (form) asked.set(form, new Map(fields(form).map((field) => [key(field), state(field)])));
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const before = event.target.id === "editor" && asked.get(event.target);
  late = before ? fields(event.target).filter((field) => before.get(key(field)) !== state(field)) : [];
});

document.addEventListener("htmx:afterSettle", () => {
  const form = document.getElementById("editor");
  if (!form || !late.length) return;
  const changed = late;
  late = [];
  for (const was of changed) {
    const field = fields(form).find((one) => key(one) === key(was));
    if (!field) continue;
    if (typeof state(was) === "boolean") field.checked = was.checked;
    else field.value = was.value;
    if (field.hasAttribute("hx-post")) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
