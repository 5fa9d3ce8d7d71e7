/* One conversation as this browser knows it: what the server numbered, in order, and behind it what waits to be sent.
   A message that comes twice is one: by its number, or by the id that this browser gave it. */
export class Thread {
  constructor(about = {}) {
    Object.assign(this, { id: null, state: "open", unread: 0, seen: 0, last: null }, about);
    this.numbered = new Map();
    this.waiting = [];
    // Whether there may be older messages than those known.
    this.earlier = true;
    this.loaded = false;
  }

  get lastNumber() { return Math.max(0, ...this.numbered.keys()); }
  get firstNumber() { return Math.min(...this.numbered.keys()); }
  get messages() { return [...[...this.numbered.values()].sort((one, other) => one.number - other.number), ...this.waiting]; }

  /* Whether it was not known. */
  take(message) {
    const { number, client_id } = message, known = this.numbered.get(number), mine = client_id && this.settle(client_id);
    this.numbered.set(number, { ...known, ...message, key: (mine || known)?.key ?? client_id ?? number });
    this.last = this.messages.findLast((one) => one.number);
    return !known && !mine;
  }

  /* It has arrived: it waits no more. */
  settle(id) {
    const found = this.waiting.find((one) => one.client_id === id);
    if (found) this.waiting = this.waiting.filter((one) => one !== found);
    return found;
  }
}
