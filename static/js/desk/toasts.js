import { open } from "./navigation.js";

/* A toast stays while it is read or held, then goes by itself. What failed says so and can be tried again. */
const STAY = 10_000;
const region = document.getElementById("toasts");

function watch(toast) {
  let timer;
  const start = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), STAY); };
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", start);
  start();
  while (region.children.length > 1) region.firstElementChild.remove();
}

new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) if (node.matches?.(".toast")) watch(node);
}).observe(region, { childList: true });
for (const toast of region.querySelectorAll(".toast")) watch(toast);

export function undo() {
  const last = [...region.querySelectorAll("[data-undo]")].at(-1);
  last?.requestSubmit();
  return Boolean(last);
}

document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest(".toast")?.remove());
document.addEventListener("htmx:beforeRequest", (event) => {
  const toast = event.target.matches?.("[data-undo]") && event.target.closest(".toast");
  if (!toast) return;
  const reply = event.target.getAttribute("hx-post").match(/\/replies\/(\d+)\/$/);
  if (reply) toast.dataset.reply = reply[1];
  toast.hidden = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const toast = event.target.closest?.(".toast[hidden]");
  if (!toast) return;
  if (!event.detail.successful) return void (toast.hidden = false);
  if (toast.dataset.reply) document.dispatchEvent(new CustomEvent("desk:withdrawn", { detail: { message: toast.dataset.reply } }));
  toast.remove();
});

/* By the same button: it says what is to be done. */
function submitAgain(form, button) {
  if (form.isConnected && (!button || button.form === form)) form.requestSubmit(button);
}

/* How to do it again: a form by its button, a stretch of a list, a ticket unless there is none. */
function againOf(source, target, xhr, asked) {
  if (source?.matches?.("form")) return source.closest(".toast") ? undefined : () => submitAgain(source, asked.triggeringEvent?.submitter);
  if (source?.matches?.("[hx-get][hx-trigger*=again]")) return () => htmx.trigger(source, "again");
  if (target?.id === "thread" && xhr.status !== 404) return () => open(asked.path);
}

function failed(event, words) {
  const { elt: source, target, xhr, requestConfig } = event.detail, toast = document.createElement("div"), text = document.createElement("span");
  toast.className = "toast bad";
  text.textContent = words;
  toast.append(text);
  const retry = againOf(source, target, xhr, requestConfig);
  if (retry) {
    const again = Object.assign(document.createElement("button"), { type: "button", className: "mini-retry", textContent: region.dataset.retry });
    again.addEventListener("click", () => { toast.remove(); retry(); });
    toast.append(again);
  }
  region.append(toast);
  document.getElementById("thread")?.classList.remove("is-loading");
}
document.addEventListener("htmx:sendError", (event) => failed(event, region.dataset.offline));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) failed(event, event.detail.xhr.status === 404 ? region.dataset.missing : region.dataset.error);
});
