/* The agent's bell: its number follows the desk's socket, and an open list is fetched anew. */
document.addEventListener("desk:bell", ({ detail: unread }) => {
  for (const count of document.querySelectorAll("[data-bell-count]")) {
    count.textContent = unread;
    count.hidden = !unread;
  }
  for (const form of document.querySelectorAll("[data-bell-some]")) form.hidden = !unread;
  const list = document.querySelector("[data-bell-list]");
  if (list && !list.contains(document.activeElement)) window.htmx?.ajax("GET", list.dataset.bellList, { source: list, target: list, swap: "innerHTML" });
});
