// Who else looks at the open ticket, and who types there. Tells "desk:viewers"; hears "desk:typing".

const HERE_EVERY = 20000, GONE_AFTER = 45000, TYPING_FOR = 4000;

export class Watching {
  // `say` sends a message over the desk's socket, if it is open.
  constructor(say) {
    this.say = say;
    this.viewers = new Map();
    this.typing = this.reply = false;
    document.addEventListener("desk:typing", (event) => this.sayTyping(event.detail.typing, event.detail.reply));
    setInterval(() => this.sayHere(), HERE_EVERY);
    setInterval(() => this.forgetGone(), 5000);
  }

  // A new socket has to be told `anew`.
  watch(ticket, anew = false) {
    if (ticket === this.watched && !anew) return;
    this.watched = ticket;
    this.viewers.clear();
    this.show();
    this.say({ watch: ticket });
  }

  hear(name) {
    if (name.ticket !== this.watched) return;
    if (name.here) this.viewers.set(name.viewer, { id: name.viewer, name: name.name, typing: name.typing, at: Date.now() });
    else {
      this.viewers.delete(name.viewer);
      if (String(name.viewer) === document.body.dataset.agent) this.sayHere(); // he closed another page of his
    }
    if (name.hello) this.sayHere();
    this.show();
  }

  sayHere() {
    if (this.watched && !document.hidden) this.say({ here: this.watched, typing: this.typing, reply: this.reply });
  }

  // `reply`: it is for the customer, who may be told so; a note is not.
  sayTyping(typing, reply = false) {
    clearTimeout(this.typingTimer);
    if (typing) this.typingTimer = setTimeout(() => this.sayTyping(false), TYPING_FOR);
    if (typing === this.typing && reply === this.reply) return;
    this.typing = typing;
    this.reply = reply;
    this.sayHere();
  }

  forgetGone() {
    let gone = false;
    for (const [id, viewer] of this.viewers) if (Date.now() - viewer.at > GONE_AFTER) gone = this.viewers.delete(id) || gone;
    if (gone) this.show();
  }

  show() {
    const detail = { ticket: this.watched, viewers: [...this.viewers.values()] };
    document.dispatchEvent(new CustomEvent("desk:viewers", { detail }));
  }
}
