// The desk stays true without reloading: names come over the socket, content is fetched over HTTP.
// Fetches are coalesced (500 ms and a jitter), wait while the tab is hidden, and ask for many tickets at once,
// so that a hundred open desks are not a storm. After a gap everything that is visible is fetched anew.

const COALESCE = 500, COUNTS_EVERY = 5000, HERE_EVERY = 20000, PING_EVERY = 60000, GONE_AFTER = 45000;

// An element that asks the server just now stays: what the answer swaps is looked for from there.
const ASKING = ".htmx-request";
const asks = (element) => element.matches(ASKING) || element.querySelector(ASKING);

export function start(body = document.body) {
  const address = body.dataset.deskSocket;
  if (!address) return;
  new Desk(new URL(address, location.href.replace(/^http/, "ws")), Number(body.dataset.agent)).connect();
}

class Desk {
  constructor(url, agent) {
    this.url = url;
    this.agent = agent;
    this.tries = 0;
    this.changed = new Set();
    this.viewers = new Map();
    this.typing = false;
    this.countsAt = 0;
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    document.addEventListener("desk:typing", (event) => this.sayTyping(event.detail?.typing ?? true));
    document.addEventListener("htmx:afterSettle", () => this.watch());
    window.addEventListener("popstate", () => setTimeout(() => this.watch()));
    document.addEventListener("click", (event) => event.target.closest("#new-rows") && this.showNewRows());
    setInterval(() => this.say({ ping: 1 }), PING_EVERY);
    setInterval(() => this.sayHere(), HERE_EVERY);
    setInterval(() => this.forgetGone(), 5000);
  }

  // The connection ---------------------------------------------------------------------------------

  connect() {
    this.socket = new WebSocket(this.url);
    this.socket.onopen = () => {
      const again = this.tries > 0 || this.opened;
      this.tries = 0;
      this.opened = true;
      this.banner(false);
      this.watched = undefined;
      this.watch();
      if (again) this.catchUp();
    };
    this.socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    this.socket.onclose = (event) => {
      if (event.code === 4401) { location.reload(); return; }
      this.tries += 1;
      if (this.tries > 1) this.banner(true);
      const wait = Math.min(30000, 500 * 2 ** Math.min(this.tries, 6)) * (0.5 + Math.random());
      setTimeout(() => this.connect(), wait);
    };
  }

  banner(lost) {
    const banner = document.getElementById("connection");
    if (banner) banner.hidden = !lost;
    document.documentElement.toggleAttribute("data-offline", lost);
  }

  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  // What is said -----------------------------------------------------------------------------------

  hear(name) {
    if ("viewer" in name) return this.hearViewer(name);
    if (!("ticket" in name)) return;
    document.dispatchEvent(new CustomEvent("desk:changed", { detail: name }));
    this.changed.add(name.ticket);
    this.refresh();
  }

  refresh() {
    if (document.hidden || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      const ids = [...this.changed];
      this.changed.clear();
      if (ids.length) this.fetchRows(ids);
      if (ids.includes(this.openTicket())) this.fetchThread();
      this.fetchCounts();
    }, COALESCE * (0.3 + Math.random() * 0.7));
  }

  catchUp() {
    for (const row of document.querySelectorAll("#rows [data-ticket]")) this.changed.add(Number(row.dataset.ticket));
    const open = this.openTicket();
    if (open) this.changed.add(open);
    this.fetchNewest();
    this.refresh();
  }

  // The list ---------------------------------------------------------------------------------------

  async fetchRows(ids) {
    const rows = document.getElementById("rows");
    if (!rows) return;
    for (let start = 0; start < ids.length; start += 50) {
      const part = ids.slice(start, start + 50);
      const page = await fetched(`/inbox/rows/?view=${encodeURIComponent(rows.dataset.view)}&ids=${part.join(",")}`);
      if (page) this.placeRows(rows, [...page.querySelectorAll("[data-ticket]")]);
    }
  }

  async fetchNewest() {
    const rows = document.getElementById("rows");
    if (!rows) return;
    const page = await fetched(`/inbox/rows/?view=${encodeURIComponent(rows.dataset.view)}&newest=1`);
    if (page) this.placeRows(rows, [...page.querySelectorAll("[data-ticket]")]);
  }

  placeRows(list, fresh) {
    for (const row of fresh) {
      const old = document.getElementById(row.id);
      if (old) {
        if (asks(old)) continue;
        if (old.hasAttribute("aria-current")) row.setAttribute("aria-current", old.getAttribute("aria-current"));
        const inside = old.contains(document.activeElement);
        old.replaceWith(row);
        if (inside) row.querySelector("a")?.focus({ preventScroll: true });
        window.htmx?.process(row);
      } else if (!("left" in row.dataset) && !list.dataset.searching) {
        this.waiting().querySelector(`#${CSS.escape(row.id)}`)?.remove();
        this.waiting().prepend(row);
      }
    }
    this.offerNewRows();
  }

  // Rows that wait behind "3 new"; those of another view are forgotten, its page brings them itself.
  waiting(view = document.getElementById("rows")?.dataset.view) {
    if (!this.newRows || this.newRows.dataset.view !== view) {
      this.newRows = document.createElement("ul");
      this.newRows.dataset.view = view;
    }
    return this.newRows;
  }

  offerNewRows() {
    const button = document.getElementById("new-rows");
    if (!button) return;
    const view = document.getElementById("rows")?.dataset.view;
    const count = this.waiting(view).children.length;
    button.textContent = plural(button, count);
    button.hidden = count === 0;
    if (count && document.getElementById("rows").children.length === 0) this.showNewRows();
  }

  showNewRows() {
    const list = document.getElementById("rows");
    const rows = [...this.waiting().children].filter((row) => !document.getElementById(row.id));
    list.prepend(...rows);
    list.closest("[data-list]")?.classList.remove("is-empty");
    document.getElementById("list-empty")?.setAttribute("hidden", "");
    rows.forEach((row) => window.htmx?.process(row));
    this.newRows = undefined;
    this.offerNewRows();
    list.closest("[data-scroll]")?.scrollTo({ top: 0 });
  }

  async fetchCounts() {
    const wait = this.countsAt + COUNTS_EVERY - Date.now();
    if (wait > 0) {
      this.countsTimer ??= setTimeout(() => { this.countsTimer = undefined; this.fetchCounts(); }, wait);
      return;
    }
    const views = document.getElementById("views");
    if (!views || document.hidden) return;
    this.countsAt = Date.now();
    const page = await fetched(`/inbox/counts/?view=${encodeURIComponent(document.getElementById("rows")?.dataset.view ?? "")}`);
    for (const count of page?.querySelectorAll("[data-view-count]") ?? []) {
      const old = views.querySelector(`[data-view-count="${CSS.escape(count.dataset.viewCount)}"]`);
      if (old && old.textContent !== count.textContent) old.textContent = count.textContent;
    }
  }

  // The open ticket --------------------------------------------------------------------------------

  openTicket() {
    return Number(document.getElementById("thread")?.dataset.ticket) || null;
  }

  async fetchThread() {
    const thread = document.getElementById("thread");
    const ticket = this.openTicket();
    if (!ticket) return;
    const page = await fetched(`/tickets/${ticket}/since/${thread.dataset.last}/`);
    if (page && this.openTicket() === ticket) this.appendItems(thread, page);
    const unsettled = [...thread.querySelectorAll("[data-unsettled]")].map((item) => item.dataset.number);
    if (unsettled.length) {
      const items = await fetched(`/tickets/${ticket}/items/?numbers=${unsettled.join(",")}`);
      for (const item of items?.querySelectorAll("[data-number]") ?? []) replace(item);
    }
    await this.fetchHead(ticket);
  }

  // The head is replaced unless somebody is in the middle of changing something there.
  async fetchHead(ticket) {
    const head = document.getElementById("thread-head");
    const focused = head?.contains(document.activeElement) ? document.activeElement : null;
    const busy = `[data-changed], details[open], :popover-open, ${ASKING}`;
    if (!head || focused?.matches("input, textarea, select") || head.querySelector(busy)) return;
    const fresh = (await fetched(`/tickets/${ticket}/head/`))?.querySelector("#thread-head");
    if (!fresh || this.openTicket() !== ticket || head.querySelector(busy)) return;
    head.replaceWith(fresh);
    window.htmx?.process(fresh);
    if (focused?.id) document.getElementById(focused.id)?.focus({ preventScroll: true });
  }

  appendItems(thread, page) {
    const timeline = document.getElementById("timeline");
    const scroller = timeline.closest("[data-scroll]") ?? timeline;
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
    for (const item of [...page.querySelectorAll("[data-number]")]) {
      const number = Number(item.dataset.number);
      if (document.getElementById(item.id)) replace(item);
      else { timeline.append(item); window.htmx?.process(item); }
      thread.dataset.last = Math.max(Number(thread.dataset.last), number);
    }
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
    document.dispatchEvent(new CustomEvent("desk:appended"));
  }

  // Who else is here -------------------------------------------------------------------------------

  watch() {
    const ticket = this.openTicket();
    if (ticket === this.watched) return;
    this.watched = ticket;
    this.viewers.clear();
    this.showViewers();
    this.say({ watch: ticket });
  }

  hearViewer(name) {
    if (name.ticket !== this.watched) return;
    if (name.here) this.viewers.set(name.viewer, { id: name.viewer, name: name.name, typing: name.typing, at: Date.now() });
    else this.viewers.delete(name.viewer);
    if (name.hello) this.sayHere();
    this.showViewers();
  }

  sayHere() {
    if (this.watched && !document.hidden) this.say({ here: this.watched, typing: this.typing });
  }

  sayTyping(typing) {
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.sayTyping(false), 4000);
    if (typing === this.typing) return;
    this.typing = typing;
    this.sayHere();
  }

  forgetGone() {
    let gone = false;
    for (const [id, viewer] of this.viewers) if (Date.now() - viewer.at > GONE_AFTER) gone = this.viewers.delete(id) || gone;
    if (gone) this.showViewers();
  }

  showViewers() {
    document.dispatchEvent(new CustomEvent("desk:viewers", {
      detail: { ticket: this.watched, viewers: [...this.viewers.values()] },
    }));
  }
}

async function fetched(address) {
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true", "X-Live": "1" }, credentials: "same-origin" });
    if (!response.ok || response.redirected) return null;
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    return template.content;
  } catch {
    return null;
  }
}

function replace(item) {
  const old = document.getElementById(item.id);
  if (!old || asks(old) || old.contains(document.activeElement) || old.outerHTML === item.outerHTML) return;
  old.replaceWith(item);
  window.htmx?.process(item);
}

// "3 new" in the page's language: the button carries a form of words for each plural category.
function plural(button, count) {
  const category = new Intl.PluralRules(document.documentElement.lang).select(count);
  const words = button.dataset[category] ?? button.dataset.other ?? "{}";
  return words.replace("{}", new Intl.NumberFormat(document.documentElement.lang, { numberingSystem: "latn" }).format(count));
}
