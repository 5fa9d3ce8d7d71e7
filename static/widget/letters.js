/* The conversation itself: letters, days, states, questions with buttons, and what the chat asks. */
import { button, h, icon, link, linked } from "./dom.js";
import { picture } from "./panel.js";

const APART = 300000;

export class Letters {
  constructor(chat) {
    this.chat = chat;
    this.drawn = new Map();
    const locale = `${chat.settings.language}-u-nu-latn`;
    this.time = new Intl.DateTimeFormat(locale, { timeStyle: "short", hourCycle: "h23" });
    this.day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
    this.ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    this.log = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": chat.words.chat, tabindex: 0, onscroll: () => this.log.scrollTop < 60 && this.earlier() });
    new ResizeObserver(() => this.atEnd !== false && this.toEnd()).observe(this.log);
    this.log.addEventListener("load", () => this.atEnd && this.toEnd(), true);
  }

  toEnd() { this.log.scrollTop = this.log.scrollHeight; }

  earlier() {
    const thread = this.chat.current;
    if (!thread.loaded || !thread.earlier || this.fetching) return;
    this.fetching = this.chat.fillEarlier(thread).catch(() => {}).finally(() => { this.fetching = undefined; });
  }

  // Each piece has a name and a sign of what it shows: one that is the same is left alone.
  draw() {
    const { log, chat } = this, { current, words, settings } = chat;
    this.atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    const below = log.scrollHeight - log.scrollTop, first = this.first;
    const pieces = [], add = (key, sign, make) => pieces.push({ key, sign: JSON.stringify(sign), make });
    if (!current.id || (current.loaded && !current.earlier)) add("greeting", settings.greeting, () => h("p", { class: "letter us", dir: "auto" }, ...linked(settings.greeting)));
    const mine = current.messages.findLast((one) => one.who === "visitor" && one.number);
    let before;
    for (const one of current.messages) {
      const at = new Date(one.at), same = before?.who === one.who && before.name === one.name && at - new Date(before.at) < APART;
      if (new Date(before?.at ?? Date.now()).toDateString() !== at.toDateString()) add(`day ${at.toDateString()}`, "", () => h("p", { class: "day" }, this.dayOf(at)));
      const state = one.failed ? "failed" : !one.number ? (chat.lost ? "waiting" : "sending") : one === mine && (one.seen || current.seen >= one.number ? "seen" : "sent");
      add(one.key, [one.text, one.number, one.deleted, one.chosen, one.failed, state, same], () => this.letter(one, same, state));
      before = one;
    }
    if (chat.typing) add("typing", "", () => h("p", { class: "letter us dots", role: "img", "aria-label": words.typing.replace("%s", chat.typing.name ?? settings.name) }, h("i"), h("i"), h("i")));
    const asked = this.asked ?? (before?.ask && !chat.store.get("email") && !chat.declined && "leave");
    if (asked) add(`ask ${asked}`, "", () => this.form(asked));
    if (this.noted) add("note", this.noted, () => h("p", { class: "day" }, this.noted));
    this.place(pieces);
    this.first = current.firstNumber;
    if (this.shown !== current || this.atEnd) this.toEnd();
    else if (this.first < first) log.scrollTop = log.scrollHeight - below;
    this.shown = current;
  }

  place(pieces) {
    const old = this.drawn;
    this.drawn = new Map();
    let at = this.log.firstChild;
    for (const { key, sign, make } of pieces) {
      const had = old.get(key), element = had?.sign === sign ? had.element : make();
      if (!had && this.shown === this.chat.current) element.classList.add("new");
      if (element === at) at = at.nextSibling;
      else this.log.insertBefore(element, at);
      this.drawn.set(key, { sign, element });
    }
    while (this.log.childElementCount > pieces.length) this.log.lastChild.remove();
  }

  dayOf(at) {
    const days = Math.round((new Date().setHours(12, 0, 0, 0) - new Date(at).setHours(12, 0, 0, 0)) / 864e5);
    return days < 2 ? this.ago.format(-days, "day") : this.day.format(at);
  }

  letter(one, same, state) {
    const { words } = this.chat, me = one.who === "visitor";
    const says = one.deleted ? h("p", { class: "letter gone" }, words.deleted) : one.text && h("p", { class: `letter ${one.choices ? "asks" : me ? "me" : "us"}`, dir: "auto" }, ...linked(one.text));
    return h("div", { class: `row${me ? " mine" : ""}${same ? " same" : ""}` },
      h("span", { class: "unseen" }, `${me ? words.you : one.name ?? ""}: `),
      !me && !same && one.name && h("small", { class: "by" }, picture(one), h("bdi", {}, one.name)),
      says, ...(one.deleted ? [] : one.files ?? []).map((file) => this.file(file)), !one.deleted && one.choices && this.choices(one),
      state && this.state(one, state));
  }

  state(one, state) {
    const { words } = this.chat, time = one.number ? ` ${this.time.format(new Date(one.at))}` : "";
    if (state !== "failed") return h("small", { class: "state" }, (words[state] ?? words.sending) + time);
    return h("small", { class: "state failed" }, icon("alert"), h("span", {}, one.failed),
      button(words.retry, () => this.chat.retry(one)), button(words.remove, () => this.chat.forget(one)));
  }

  file({ name, size, url, inline, local }) {
    const href = local ?? (url && new URL(url, this.chat.origin).href);
    return link(href, { class: inline ? "photo" : "letter file" }, ...(inline ? [h("img", { src: href, alt: name })] : [icon("file"), h("bdi", {}, name), size && h("small", { dir: "ltr" }, sized(size))]));
  }

  /* Those with a mark stand in a row, whose ends are labelled. */
  choices(one) {
    const { chosen, choices } = one, marked = choices.filter(({ mark }) => mark), rest = choices.filter(({ mark }) => !mark), rates = marked.length;
    const choice = ({ value, label, mark, url }) => url ? link(url, { class: "quiet" }, label)
      : button(mark || label, () => this.chat.press(one, value), { "aria-pressed": String(chosen === value), "aria-label": label, class: rates && !mark && "quiet" });
    return h("div", { class: `choices${rates ? " rates" : ""}${chosen ? " done" : ""}`, role: "group", "aria-label": one.text }, ...marked.map(choice),
      rates && h("small", {}, marked[0].label), rates && h("small", {}, marked.at(-1).label), ...(rates && chosen ? [] : rest.map(choice)));
  }

  // What the chat asks -----------------------------------------------------------------------------

  askFor(what) {
    this.asked = what;
    this.noted = "";
    this.draw();
    this.toEnd();
    this.log.querySelector(".ask input, .ask button").focus();
  }

  note(words) {
    this.noted = words;
    this.asked = null;
    this.draw();
  }

  form(what) {
    const { chat } = this, { words } = chat, ends = what === "end";
    const field = !ends && h("input", { type: "email", required: true, autocomplete: "email", dir: "ltr", "aria-label": words.email, placeholder: "name@example.com", value: chat.store.get("email") ?? chat.data.email });
    const cancel = () => { chat.declined ||= what === "leave"; this.note(""); };
    const done = async (event) => {
      event.preventDefault();
      const email = field && field.value.trim();
      try {
        if (what === "transcript") await chat.ask("POST", `/widget/conversations/${chat.current.id}/transcript/`, { email });
        else if (!(ends ? chat.end() : chat.leave(email))) throw new Error(words.offline);
        chat.panel.tell(ends ? "" : words[`${what}_done`].replace("%s", `\u2068${email}\u2069`));
      } catch (problem) { chat.panel.tell(problem.said ?? words.offline); }
    };
    return h("form", { class: "ask", onsubmit: done }, this.asked && h("p", {}, words[`${what}_ask`]), field,
      h("button", { class: "main" }, words[`${what}_do`]), button(words.later, cancel, { class: "quiet" }));
  }
}

export function sized(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
