/* The conversation: begins at its end, keeps its place when earlier letters come, counts down what can be undone. */
const scroller = () => document.getElementById("messages");

let ended = 0;
export function toEnd() {
  const box = scroller();
  if (!box) return;
  box.scrollTop = box.scrollHeight;
  ended = box.scrollTop;
}

/* Pictures and letters in frames grow as they come: the end stays in sight until the reader moves. */
let sticking = false;
const growth = new ResizeObserver(() => sticking && toEnd());
function begin() {
  const timeline = document.getElementById("timeline");
  if (!timeline) return;
  sticking = true;
  growth.disconnect();
  growth.observe(timeline);
  toEnd();
}
for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
  document.addEventListener(kind, (event) => { if (event.target.closest?.("#messages")) sticking = false; }, { passive: true });
}
/* However he went up: by the scroll bar, by searching in the page, by a screen reader. */
document.addEventListener("scroll", ({ target: box }) => {
  if (box.id === "messages" && box.scrollTop < ended - 40 && box.scrollHeight - box.scrollTop - box.clientHeight > 40) sticking = false;
}, true);
begin();
document.addEventListener("desk:opened", begin);

/* Earlier letters come above what is being read: what is being read stays where it is. */
let below = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "earlier") below = scroller().scrollHeight - scroller().scrollTop;
});
document.addEventListener("htmx:afterSwap", () => {
  if (below) scroller().scrollTop = scroller().scrollHeight - below;
  below = 0;
});

/* What this page did itself is shown at once, without waiting to be told. */
let asking = null;
export async function catchUp() {
  const thread = document.getElementById("thread");
  const ticket = thread?.dataset.ticket;
  if (!ticket || asking) return asking;
  asking = fetch(`/tickets/${ticket}/since/${thread.dataset.last}/`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  try {
    const answer = await asking;
    if (answer.ok && !answer.redirected && document.getElementById("thread")?.dataset.ticket === ticket) append(thread, await answer.text());
  } catch { /* the connection's banner tells */ } finally { asking = null; }
}

function append(thread, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const item of [...template.content.querySelectorAll("[data-number]")]) {
    thread.dataset.last = Math.max(Number(thread.dataset.last), Number(item.dataset.number));
    if (document.getElementById(item.id)) continue;
    document.getElementById("timeline").append(item);
    htmx.process(item);
  }
  toEnd();
}

document.addEventListener("desk:mine", catchUp);

/* A reply that was taken back leaves the page with its countdown. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.(".by form");
  if (form && form.querySelector(".undo-send")) form.closest(".msg").dataset.undoing = "yes";
});
document.addEventListener("htmx:afterRequest", (event) => {
  const message = event.target.closest?.(".msg[data-undoing]");
  if (message && event.detail.successful) message.remove();
  else if (message) delete message.dataset.undoing;
});
document.addEventListener("desk:withdrawn", (event) => {
  document.querySelector(`.msg[data-message="${event.detail.message}"]`)?.remove();
});

/* By the server's seconds: this computer's clock may be wrong. */
const ends = new WeakMap();
setInterval(() => {
  for (const held of document.querySelectorAll(".delivery.held[data-left]")) {
    if (!ends.has(held)) ends.set(held, performance.now() + 1000 * Number(held.dataset.left));
    const left = Math.ceil((ends.get(held) - performance.now()) / 1000);
    held.textContent = left > 0 ? held.dataset.sending.replace("%s", left) : held.dataset.soon;
    if (left <= 0) held.nextElementSibling?.matches("form") && held.nextElementSibling.remove();
  }
}, 250);
