/* Letters in frames: as tall as what they hold. The frame may not run scripts; its page is ours, so we can measure it. */
function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  frame.style.blockSize = "0";
  frame.style.blockSize = `${Math.min(page.scrollHeight + 2, 20_000)}px`;
}

document.addEventListener("load", (event) => {
  if (!event.target.matches?.("iframe[data-frame]")) return;
  const box = document.getElementById("messages");
  const atEnd = box && box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  fit(event.target);
  if (atEnd) box.scrollTop = box.scrollHeight;
  event.target.contentDocument?.addEventListener("toggle", () => fit(event.target), true);
  event.target.contentDocument?.addEventListener("keydown", (pressed) => handOn(event.target, pressed));
  for (const image of event.target.contentDocument?.images ?? []) image.addEventListener("load", () => fit(event.target));
}, true);

/* Whoever has clicked into a letter still works by keys. */
function handOn(frame, pressed) {
  const again = new KeyboardEvent("keydown", { ...keysOf(pressed), bubbles: true, cancelable: true });
  if (!frame.dispatchEvent(again)) pressed.preventDefault();
}

const keysOf = ({ key, code, ctrlKey, metaKey, altKey, shiftKey }) => ({ key, code, ctrlKey, metaKey, altKey, shiftKey });

let resizing;
addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => document.querySelectorAll("iframe[data-frame]").forEach(fit), 150);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-images]");
  if (!button) return;
  button.parentElement.querySelector("iframe").src = button.dataset.images;
  button.remove();
});

document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.matches?.("[data-original][open]") || details.querySelector("iframe")) return;
  const frame = document.createElement("iframe");
  frame.className = "mail";
  frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  frame.title = details.querySelector("summary").textContent;
  frame.dataset.frame = "";
  frame.src = details.dataset.original;
  details.append(frame);
}, true);
