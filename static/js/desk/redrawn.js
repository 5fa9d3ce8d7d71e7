/* What came in says that an earlier letter is no longer what it was: erased, without a file, or taken back. */
const forget = () => document.querySelectorAll("#timeline [data-redraws]").forEach((line) => line.removeAttribute("data-redraws"));
forget();
document.addEventListener("desk:opened", forget);

document.addEventListener("desk:appended", () => {
  const letters = new Set();
  for (const line of document.querySelectorAll("#timeline [data-redraws]")) {
    const letter = document.querySelector(`#timeline [data-message="${line.dataset.redraws}"]`);
    if (letter) letters.add(letter);
  }
  forget();
  if (letters.size) redraw([...letters]);
});

async function redraw(letters) {
  const ticket = document.getElementById("thread")?.dataset.ticket;
  const numbers = letters.map((letter) => letter.dataset.number);
  const answer = await fetch(`/tickets/${ticket}/items/?numbers=${numbers}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  for (const letter of letters) {
    if (!letter.isConnected) continue;
    const fresh = template.content.getElementById(letter.id);
    if (!fresh) { letter.remove(); continue; }
    letter.replaceWith(fresh);
    htmx.process(fresh);
  }
}
