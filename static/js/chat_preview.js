// What is chosen for the website's chat is seen at once in its picture.

const form = document.querySelector("[data-chat-looks]");
const preview = document.querySelector(".chat-preview");

form.addEventListener("input", show);
show();

function show() {
  const said = new FormData(form);
  for (const place of preview.querySelectorAll("[data-shows]")) {
    place.textContent = said.get(place.dataset.shows).trim() || place.dataset.empty;
  }
  preview.querySelector(".chat-page").dataset.side = said.get("side") ?? "end";
  const accent = said.get("accent");
  if (!/^#[0-9a-f]{6}$/i.test(accent)) return;
  preview.style.setProperty("--chat", accent);
  preview.style.setProperty("--on-chat", isLight(accent) ? "#000" : "#fff");
}

/** Whether black can be read on it better than white (WCAG 2.2, relative luminance), as the chat itself decides. */
function isLight(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
}
