// The desk stays true without reloading: names come over the socket, content is fetched over HTTP.
// Fetches are coalesced (500 ms and a jitter), come one round at a time, wait while the tab is hidden, ask for many
// tickets at once and for nothing that the page would not show, so that a hundred open desks are not a storm.
// After a gap everything that is visible is fetched anew.

import { isIdle, onReturn } from "./activity.js";
import { NewRows } from "./newrows.js";
import { Watching } from "./watching.js";

const COALESCE = 500, SLOW = 2000, SLOWEST = 30000, COUNTS_EVERY = 5000, FETCH_MOST = 30000, PING_EVERY = 60000, ANSWER_WITHIN = 10000;

// What brings no ticket into a list, and changes no count: only a page that shows the ticket wants to know.
const STAYS = new Set([
  "ticket.priority_changed", "ticket.subject_changed", "ticket.tagged", "ticket.untagged", "ticket.read", "ticket.rated",
  "ticket.customer_changed", "customer.erased", "message.redacted", "reply.queued", "reply.delivered", "reply.failed",
  "ticket.promised",
]);

// An element that asks the server just now stays: what the answer swaps is looked for from there.
const ASKING = ".htmx-request";
const asks = (element) => element.matches(ASKING) || element.querySelector(ASKING);

// What is just being pressed stays too, until the next round: replaced before it is let go, it would hear no click.
const isPressed = (element) => element.matches(":active");

export function start(body = document.body) {
  const address = body.dataset.deskSocket;
  if (!address) return;
  new Desk(new URL(address, location.href.replace(/^http/, "ws"))).connect();
}

class Desk {
  constructor(url) {
    this.url = url;
    this.tries = 0;
    this.changed = new Set();
    this.behind = false; // Whether rows may have come that nothing told of.
    this.newRows = new NewRows();
    this.watching = new Watching((message) => this.say(message));
    this.pause = COALESCE;
    this.countsAt = 0;
    document.addEventListener("visibilitychange", () => { this.refresh(); this.fetchCounts(); });
    document.addEventListener("htmx:afterSettle", () => this.watch());
    window.addEventListener("popstate", () => setTimeout(() => this.watch()));
    setInterval(() => this.ping(), PING_EVERY);
    onReturn(() => this.ping());
    for (const name of ["toggle", "focusout"]) document.addEventListener(name, () => this.headDue && setTimeout(() => this.catchHead()), true);
    window.addEventListener("offline", () => this.drop());
    window.addEventListener("online", () => this.retryNow());
  }

  // The connection ---------------------------------------------------------------------------------

  connect() {
    this.socket = new WebSocket(this.url);
    this.socket.onopen = () => {
      const again = this.tries > 0 || this.opened;
      this.tries = 0;
      this.opened = true;
      this.banner(false);
      this.ping();
      this.watching.watch(this.openTicket(), true);
      this.catchUp(again);
    };
    this.socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    this.socket.onclose = (event) => event.code === 4401 ? location.reload() : this.comeBack();
  }

  comeBack() {
    clearTimeout(this.silence);
    this.tries += 1;
    if (this.tries > 1) this.banner(true);
    const wait = Math.min(30000, 500 * 2 ** Math.min(this.tries, 6)) * (0.5 + Math.random());
    this.again = setTimeout(() => this.connect(), wait);
  }

  // A connection that died without a word answers nothing; the browser would believe in it for minutes.
  drop() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
    this.banner(true);
    this.comeBack();
  }

  retryNow() {
    if (this.socket.readyState !== WebSocket.CLOSED && this.socket.readyState !== WebSocket.CLOSING) return;
    clearTimeout(this.again);
    this.connect();
  }

  banner(lost) {
    const banner = document.getElementById("connection");
    if (banner) banner.hidden = !lost;
    document.documentElement.toggleAttribute("data-offline", lost);
  }

  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  ping() {
    this.say({ ping: 1, idle: isIdle() });
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.drop(), ANSWER_WITHIN);
  }

  // What is said -----------------------------------------------------------------------------------

  hear(name) {
    clearTimeout(this.silence);
    if ("viewer" in name) return this.watching.hear(name);
    if ("visitor" in name) return document.dispatchEvent(new CustomEvent("desk:visitor", { detail: name }));
    if ("bell" in name) return document.dispatchEvent(new CustomEvent("desk:bell", { detail: name.bell }));
    if ("agent" in name) return document.dispatchEvent(new CustomEvent("desk:agent", { detail: name }));
    if (!("ticket" in name)) return;
    document.dispatchEvent(new CustomEvent("desk:changed", { detail: name }));
    const moves = !STAYS.has(name.what);
    if (!moves && !this.shows(name.ticket)) return;
    this.changed.add(name.ticket);
    this.countsDue ||= moves;
    this.refresh();
  }

  // Whether the list or the thread shows it, or it waits behind "3 new".
  shows(ticket) {
    const row = `[data-ticket="${ticket}"]`;
    return ticket === this.openTicket() || document.querySelector(`#rows ${row}`) || this.newRows.has(ticket);
  }

  refresh() {
    if (document.hidden || this.timer || this.fetching || !(this.changed.size || this.behind)) return;
    this.timer = setTimeout(() => this.fetchChanged(), this.pause * (0.3 + Math.random() * 0.7));
  }

  // What changes during a round waits for the next one. A server that is slow is asked less often, and what it
  // could not give is asked for again.
  async fetchChanged() {
    this.timer = undefined;
    this.fetching = true;
    const begun = performance.now(), ids = [...this.changed], behind = this.behind;
    this.changed.clear();
    this.behind = false;
    let failed = true;
    try {
      const thread = ids.includes(this.openTicket()) && this.fetchThread();
      failed = (await Promise.all([this.fetchRows(ids), thread, behind && this.fetchNewest()])).includes(undefined);
    } finally {
      if (failed) {
        ids.forEach((id) => this.changed.add(id));
        this.behind ||= behind;
      }
      const took = performance.now() - begun;
      this.pause = failed ? Math.min(SLOWEST, 2 * this.pause) : Math.min(SLOW, Math.max(COALESCE, 2 * took));
      this.fetching = false;
      this.refresh();
      if (this.countsDue) this.fetchCounts();
    }
  }

  // What changed while nothing was heard; at first that is since the page was drawn, when rows are seconds old.
  catchUp(again) {
    const rows = again ? document.querySelectorAll("#rows [data-ticket]") : [];
    for (const row of rows) this.changed.add(Number(row.dataset.ticket));
    const open = this.openTicket();
    if (open) this.changed.add(open);
    this.behind = true;
    this.refresh();
  }

  watch() {
    this.watching.watch(this.openTicket());
  }

  // The list ---------------------------------------------------------------------------------------

  // Gives undefined when the server should be asked again, as `fetched` does.
  async fetchRows(ids) {
    const rows = document.getElementById("rows");
    if (!rows) return null;
    for (let start = 0; start < ids.length; start += 50) {
      const part = ids.slice(start, start + 50);
      const page = await fetched(`/inbox/rows/?view=${encodeURIComponent(rows.dataset.view)}&ids=${part.join(",")}`);
      if (page === undefined) return undefined;
      if (!page) continue;
      const fresh = [...page.querySelectorAll("[data-ticket]")];
      this.dim(part, fresh);
      this.placeRows(rows, fresh);
    }
    return null;
  }

  async fetchNewest() {
    const rows = document.getElementById("rows");
    if (!rows || rows.dataset.searching || document.querySelector("#list > .newer")) return null;
    const page = await fetched(`/inbox/rows/?view=${encodeURIComponent(rows.dataset.view)}&newest=1`);
    if (page === undefined) return undefined;
    const fresh = [...(page?.querySelectorAll("[data-ticket]") ?? [])];
    this.newRows.notice(fresh);
    this.placeRows(rows, fresh);
    return null;
  }

  placeRows(list, fresh) {
    for (const row of fresh) {
      const old = document.getElementById(row.id);
      if (old) {
        if (list.dataset.searching) asFound(row, old);
        if (old.querySelector(".row[aria-current]")) row.querySelector(".row")?.setAttribute("aria-current", "true");
        if (asks(old) || old.outerHTML === row.outerHTML) continue;
        if (isPressed(old)) { this.changed.add(Number(row.dataset.ticket)); continue; }
        const inside = old.contains(document.activeElement);
        old.replaceWith(row);
        if (inside) row.querySelector("a")?.focus({ preventScroll: true });
        window.htmx?.process(row);
      } else if (!("left" in row.dataset) && !list.dataset.searching) this.newRows.put(row);
      else this.newRows.drop(row.dataset.ticket);
    }
    this.newRows.offer();
  }

  // What was asked for and is not told of is out of this agent's sight by now.
  dim(ids, rows) {
    const told = new Set(rows.map((row) => Number(row.dataset.ticket)));
    for (const id of ids.filter((id) => !told.has(id))) {
      document.getElementById(`row-${id}`)?.setAttribute("data-left", "");
      this.newRows.drop(id);
    }
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
    this.countsDue = false;
    const page = await fetched(`/inbox/counts/?view=${encodeURIComponent(document.getElementById("rows")?.dataset.view ?? "")}`);
    const fresh = page?.querySelector("#views");
    if (!fresh) return;
    const names = (side) => [...side.querySelectorAll("[data-view-count]")].map((count) => count.dataset.viewCount);
    if (names(fresh).join() !== names(views).join() && !isPressed(views) && !views.contains(document.activeElement)) return views.replaceWith(fresh);
    for (const count of fresh.querySelectorAll("[data-view-count]")) {
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
    if (!ticket) return null;
    const page = await fetched(`/tickets/${ticket}/since/${thread.dataset.last}/`);
    if (page === undefined) return undefined;
    if (page && this.openTicket() === ticket) this.appendItems(thread, page);
    const unsettled = [...thread.querySelectorAll("[data-unsettled]")].map((item) => item.dataset.number);
    if (unsettled.length) {
      const items = await fetched(`/tickets/${ticket}/items/?numbers=${unsettled.join(",")}`);
      for (const item of items?.querySelectorAll("[data-number]") ?? []) replace(item);
    }
    await this.fetchHead(ticket);
    return null;
  }

  // The head is replaced unless somebody is in the middle of changing something there.
  async fetchHead(ticket) {
    const head = document.getElementById("thread-head");
    const inHead = () => head.contains(document.activeElement) ? document.activeElement : null;
    const busy = `[data-changed], details[open], :popover-open, ${ASKING}`;
    const isBusy = () => inHead()?.matches("input, textarea, select") || head.querySelector(busy);
    if (!head) return;
    if (isBusy()) { this.headDue = ticket; return; }
    if (isPressed(head)) { this.changed.add(ticket); return; }
    const fresh = (await fetched(`/tickets/${ticket}/head/`))?.querySelector("#thread-head");
    if (!fresh || this.openTicket() !== ticket) return;
    if (isBusy()) { this.headDue = ticket; return; }
    if (isPressed(head)) { this.changed.add(ticket); return; }
    const focused = inHead();
    head.replaceWith(fresh);
    window.htmx?.process(fresh);
    if (focused?.id) document.getElementById(focused.id)?.focus({ preventScroll: true });
  }

  // A menu was closed, a field left: the head that waited for it comes now.
  catchHead() {
    if (this.headDue === this.openTicket()) this.changed.add(this.headDue);
    this.headDue = undefined;
    this.refresh();
  }

  appendItems(thread, page) {
    const timeline = document.getElementById("timeline");
    const scroller = timeline.closest("[data-scroll]") ?? timeline;
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
    const kinds = new Set();
    for (const item of [...page.querySelectorAll("[data-number]")]) {
      const number = Number(item.dataset.number);
      if (document.getElementById(item.id)) replace(item);
      else { timeline.append(item); window.htmx?.process(item); kinds.add(item.dataset.kind); }
      thread.dataset.last = Math.max(Number(thread.dataset.last), number);
    }
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
    document.dispatchEvent(new CustomEvent("desk:appended", { detail: { kinds } }));
  }
}

// What the server answers: null when it refuses, undefined when it should be asked again.
async function fetched(address) {
  const headers = { "HX-Request": "true", "X-Live": "1" };
  try {
    const signal = AbortSignal.timeout(FETCH_MOST);
    const response = await fetch(address, { headers, signal, credentials: "same-origin" });
    if (response.status >= 500) return undefined;
    if (!response.ok || response.redirected) return null;
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    return template.content;
  } catch {
    return undefined;
  }
}

function replace(item) {
  const old = document.getElementById(item.id);
  if (!old || asks(old) || old.contains(document.activeElement) || old.outerHTML === item.outerHTML) return;
  old.replaceWith(item);
  window.htmx?.process(item);
}

// A hit stays a hit, and shows the words that were found.
function asFound(row, old) {
  row.removeAttribute("data-left");
  row.querySelector(".preview")?.replaceWith(old.querySelector(".preview").cloneNode(true));
}
