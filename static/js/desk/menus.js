/* Menus open beside their buttons, are walked by arrows, and give the focus back. */
const GAP = 4;

function place(menu, button) {
  const at = button.getBoundingClientRect(), rtl = document.documentElement.dir === "rtl";
  const width = menu.offsetWidth, height = menu.offsetHeight;
  const up = at.bottom + GAP + height > innerHeight && at.top - GAP - height > 0;
  const ends = at.left + at.width / 2 > innerWidth / 2;
  const left = (rtl ? ends : ends) ? at.right - width : at.left;
  menu.style.position = "fixed";
  menu.style.inset = "auto";
  menu.style.margin = "0";
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(up ? at.top - GAP - height : at.bottom + GAP, innerHeight - height - 8))}px`;
}

let opener = null;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[popovertarget]");
  if (button) opener = button;
}, true);

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("[data-menu]")) return;
  if (event.newState !== "open") return;
  if (opener) place(menu, opener);
  menu.dispatchEvent(new CustomEvent("menu-opened"));
  menu.querySelector("input:not([type=hidden]), .item[aria-current], .item")?.focus();
}, true);

/* Content that comes later makes the menu taller: it is placed again. */
document.addEventListener("htmx:afterSwap", (event) => {
  const menu = document.querySelector("[data-menu]:popover-open");
  if (menu && opener && menu.contains(event.target)) place(menu, opener);
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu]:popover-open");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const items = [...menu.querySelectorAll(".item")].filter((item) => item.checkVisibility());
  if (!items.length) return;
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  const here = items.indexOf(document.activeElement);
  items[(here + step + items.length) % items.length].focus();
});

/* A choice closes the menu; after the head was drawn anew the focus is back on the button of that name. */
let returning = "";
document.addEventListener("htmx:beforeRequest", (event) => {
  const menu = event.target.closest?.("[data-menu]");
  if (event.target.matches?.("form") && event.target.closest("#thread-head")) returning = (menu ? opener?.id : document.activeElement?.id) ?? "";
  if (menu && event.target.matches("form")) menu.hidePopover?.();
});
document.addEventListener("htmx:afterRequest", () => {
  if (!returning) return;
  const id = returning;
  returning = "";
  requestAnimationFrame(() => {
    if (document.activeElement === document.body || !document.activeElement) (document.getElementById(id) ?? document.getElementById("messages"))?.focus({ preventScroll: true });
  });
});

/* Names of tags that are known already. */
document.addEventListener("input", async (event) => {
  const field = event.target;
  if (!field.dataset?.suggest || !field.value) return;
  const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(field.value)}`);
  if (!answer.ok) return;
  const options = (await answer.json()).names.map((name) => Object.assign(document.createElement("option"), { value: name }));
  field.list?.replaceChildren(...options);
});

/* The customer's pane as a drawer, where it has no place of its own. */
document.addEventListener("click", (event) => {
  const pane = document.getElementById("customer");
  const button = document.querySelector("[data-drawer]");
  const wanted = event.target.closest("[data-drawer]") ? !pane.classList.contains("is-open")
    : pane?.classList.contains("is-open") && !event.target.closest("[data-drawer-close]") && (pane.contains(event.target) || Boolean(event.target.closest("[popover]")));
  if (!pane || pane.classList.contains("is-open") === Boolean(wanted)) return;
  pane.classList.toggle("is-open", wanted);
  button?.setAttribute("aria-expanded", String(wanted));
  if (wanted) pane.querySelector("[data-drawer-close]").focus();
  else if (event.target.closest("[data-drawer-close]")) button?.focus();
});
