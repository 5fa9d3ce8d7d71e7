/* The theme is drawn by CSS alone; this shows a choice at once, before it is saved. */
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-theme-choice]")) document.documentElement.dataset.theme = event.target.value;
});
