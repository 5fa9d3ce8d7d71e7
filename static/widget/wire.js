/* The socket: opens again by itself, later and later and never with everybody at once; what is silent too long is dead. */
const PING = 25000, PATIENCE = 12000, LONGEST = 30000;

export class Wire {
  /* The chat gives its `hello`, hears every frame, and is told when it is `lost` for longer, or `refused`. */
  constructor(url, chat) {
    this.url = url;
    this.chat = chat;
    this.tries = 0;
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    setInterval(() => this.ready && this.expect(this.say({ ping: 1 })), PING);
  }

  open() {
    clearTimeout(this.timer);
    if (this.socket) return;
    const socket = this.socket = new WebSocket(this.url);
    socket.onopen = () => { socket.send(JSON.stringify({ hello: this.chat.hello() })); this.expect(true); };
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      clearTimeout(this.deadline);
      const frame = JSON.parse(data);
      if (frame.welcome) {
        this.ready = true;
        this.tries = 0;
        this.chat.lose(false);
      }
      this.chat.hear(frame);
    };
    socket.onclose = ({ code }) => socket === this.socket && this.gone(code);
    this.expect(true);
  }

  gone(code) {
    clearTimeout(this.deadline);
    this.socket?.close();
    this.socket = null;
    this.ready = false;
    if (code === 4401 || code === 4403) return this.chat.refused(code);
    this.tries += 1;
    if (this.tries > 1) this.chat.lose(true);
    if (code === 4429) this.tries += 5;
    this.timer = setTimeout(() => this.open(), Math.min(LONGEST, 400 * 2 ** this.tries) * (.5 + Math.random()));
  }

  /* Something is awaited: a connection that brings nothing in time is not one. */
  expect(sent) {
    clearTimeout(this.deadline);
    if (sent) this.deadline = setTimeout(() => this.gone(), PATIENCE);
  }

  hurry() {
    if (!this.socket && this.tries) { this.tries = 0; this.open(); }
  }

  say(frame) {
    if (!this.ready || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }
}
