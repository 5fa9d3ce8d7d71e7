/* The chat once it is needed: who the visitor is, his conversations, and what is said both ways. */
import { Panel } from "./panel.js";
import { Thread } from "./thread.js";
import { Wire } from "./wire.js";

const STOPPED_TYPING = 4000, PAGE_EVERY = 3000;
const here = () => ({ address: location.href, title: document.title });
const about = () => ({ language: document.documentElement.lang || navigator.language, zone: Intl.DateTimeFormat().resolvedOptions().timeZone });

export function start(loader) {
  return new Chat(loader);
}

class Chat {
  constructor({ open, ...loader }) {
    Object.assign(this, loader);
    this.threads = [];
    this.drop(this.store.get("who") !== this.who());
    this.token = this.store.get("token");
    this.wire = new Wire(`${this.origin.replace(/^http/, "ws")}/ws/widget/${this.key}/`, this);
    this.current = new Thread();
    this.restore();
    this.panel = new Panel(this);
    this.draw = () => this.drawing ??= setTimeout(() => { this.drawing = undefined; this.panel.draw(); });
    document.addEventListener("visibilitychange", () => this.look());
    setInterval(() => this.tellPage(), PAGE_EVERY);
    if (this.token) this.connect();
  }

  hello() {
    return { token: this.token, conversation: this.current.loaded ? this.current.id : null, last: this.current.lastNumber, ...about(), page: here() };
  }

  lose(lost) {
    this.lost = lost;
    this.draw();
  }

  // Who it is --------------------------------------------------------------------------------------

  /* Whom the page says that it is: another one's chat is not shown. */
  who() {
    return this.data.userHash ? `${this.data.email}\n${this.data.userHash}` : "";
  }

  drop(other) {
    if (!other || !this.store.get("token")) return;
    for (const name of this.store.names()) this.store.remove(name);
  }

  async visitor() {
    return this.token ?? (this.meeting ??= this.meet().finally(() => { this.meeting = undefined; }));
  }

  async meet() {
    const { email, name, userHash } = this.data;
    const met = await this.ask("POST", `/widget/${this.key}/visitors/`, { email, name, user_hash: userHash, ...about(), page: location.href, referrer: document.referrer });
    this.token = met.token;
    this.store.set("token", met.token);
    this.store.set("who", this.who());
    return met.token;
  }

  /* Answers what was asked, or throws the problem that the server told. */
  async ask(method, path, body) {
    const headers = this.token ? { Authorization: `Bearer ${this.token}` } : {};
    if (body && !(body instanceof FormData)) { headers["Content-Type"] = "application/json"; body = JSON.stringify(body); }
    const answer = await fetch(this.origin + path, { method, headers, body, credentials: "omit" });
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 401 && this.token) this.refused(4401);
    if (!answer.ok) throw Object.assign(new Error(path), { said: said.detail || said.title });
    return said;
  }

  async connect() {
    try {
      await this.visitor();
      this.wire.open();
    } catch {
      if (this.denied) return;
      this.lose(true);
      clearTimeout(this.again);
      this.again = setTimeout(() => this.connect(), 3000 + 4000 * Math.random());
    }
  }

  refused(code) {
    this.token = null;
    this.store.remove("token");
    if (code === 4403) this.denied = true;
    else {
      this.threads = [];
      const { waiting } = this.current;
      this.current = new Thread();
      this.current.waiting = waiting;
      for (const one of waiting) one.conversation = null;
      if (waiting.length) setTimeout(() => this.connect(), 2000);
    }
    this.draw();
  }

  // Conversations ----------------------------------------------------------------------------------

  known(conversations) {
    for (const one of conversations) {
      const thread = this.thread(one.id) ?? this.hold(one.id);
      Object.assign(thread, one, { counted: one.last.number });
    }
    const open = this.threads.filter((one) => one.state !== "ended");
    if (!this.current.id && !this.current.waiting.length && !this.chosen) this.current = this.thread(this.store.get("conversation")) ?? open[0] ?? this.current;
    for (const one of [...this.current.waiting]) {
      const thread = one.conversation && this.thread(one.conversation);
      if (thread && thread !== this.current) { this.current.settle(one.client_id); thread.waiting.push(one); }
    }
    this.draw();
  }

  thread(id) {
    return this.threads.find((one) => one.id === id) ?? (this.current.id === id ? this.current : undefined);
  }

  hold(id) {
    const thread = new Thread({ id });
    this.threads.push(thread);
    return thread;
  }

  choose(thread) {
    this.chosen = true;
    this.current = thread;
    this.typing = null;
    if (thread.id) this.store.set("conversation", thread.id);
    this.fill(thread);
    this.look();
    this.draw();
  }

  begin() {
    this.choose(new Thread());
  }

  /* What came while nothing was heard, or the newest page of what was said before. */
  async fill(thread) {
    if (!thread.id || thread.filling) return;
    thread.filling = true;
    try {
      const path = `/widget/conversations/${thread.id}/messages/`;
      for (let more = true; more;) {
        const page = await this.ask("GET", thread.loaded ? `${path}?after=${thread.lastNumber}` : path);
        if (!thread.loaded) thread.earlier = page.more;
        more = thread.loaded && page.more;
        thread.loaded = true;
        for (const message of page.messages) this.arrived(thread, message, true);
      }
    } catch { /* asked again with the next connection */ } finally { thread.filling = false; }
    this.look();
    this.draw();
  }

  async fillEarlier(thread) {
    const page = await this.ask("GET", `/widget/conversations/${thread.id}/messages/?before=${thread.firstNumber}`);
    thread.earlier = page.more;
    for (const message of page.messages) thread.take(message);
    this.draw();
  }

  // Hearing ----------------------------------------------------------------------------------------

  hear(frame) {
    if (this.holding(frame.message?.client_id)) frame.sent = { conversation: frame.conversation, ...frame.message };
    if (frame.sent) this.settled(frame.sent);
    const thread = this.thread(frame.conversation) ?? (frame.conversation ? this.hold(frame.conversation) : this.current);
    if (frame.welcome) {
      this.flying = null;
      this.known(frame.welcome.conversations);
      for (const one of this.threads) if (one === this.current || one.loaded) this.fill(one);
      this.flush();
    } else if (frame.message) {
      if (thread.loaded && frame.message.number > thread.lastNumber + 1) this.fill(thread);
      this.arrived(thread, frame.message);
    } else if (frame.changed) thread.take(frame.changed);
    else if (frame.refused) this.returned(frame.refused);
    else if ("typing" in frame) this.heardTyping(thread, frame.typing);
    else if (frame.seen) thread.seen = Math.max(thread.seen, frame.seen);
    else if (frame.ended) {
      const ended = this.thread(frame.ended.conversation);
      if (ended) ended.state = "ended";
    } else if (frame.left) this.store.set("email", frame.left.email);
    this.draw();
  }

  arrived(thread, message, quietly = false) {
    const fresh = thread.take(message);
    if (message.who === "visitor") { this.store.remove(`out:${message.client_id}`); return; }
    if (thread === this.current) this.typing = null;
    if (!fresh || quietly || message.number <= thread.counted) return;
    thread.unread += 1;
    if (thread.state === "solved" && message.who === "agent") thread.state = "open";
    this.panel.announce(message);
    this.look();
  }

  heardTyping(thread, who) {
    if (thread !== this.current) return;
    this.typing = who;
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => { this.typing = null; this.draw(); }, 25000);
  }

  /* What is in sight is seen. */
  look() {
    const thread = this.current;
    if (this.panel.showsThread && !document.hidden && thread.loaded && thread.id) {
      const number = thread.messages.findLast((one) => one.number && one.who !== "visitor")?.number;
      if (number > (thread.told ?? 0) && this.wire.say({ seen: number, conversation: thread.id })) {
        thread.told = number;
        thread.unread = 0;
      }
    }
    const count = this.threads.reduce((sum, one) => sum + one.unread, 0);
    this.unread(count);
    this.showCount(count);
  }

  showCount(count) {
    const plain = document.title.replace(/^\(\d+\) /, "");
    const title = count && document.hidden ? `(${count}) ${plain}` : plain;
    if (title !== document.title) document.title = title;
  }

  // Saying -----------------------------------------------------------------------------------------

  /* What waited when the page was left is sent now. */
  restore() {
    const found = this.store.names().filter((name) => name.startsWith("out:")).map((name) => this.store.get(name)).filter(Boolean);
    this.current.waiting = found.sort((one, other) => one.order - other.order);
    if (found.length && !this.token) this.connect();
  }

  post(text, files = [], answers) {
    const client_id = `${Date.now()}-${Math.random()}`, thread = this.current;
    const order = this.order = Math.max(Date.now(), (this.order ?? 0) + 1);
    const one = { client_id, key: client_id, order, conversation: thread.id, text, files, answers, who: "visitor", at: new Date().toISOString() };
    if (!thread.id) one.begins = thread.waiting[0]?.begins ?? client_id;
    thread.waiting.push(one);
    this.store.set(`out:${client_id}`, one);
    this.sayTyping(false);
    if (this.wire.ready) this.flush();
    else this.connect();
    this.draw();
  }

  /* One after the other: so they arrive in their order, and the first begins the conversation that the others join. */
  flush() {
    if (this.flying) return;
    const queue = [this.current, ...this.threads.filter((one) => one !== this.current)].flatMap((one) => one.waiting);
    const one = queue.find((waiting) => !waiting.failed);
    if (!one) return;
    const { client_id, conversation, text, files, answers } = one;
    const tokens = files.map((file) => file.token);
    if (this.wire.say({ send: { client_id, conversation, text, files: tokens, answers, page: here() } })) {
      this.flying = client_id;
      this.wire.expect(true);
    }
  }

  settled({ client_id, conversation, number, at }) {
    if (this.flying === client_id) this.flying = null;
    this.store.remove(`out:${client_id}`);
    let thread = this.holding(client_id);
    if (thread) {
      const one = thread.settle(client_id), known = this.thread(conversation);
      for (const other of thread.waiting) {
        if (other.begins === one.begins) other.conversation = conversation;
        this.store.set(`out:${other.client_id}`, other);
      }
      if (!thread.id && known) {
        known.waiting.push(...thread.waiting);
        if (thread === this.current) this.choose(known);
        thread = known;
      } else if (!thread.id) {
        Object.assign(thread, { id: conversation, loaded: true, earlier: false });
        this.threads.unshift(thread);
        this.store.set("conversation", conversation);
      }
      thread.take({ ...one, number, at });
    }
    this.flush();
  }

  /* Which conversation a message waits in. */
  holding(id) {
    return [this.current, ...this.threads].find((thread) => thread.waiting.some((one) => one.client_id === id));
  }

  returned({ client_id, reason, text, retry_after }) {
    if (!client_id) { this.panel.tell(text); return; }
    if (this.flying === client_id) this.flying = null;
    const thread = this.holding(client_id), one = thread?.waiting.find((waiting) => waiting.client_id === client_id);
    if (reason === "ended" && thread) thread.state = "ended";
    if (one) Object.assign(one, { failed: text || this.words.failed });
    if (reason === "rate" && retry_after) setTimeout(() => this.retry(one), retry_after * 1000 * (1 + Math.random() / 4));
    else this.flush();
  }

  retry(one) {
    if (!one) return;
    delete one.failed;
    this.wire.ready ? this.flush() : this.connect();
    this.draw();
  }

  forget(one) {
    this.holding(one.client_id)?.settle(one.client_id);
    this.store.remove(`out:${one.client_id}`);
    this.draw();
  }

  sayTyping(typing) {
    clearTimeout(this.stops);
    if (typing) this.stops = setTimeout(() => this.sayTyping(false), STOPPED_TYPING);
    if (typing ? Date.now() < this.sayAgain : !this.sayAgain) return;
    if (this.current.id && this.wire.say({ typing, conversation: this.current.id })) this.sayAgain = typing && Date.now() + STOPPED_TYPING;
  }

  tellPage() {
    if (this.told !== undefined && this.told !== location.href) this.wire.say({ page: here() });
    this.told = location.href;
  }

  press(message, value) {
    if (this.wire.say({ choose: { conversation: this.current.id, number: message.number, value } })) message.chosen = value;
    else this.panel.tell(this.words.offline);
    this.draw();
  }

  leave(email) { return this.wire.say({ leave: { email }, conversation: this.current.id }); }
  end() { return this.wire.say({ end: this.current.id }); }

  async upload(file) {
    await this.visitor();
    const form = new FormData();
    form.append("file", file);
    return this.ask("POST", "/widget/files/", form);
  }

  open() { this.panel.open(); if (this.token) this.connect(); }
}
