/* A row opens beside the list: only the thread and the customer change, the list stays where it is. */
/* Places of menus are styles of ours: htmx would copy them as attributes, which the page's policy forbids. */
htmx.config.attributesToSettle = ["class"];

const desk = document.querySelector(".desk");

export const rows = () => [...document.querySelectorAll("#rows .row")];
export const openTicket = () => document.getElementById("thread")?.dataset.ticket;

let turn = 0, place = 0;

/* Of two that are asked for in haste, the later one is shown. One that cannot be had leaves all as it was. */
export async function open(address, { push = true, focus = false } = {}) {
  if (!desk) return location.assign(address);
  const mine = ++turn, shown = addressOf(openTicket());
  htmx.trigger(document.body, "htmx:abort");
  const list = document.getElementById("list"), at = list?.scrollTop;
  if (list?.checkVisibility()) place = at;
  document.getElementById("thread").classList.add("is-loading");
  if (push) history.pushState({ desk: true }, "", address);
  mark();
  document.dispatchEvent(new CustomEvent("desk:leaving"));
  await htmx.ajax("GET", address, { target: "#thread", swap: "outerHTML" }).catch(() => {});
  if (mine !== turn) return;
  if (numberIn(address) !== openTicket()) {
    document.dispatchEvent(new CustomEvent("desk:leaving")); // keys that waited were not meant for what is still shown
    history.replaceState({ desk: true }, "", shown);
  }
  document.getElementById("thread").classList.remove("is-loading");
  if (list) list.scrollTop = at;
  mark();
  if (focus) document.getElementById("messages")?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("desk:opened"));
}

/* Back to the list, which stands as it was left: on a phone it lay under the thread. */
function close() {
  const was = openTicket(), nothing = document.getElementById("no-thread");
  turn += 1;
  htmx.trigger(document.body, "htmx:abort");
  document.dispatchEvent(new CustomEvent("desk:leaving"));
  for (const pane of [...nothing.content.cloneNode(true).children]) document.getElementById(pane.id)?.replaceWith(pane);
  document.title = nothing.dataset.title;
  mark();
  const list = document.getElementById("list");
  if (list) list.scrollTop = place;
  document.querySelector(`#row-${was} .row`)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("desk:opened"));
}

/* Whether the list beside the ticket is the one of that address. */
function isShown(address) {
  const list = document.getElementById("rows"), asked = new URL(address, location);
  if (list?.dataset.searching || asked.searchParams.has("after") || asked.searchParams.has("before")) return false;
  return asked.pathname === document.querySelector("#views a[href]")?.pathname && (asked.searchParams.get("view") || "mine") === list?.dataset.view;
}

/* A click that means this page, not a new tab. */
const isPlain = (event) => !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

const numberIn = (address) => new URL(address, location).pathname.match(/^\/tickets\/(\d+)\//)?.[1];
const addressOf = (ticket) => (ticket ? `/tickets/${ticket}/${location.search}` : location.href);

/* Which row is open follows the address; the row that is opened has been read. */
export function mark() {
  const id = numberIn(location);
  for (const row of rows()) {
    if (row.parentElement.dataset.ticket === id) {
      row.setAttribute("aria-current", "true");
      row.classList.remove("unread");
    } else row.removeAttribute("aria-current");
  }
}

document.addEventListener("click", (event) => {
  if (!isPlain(event)) return;
  const link = event.target.closest("#rows .row, a[data-open]");
  if (!link || !desk) return;
  event.preventDefault();
  open(link.getAttribute("href"));
});

/* On a phone the list lies under the thread: going back shows it as it was. */
document.addEventListener("click", (event) => {
  const back = event.target.closest(".back");
  if (!back || !history.state?.desk) return;
  event.preventDefault();
  history.back();
});

window.addEventListener("popstate", () => {
  if (!desk) return;
  if (numberIn(location)) open(location.href, { push: false });
  else if (isShown(location)) close();
  else location.reload();
});

document.addEventListener("htmx:configRequest", (event) => {
  const view = document.getElementById("rows")?.dataset.view;
  if (view) event.detail.headers["X-Desk-View"] = view;
});

/* An answer about a ticket that is no longer open finds no place here. */
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const fragment = event.detail.fragment?.firstElementChild;
  const ticket = fragment?.matches?.("#thread-head, #composer") && fragment.dataset.ticket;
  if (ticket && ticket !== openTicket()) event.detail.shouldSwap = false;
});

/* Nor does a row that the list does not show. */
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const rows = [...detail.serverResponse.matchAll(/ id="(row-\d+)"[^>]* hx-swap-oob/g)].map((found) => found[1]);
  const lost = rows.filter((id) => !document.getElementById(id));
  if (!lost.length) return;
  const answer = document.createElement("template");
  answer.innerHTML = detail.serverResponse;
  for (const id of lost) answer.content.querySelector(`#${id}`)?.remove();
  detail.serverResponse = answer.innerHTML;
});

/* A list that is on its way shows that the one in sight is no longer it. */
function coming(is) {
  const list = document.getElementById("list");
  list?.classList.toggle("is-loading", is);
  list?.setAttribute("aria-busy", is);
}
document.addEventListener("click", (event) => {
  if (!isPlain(event)) return;
  if (event.target.closest("#views a, .newer")) coming(true);
});
document.addEventListener("submit", (event) => event.target.matches(".search") && coming(true));
window.addEventListener("pageshow", () => coming(false));

/* Where the views stand in one line, the one that is shown is in sight. */
document.querySelector("#views [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

/* Rows that were replaced are marked again; words that came behind the fold load when they are reached. */
const list = document.getElementById("rows");
if (list) new MutationObserver(mark).observe(list, { childList: true });
