/* What the visitor sees. Drawn anew from the conversation at each change; what is already right stays where it is. */
import { Composer } from "./composer.js";
import { button, drawer, h, tool } from "./dom.js";
import { Letters } from "./letters.js";
import { style } from "./style.js";

const PHONE = "(max-width: 480px), (max-height: 480px)";

export class Panel {
  constructor(chat) {
    this.chat = chat;
    const { words, settings } = chat, sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    chat.root.adoptedStyleSheets = [...chat.root.adoptedStyleSheets, sheet];
    this.letters = new Letters(chat);
    this.composer = new Composer(chat);
    this.said = h("p", { class: "unseen", "aria-live": "polite", role: "status" });
    this.face = h("span", { class: "faces", "aria-hidden": "true" });
    this.name = h("b", { dir: "auto" });
    this.line = h("small");
    this.backer = tool("back", words.mine, () => this.show(true));
    this.more = tool("more", words.more, () => this.offer());
    this.menu = drawer(this.more, h("div", { class: "menu", role: "group", "aria-label": words.more }));
    this.header = h("header", {}, this.backer, this.face, h("div", { class: "about" }, this.name, this.line), this.more, tool("close", words.close, () => this.close()), this.menu);
    this.trouble = h("p", { class: "trouble", role: "status", hidden: true });
    this.list = h("ul", { class: "list", hidden: true });
    this.ending = h("footer", { class: "over", hidden: true }, h("p", {}, words.ended), button(words.new, () => this.begin(), { class: "main" }));
    this.panel = h("dialog", { "aria-label": settings.name, tabindex: -1, onkeydown: (event) => this.key(event) },
      this.header, this.trouble, this.letters.log, this.list, this.composer.form, this.ending, this.said);
    for (const kind of ["dragover", "dragleave", "drop"]) this.panel.addEventListener(kind, (event) => this.drag(event));
    this.phone = matchMedia(PHONE);
    this.phone.addEventListener("change", () => this.fit());
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", () => this.shade());
    visualViewport.addEventListener("resize", () => this.fit());
    chat.box.append(this.panel);
    this.shade();
  }

  // Open and closed --------------------------------------------------------------------------------

  get opened() { return this.panel.open; }
  get showsThread() { return this.opened && !this.listing; }

  open() {
    this.fit(true);
    this.draw();
    this.letters.toEnd();
    this.composer.focus(this.phone.matches ? this.panel : undefined);
    this.chat.look();
  }

  close() {
    this.fit(false);
    this.chat.bubble.focus();
  }

  /* On a phone it fills the screen: what is behind it cannot be reached, and stays where it is. */
  fit(open = this.opened) {
    const { panel, phone, chat } = this, { style } = document.documentElement, full = open && phone.matches;
    if (full !== !!this.full || !open) panel.close();
    if (open && !panel.open) full ? panel.showModal() : panel.show();
    if (full !== !!this.full) [style.overflow, this.overflow] = [full ? "hidden" : this.overflow, style.overflow];
    this.full = full;
    chat.bubble.hidden = open;
    chat.box.style.setProperty("--high", `${visualViewport.height}px`);
  }

  /* Dark where the page itself can be. */
  shade() {
    const page = getComputedStyle(document.documentElement).colorScheme + document.querySelector("meta[name=color-scheme]")?.content;
    this.chat.box.classList.toggle("dark", page.includes("dark") && this.dark.matches);
  }

  key(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      const open = [this.menu, this.composer.picker].find((one) => !one.hidden);
      open ? open.toggle() : this.close();
    }
  }

  drag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.panel.classList.toggle("dropping", event.type === "dragover");
    if (event.type === "drop" && this.showsThread) this.composer.add(event.dataTransfer.files);
  }

  // The menu ---------------------------------------------------------------------------------------

  offer() {
    const { chat, menu } = this, { words, store } = chat, sound = !!store.get("sound"), { id, state } = chat.current;
    const item = (label, press, pressed) => button(label, () => { menu.toggle(); press(); }, { "aria-pressed": pressed });
    menu.replaceChildren(...[
      chat.threads.length && item(words.new, () => this.begin()),
      item(words.sound, () => { store.set("sound", !sound); sound || this.chime(); }, String(sound)),
      ...["leave", "transcript", "end"].map((what) => id && (state !== "ended" || what === "transcript") && item(words[what], () => this.letters.askFor(what))),
    ].filter(Boolean));
    menu.toggle();
  }

  // Drawing ----------------------------------------------------------------------------------------

  draw() {
    const { chat } = this, { words, settings, current, threads, typing } = chat;
    const agent = typing || current.messages.findLast((one) => one.who === "agent" && one.name);
    const people = agent ? [agent] : settings.agents;
    this.face.replaceChildren(...(people.length ? people.slice(0, 3) : [{ name: settings.name }]).map(picture));
    this.name.textContent = this.listing ? words.mine : agent?.name ? `${agent.name} · ${settings.name}` : settings.name;
    this.line.textContent = typing ? words.typing.replace("%s", typing.name ?? settings.name) : settings.hours.open ? settings.reply : settings.hours.text;
    this.backer.hidden = !threads.length || this.listing;
    this.trouble.hidden = !(chat.lost || chat.denied);
    this.trouble.textContent = chat.denied ? words.unavailable : words.offline;
    const over = current.state === "ended" || chat.denied;
    this.letters.log.hidden = !!this.listing;
    this.list.hidden = !this.listing;
    this.composer.form.hidden = this.listing || over;
    this.ending.hidden = !this.listing && !over;
    this.ending.firstChild.hidden = this.listing || chat.denied;
    if (this.listing) this.drawList();
    else this.letters.draw();
    this.composer.draw();
  }

  drawList() {
    const { threads, words } = this.chat;
    this.list.replaceChildren(...threads.map((one) => h("li", {}, h("button", { type: "button", onclick: () => { this.show(false); this.chat.choose(one); this.composer.focus(); } },
      h("b", { dir: "auto" }, one.subject || one.last?.text), one.unread && h("i", {}, one.unread),
      h("span", { dir: "auto" }, one.last?.text), one.last && h("time", {}, this.letters.dayOf(new Date(one.last.at)))))));
  }

  show(listing) {
    this.listing = listing;
    this.draw();
    if (listing) this.list.querySelector("button")?.focus();
  }

  begin() {
    this.show(false);
    this.chat.begin();
    this.composer.focus();
  }

  // Telling ----------------------------------------------------------------------------------------

  tell(words) {
    this.said.textContent = words;
    this.letters.note(words);
  }

  announce({ name, text }) {
    this.said.textContent = [name, text].filter(Boolean).join(": ");
    if (this.chat.store.get("sound")) this.chime();
  }

  chime() {
    this.audio ??= new AudioContext();
    const { audio } = this, at = audio.currentTime, tone = audio.createOscillator(), gain = audio.createGain();
    tone.connect(gain).connect(audio.destination);
    tone.frequency.value = 740;
    gain.gain.setValueAtTime(.08, at);
    gain.gain.linearRampToValueAtTime(0, at + .5);
    tone.start();
    tone.stop(at + .5);
  }
}

export function picture({ name = "", picture: address }) {
  const initials = name.split(/\s+/).slice(0, 2).map((word) => [...word][0]).join("\u200c");
  return h("span", { class: "face" }, address ? h("img", { src: new URL(address, import.meta.url), alt: "" }) : initials);
}
