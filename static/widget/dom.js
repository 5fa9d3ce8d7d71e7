/* Elements without HTML: what anybody wrote is only ever text. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 6l-6 6 6 6",
  more: "M5 12h.1M12 12h.1M19 12h.1",
  send: "M12 19V5M6 11l6-6 6 6",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 5 5l-8 8a1.7 1.7 0 0 1-3-3l8-7",
  camera: "M3 8h4l2-3h6l2 3h4v11H3zM12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 14c2 3 6 3 8 0M9 9v1M15 9v1",
  file: "M6 3h8l4 4v14H6z",
  alert: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 8v5M12 16v.1",
};
const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export const button = (label, onclick, attributes) => h("button", { type: "button", onclick, ...attributes }, label);

/* A button that shows an icon and says a word. */
export const tool = (name, title, press) => button(icon(name), press, { class: `tool ${name}`, "aria-label": title, title });

export const link = (href, attributes, ...children) => h("a", { href, target: "_blank", rel: "noopener", ...attributes }, ...children);

/* A box that a button opens and closes; arrow keys go through what is in it, `across` at a time up and down. */
export function drawer(button, box, across = 1) {
  const say = (open) => { box.hidden = !open; button.setAttribute("aria-expanded", open); };
  box.toggle = () => { say(box.hidden); (box.hidden ? button : box.firstChild).focus(); };
  box.onkeydown = (event) => {
    const all = [...box.children], ahead = box.closest("[dir]").dir === "rtl" ? -1 : 1;
    const step = { ArrowDown: across, ArrowUp: -across, ArrowRight: ahead, ArrowLeft: -ahead }[event.key];
    if (!step) return;
    event.preventDefault();
    all.at((all.indexOf(event.target) + step) % all.length).focus();
  };
  say(false);
  return box;
}

const ADDRESS = /https?:\/\/[^\s<>"'\p{C}]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;

/* The words with their addresses as links: web and mail only, opened elsewhere, told nothing of this page. */
export function linked(text) {
  const parts = [];
  let done = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(/[.,;:!?،؛؟»]+$/, "").replace(/\)+$/, (end) => (found[0].includes("(") ? end : ""));
    const target = address.includes("://") ? address : `mailto:${address}`;
    if (!URL.canParse(target)) continue;
    parts.push(text.slice(done, found.index), link(target, { dir: "ltr" }, address));
    done = found.index + address.length;
  }
  return [...parts, text.slice(done)];
}
