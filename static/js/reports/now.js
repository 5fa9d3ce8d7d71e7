// The board changes by itself: when a ticket's or an agent's name comes over the socket its parts are fetched anew, at
// most every 5 s, and each half minute, since waiting grows by itself. Not in a hidden tab, not while somebody chooses
// on it. What is changed on the board shows at once, and goes back when the server does not take it.

import "../desk/toasts.js";

const AT_MOST = 5000, AT_LEAST = 30000, FOCUSABLE = "a, summary";
let last = Date.now(), timer, fetching = false;

document.addEventListener("desk:changed", soon);
document.addEventListener("desk:agent", soon);
document.addEventListener("visibilitychange", () => Date.now() - last > AT_LEAST && soon());
setInterval(() => Date.now() - last >= AT_LEAST && soon(), AT_MOST);

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "board" || event.detail.isError) return;
  event.detail.shouldSwap = false;
  place(event.detail.serverResponse);
});
for (const failed of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failed, (event) => event.detail.elt.closest("#board form")?.reset());
}

function soon() {
  if (timer || document.hidden) return;
  timer = setTimeout(refresh, Math.max(300, last + AT_MOST - Date.now()) * (0.8 + Math.random() * 0.4));
}

async function refresh() {
  timer = undefined;
  const board = document.getElementById("board");
  if (document.hidden || fetching) return;
  if (busy(board)) { soon(); last = Date.now(); return; }
  fetching = true;
  last = Date.now();
  try {
    const response = await fetch(board.dataset.board, { headers: { "X-Live": "1" }, credentials: "same-origin" });
    if (response.redirected) { location.reload(); return; }
    const html = response.ok && await response.text();
    if (html && !busy(document.getElementById("board"))) place(html);
  } catch {
    // The socket's banner tells that the connection is lost; the next turn tries again.
  } finally {
    fetching = false;
  }
}

function busy(board) {
  const field = board.contains(document.activeElement) && document.activeElement;
  return board.querySelector(".htmx-request") || field && (field.matches("select") || field.matches("input") && field.value !== field.defaultValue);
}

function place(html) {
  const board = document.getElementById("board");
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  if (!fresh) return;
  for (const open of board.querySelectorAll("details[open]")) fresh.querySelector(`#${open.id}`)?.setAttribute("open", "");
  const focused = board.contains(document.activeElement) ? document.activeElement : undefined;
  const place = [...board.querySelectorAll(FOCUSABLE)].indexOf(focused);
  board.replaceWith(fresh);
  window.htmx?.process(fresh);
  const again = focused?.id ? fresh.querySelector(`#${CSS.escape(focused.id)}`) : place >= 0 && [...fresh.querySelectorAll(FOCUSABLE)][place];
  if (again) again.focus({ preventScroll: true });
}
