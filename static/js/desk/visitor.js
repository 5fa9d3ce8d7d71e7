/* Who talks with us just now: whether he is here and writes, up to where he has read. The names come over the socket. */
const TYPING_FOR = 12000, SOON = 250;
const line = () => document.getElementById("visitor-typing");
let quiet, soon;

document.addEventListener("desk:visitor", ({ detail: name }) => {
  if (name.visitor !== Number(document.getElementById("visitor")?.dataset.ticket ?? document.getElementById("thread")?.dataset.ticket)) return;
  if ("typing" in name) types(name.typing);
  else { clearTimeout(soon); soon = setTimeout(fetchAgain, SOON); }
});

function types(typing) {
  const box = document.getElementById("messages"), words = line();
  if (!words) return;
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  words.textContent = typing ? words.dataset.words : "";
  if (atEnd) box.scrollTop = box.scrollHeight;
  clearTimeout(quiet);
  if (typing) quiet = setTimeout(() => types(false), TYPING_FOR);
}

/* What he wrote is there: he writes no more. */
document.addEventListener("desk:appended", ({ detail: { kinds } }) => {
  if (kinds.has("customer")) types(false);
});

async function fetchAgain() {
  const shown = document.getElementById("visitor"), ticket = document.getElementById("thread")?.dataset.ticket;
  if (!shown) return;
  const open = shown.querySelector("details")?.open, focused = shown.contains(document.activeElement);
  await htmx.ajax("GET", `/tickets/${ticket}/visitor/`, { source: "#visitor", target: "#visitor", swap: "outerHTML" });
  const details = document.querySelector("#visitor details");
  if (details && open) details.open = true;
  if (focused) details?.querySelector("summary").focus();
}

/* The last of our letters that he has read says so. */
function mark() {
  const seen = Number(document.getElementById("visitor")?.dataset.seen ?? 0);
  const read = [...document.querySelectorAll('#timeline .msg[data-kind="reply"]')].findLast((one) => Number(one.dataset.number) <= seen);
  for (const old of document.querySelectorAll("#timeline .seen-mark")) if (!read?.contains(old)) old.remove();
  if (!read || read.querySelector(".seen-mark")) return;
  const words = document.createElement("span");
  words.className = "seen-mark";
  words.textContent = line()?.dataset.seen ?? "";
  read.querySelector(".by").append(words);
}

/* Whatever draws a letter, draws it without the mark. */
new MutationObserver(mark).observe(document.querySelector(".desk") ?? document.body, { childList: true, subtree: true });
mark();
