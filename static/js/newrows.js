// Rows that come in wait behind "3 new": nothing jumps under the eyes of who reads the list.

const PAGE = 50; // Rows of one page of the list.

const list = () => document.getElementById("rows");
const time = (row, field) => Date.parse(row.querySelector(`[${field}]`)?.getAttribute(field) ?? "") || 0;

// Newest first, or where the list says so what is due first.
const ORDERS = {
  newest: (one, other) => time(other, "datetime") - time(one, "datetime"),
  due: (one, other) => (time(one, "data-due") || Infinity) - (time(other, "data-due") || Infinity),
};

export class NewRows {
  constructor() {
    this.beyond = false; // Whether more have come than one page brings.
    document.addEventListener("click", (event) => event.target.closest("#new-rows") && this.show());
  }

  // Those of another view are forgotten, its page brings them itself.
  waiting() {
    const view = list()?.dataset.view;
    if (!this.rows || this.rows.dataset.view !== view) {
      this.rows = document.createElement("ul");
      this.rows.dataset.view = view;
    }
    return this.rows;
  }

  has(ticket) { return this.waiting().querySelector(`[data-ticket="${ticket}"]`) !== null; }

  drop(ticket) { this.waiting().querySelector(`[data-ticket="${ticket}"]`)?.remove(); }

  put(row) {
    this.drop(row.dataset.ticket);
    this.waiting().append(row);
  }

  // `rows` are the newest page: when the list knows none of them, what lies between is not known either.
  notice(rows) {
    const known = rows.some((row) => document.getElementById(row.id));
    this.beyond ||= rows.length >= PAGE && !known && list().children.length > 0;
  }

  offer() {
    const button = document.getElementById("new-rows");
    if (!button) return;
    const count = this.waiting().children.length;
    button.textContent = plural(button, count, this.beyond ? "+" : "");
    button.hidden = count === 0;
    if (count && list().children.length === 0) this.show();
  }

  show() {
    if (this.beyond || document.querySelector("#list > .newer")) return this.begin();
    const shown = list(), order = shown.dataset.order ?? "newest";
    const rows = [...this.waiting().children].filter((row) => !document.getElementById(row.id)).sort(ORDERS[order]);
    if (order === "newest") shown.prepend(...rows);
    else for (const row of rows) shown.insertBefore(row, [...shown.querySelectorAll("[data-ticket]")].find((other) => ORDERS[order](row, other) < 0) ?? shown.querySelector(".next"));
    shown.closest("[data-list]")?.classList.remove("is-empty");
    document.getElementById("list-empty")?.setAttribute("hidden", "");
    rows.forEach((row) => window.htmx?.process(row));
    this.rows = undefined;
    this.offer();
    shown.closest("[data-scroll]")?.scrollTo({ top: 0 });
  }

  // The list from its first page on.
  begin() {
    const first = new URL(location);
    for (const place of ["after", "before"]) first.searchParams.delete(place);
    location.assign(first);
  }
}

// "3 new" in the page's language: the button carries a form of words for each plural category.
function plural(button, count, more) {
  const category = new Intl.PluralRules(document.documentElement.lang).select(count);
  const words = button.dataset[category] ?? button.dataset.other ?? "{}";
  return words.replace("{}", new Intl.NumberFormat(document.documentElement.lang, { numberingSystem: "latn" }).format(count) + more);
}
