/* Writing: words, files and emoji. */
import { button, drawer, h, icon, tool } from "./dom.js";
import { sized } from "./letters.js";

const EMOJI = "😀😂🙂😍🤔😅😢👍👎🙏👏👋💙🎉✅☕📦🎁", ACROSS = 6;

export class Composer {
  constructor(chat) {
    this.chat = chat;
    this.files = [];
    const { words, settings, store } = chat;
    this.text = h("textarea", {
      rows: 1, "aria-label": words.write, placeholder: words.write, maxlength: settings.limits.text, enterkeyhint: "send",
      oninput: () => { store.set("draft", this.text.value); chat.sayTyping(!!this.text.value.trim()); this.draw(); },
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.send();
      },
      onpaste: (event) => {
        const { files } = event.clipboardData;
        if (files.length) { event.preventDefault(); this.add(files); }
      },
    }, store.get("draft"));
    const pick = (attributes) => h("input", { type: "file", multiple: true, hidden: true, ...attributes, onchange: ({ target }) => { this.add(target.files); target.value = ""; } });
    const any = pick({}), camera = pick({ accept: "image/*", capture: "environment" });
    this.smile = tool("smile", words.emoji, () => this.picker.toggle());
    this.picker = drawer(this.smile, h("div", { class: "emoji", role: "group", "aria-label": words.emoji }, ...[...EMOJI].map((one) => button(one, () => this.insert(one)))), ACROSS);
    this.sender = h("button", { class: "send", "aria-label": words.send, title: words.send }, icon("send"));
    this.chips = h("ul", { class: "chips" });
    this.questions = h("div", { class: "questions" }, ...settings.questions.map(({ name, label, type, required }) => h("label", {}, label, h("input", { name, type, required, dir: "auto", autocomplete: name, value: chat.data[name] }))));
    this.form = h("form", { class: "composer", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.send(); } }, this.questions, this.chips, this.picker,
      h("div", { class: "field" }, this.text, any, camera, matchMedia("(pointer: coarse)").matches && tool("camera", words.photo, () => camera.click()), tool("clip", words.attach, () => any.click()), this.smile, this.sender));
  }

  focus(element = this.text) { element.focus(); }

  draw() {
    const { chat, text } = this;
    this.questions.hidden = !this.questions.children.length || !!chat.current.messages.length || !!chat.threads.length;
    this.sender.disabled = this.files.some((one) => !one.token) || !(text.value.trim() || this.files.length);
    text.dir = text.value && "auto";
    text.style.height = "auto";
    if (text.value) text.style.height = `${Math.min(text.scrollHeight, 130)}px`;
  }

  send() {
    this.draw();
    if (this.sender.disabled) return;
    let answers;
    if (!this.questions.hidden) {
      const fields = [...this.questions.querySelectorAll("input")], wrong = fields.find((one) => !one.checkValidity());
      for (const one of fields) one.setAttribute("aria-invalid", String(!one.checkValidity()));
      if (wrong) { wrong.focus(); wrong.reportValidity(); return; }
      answers = Object.fromEntries(fields.map((one) => [one.name, one.value.trim()]));
    }
    this.chat.post(this.text.value.trim(), this.files.map(({ name, size, token, inline, local }) => ({ name, size, token, inline, local })), answers);
    this.text.value = "";
    this.chat.store.remove("draft");
    this.files = [];
    this.drawChips();
    this.picker.hidden || this.picker.toggle();
    this.draw();
    this.chat.panel.letters.note("");
    this.chat.panel.letters.toEnd();
    this.focus();
  }

  // Files ------------------------------------------------------------------------------------------

  add(files) {
    const { words, settings: { limits } } = this.chat;
    for (const file of files) {
      if (this.files.length >= limits.files) break;
      const one = { name: file.name, size: file.size, inline: /^image\/(png|jpeg|gif|webp)$/.test(file.type) };
      if (one.inline) one.local = URL.createObjectURL(file);
      this.files.push(one);
      if (file.size > limits.file_bytes) one.failed = words.too_big.replace("%s", sized(limits.file_bytes));
      else this.chat.upload(file).then((got) => { one.token = got.file; }, (problem) => { one.failed = problem.said ?? words.failed; }).finally(() => this.drawChips());
    }
    this.drawChips();
  }

  drawChips() {
    const { words } = this.chat;
    this.chips.replaceChildren(...this.files.map((one) => h("li", { class: one.failed ? "failed" : one.token ? "" : "going" }, one.local ? h("img", { src: one.local, alt: "" }) : icon("file"),
      h("bdi", {}, one.name), h("small", {}, one.failed ?? sized(one.size)), tool("close", `${words.remove} ${one.name}`, () => { this.files = this.files.filter((other) => other !== one); this.drawChips(); }))));
    this.draw();
  }

  insert(emoji) {
    this.picker.toggle();
    this.text.setRangeText(emoji, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.dispatchEvent(new Event("input"));
    this.focus();
  }
}
