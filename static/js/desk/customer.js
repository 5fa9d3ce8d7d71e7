/* Small things of the customer's pane and of choosing a customer. */
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches?.("[data-notes]") || !event.detail.successful) return;
  const words = event.target.closest(".card").querySelector(".saved");
  words.textContent = words.dataset.saved;
  setTimeout(() => { words.textContent = ""; }, 2500);
});

document.addEventListener("click", (event) => {
  const chooser = event.target.closest("[data-chooser]");
  if (!chooser) return;
  const suggestion = event.target.closest(".suggestions .item");
  if (suggestion) {
    event.preventDefault();
    choose(chooser, suggestion.value, suggestion.dataset.name);
  } else if (event.target.closest("[data-unchoose]")) choose(chooser, "", "");
});

function choose(chooser, id, name) {
  chooser.querySelector('[name="customer"]').value = id;
  chooser.querySelector("[data-chosen]").textContent = name;
  chooser.querySelector(".chosen").hidden = !id;
  chooser.querySelector(".suggestions").replaceChildren();
  const field = chooser.querySelector('[name="address"]');
  field.hidden = Boolean(id);
  field.value = "";
  if (!id) field.focus();
}
