// The board changes by itself: when a ticket's name comes over the socket its parts are fetched anew, at most every
// 5 s, and each half minute, since waiting grows by itself. Not in a hidden tab, not while somebody chooses on it.

const AT_MOST = 5000, AT_LEAST = 30000;
let last = Date.now(), timer, fetching = false;

document.addEventListener("desk:changed", soon);
document.addEventListener("visibilitychange", () => Date.now() - last > AT_LEAST && soon());
setInterval(() => Date.now() - last >= AT_LEAST && soon(), AT_MOST);

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
    if (response.ok) place(await response.text());
  } catch {
    // The socket's banner tells that the connection is lost; the next turn tries again.
  } finally {
    fetching = false;
  }
}

const busy = (board) => board.querySelector(".htmx-request") || board.contains(document.activeElement) && document.activeElement.matches("select");

function place(html) {
  const board = document.getElementById("board");
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  if (!fresh || busy(board)) return;
  for (const open of board.querySelectorAll("details[open]")) fresh.querySelector(`#${open.id}`)?.setAttribute("open", "");
  const focused = board.contains(document.activeElement) ? document.activeElement : undefined;
  const links = [...board.querySelectorAll("a, summary")], place = links.indexOf(focused);
  board.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (place >= 0) [...fresh.querySelectorAll("a, summary")][place]?.focus({ preventScroll: true });
}
