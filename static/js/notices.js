/* Notices of the browser itself, where an agent wishes for them: the choice is the browser's, as its permission is. */
const KEY = "desk-notices";
const wished = () => window.Notification?.permission === "granted" && localStorage.getItem(KEY) === "on";

/* Tell of a ticket, once at a time; a press leads there. */
export function notice(words, ticket) {
  if (!wished()) return;
  const told = new Notification(words, { tag: `ticket-${ticket}` });
  told.onclick = () => {
    window.focus();
    const row = document.querySelector(`#rows [data-ticket="${ticket}"] a`);
    if (row) row.click();
    else location.assign(`/tickets/${ticket}/`);
    told.close();
  };
}

/* The profile's button for it. */
const part = document.querySelector("[data-notices]");
if (part && window.Notification) {
  const button = part.querySelector("button");
  const show = () => {
    button.textContent = wished() ? button.dataset.off : button.dataset.on;
    part.querySelector("[data-forbidden]").hidden = Notification.permission !== "denied";
  };
  button.addEventListener("click", async () => {
    const on = !wished() && await Notification.requestPermission() === "granted";
    localStorage.setItem(KEY, on ? "on" : "off");
    show();
  });
  part.hidden = false;
  show();
}
