/* The chat's bubble, on any page: <script async src="https://desk.example/widget.js" data-key="…"></script>
   It lives in a shadow root of its own. The rest of the chat is fetched when a visitor opens it, or comes back to one. */
(() => {
  const script = document.currentScript, { key, ...data } = script?.dataset ?? {};
  if (!key || window.fanoosChat) return;
  const origin = new URL(script.src).origin, app = new URL("./app.js", script.src).href, prefix = `fanoos:${key}:`;
  const page = document.documentElement, language = data.language || page.lang || navigator.language;

  // Browsers may refuse to remember, or have no room left: then it is remembered until the page is left.
  let box = {};
  try { localStorage[prefix] = ""; box = localStorage; } catch {}
  const store = {
    get: (name) => JSON.parse(box[prefix + name] ?? "null"),
    set(name, value) { try { box[prefix + name] = JSON.stringify(value); } catch {} },
    remove: (name) => delete box[prefix + name],
    names: () => Object.keys(box).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
  };

  const style = `
    :host { all: initial !important; position: fixed !important; inset-block-end: 0 !important; inset-inline: 0 !important; block-size: 0 !important; z-index: 2147483000 !important; }
    * { box-sizing: border-box; margin: 0; }
    .box { font: 15px/1.5 Inter, Vazirmatn, system-ui, "Segoe UI", Tahoma, sans-serif; }
    .box:lang(ar), .box:lang(fa) { line-height: 1.7; }
    .bubble { position: absolute; inset-block-end: 20px; display: grid; place-items: center; inline-size: 56px; block-size: 56px; padding: 0; border: 0; border-radius: 50%; background: var(--accent); color: var(--on_accent); cursor: pointer; box-shadow: 0 2px 6px rgb(15 20 40 / .16), 0 12px 28px -8px rgb(15 20 40 / .4); animation: rise .18s ease-out; }
    .end .bubble { inset-inline-end: 20px; }
    .start .bubble { inset-inline-start: 20px; }
    .bubble:hover { filter: brightness(1.1); }
    .bubble:focus-visible { outline: 3px solid var(--on_accent); outline-offset: -6px; box-shadow: 0 0 0 3px var(--accent); }
    .bubble svg { inline-size: 27px; block-size: 27px; }
    [aria-busy] svg { animation: beat 1s infinite alternate; }
    .badge { position: absolute; inset-block-start: -3px; inset-inline-end: -3px; min-inline-size: 21px; padding: 0 5px; border: 2px solid #fff; border-radius: 12px; background: #cf222e; color: #fff; font-size: 11.5px; font-weight: 650; line-height: 17px; text-align: center; }
    [hidden] { display: none !important; }
    @keyframes rise { from { transform: translateY(8px); opacity: 0; } }
    @keyframes beat { to { opacity: .35; } }
    @media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`;

  async function begin() {
    const answer = await fetch(`${origin}/widget/${key}/settings/?lang=${encodeURIComponent(language)}`, { credentials: "omit" });
    if (!answer.ok) return;
    const settings = await answer.json(), words = settings.words;
    const host = document.createElement("fanoos-chat"), root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    const frame = document.createElement("div"), bubble = document.createElement("button"), badge = document.createElement("span");
    frame.className = `box ${settings.side}`;
    frame.lang = settings.language;
    frame.dir = settings.dir;
    for (const [name, colour] of Object.entries(settings.colours)) frame.style.setProperty(`--${name}`, colour);
    bubble.className = "bubble";
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), path = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("fill", "currentColor");
    path.setAttribute("d", "M12 3c5 0 9.5 3.6 9.5 8.2s-4.5 8.2-9.5 8.2q-1 0-2-.2l-5 2.3c-.6.3-1-.1-.9-.7l.4-3.3c-1.4-1.6-2-3.6-2-6.3 0-4.6 4.5-8.2 9.5-8.2z");
    svg.append(path);
    badge.className = "badge";
    bubble.append(svg, badge);

    let loading;
    const chat = {
      origin, key, data, settings, words, store, host, root, box: frame, bubble,
      unread(count) {
        badge.hidden = !count;
        badge.textContent = count > 9 ? "9+" : count;
        bubble.setAttribute("aria-label", count ? `${words.chat}. ${words.unread.replace("%s", count)}` : words.chat);
      },
      load: () => loading ??= import(app).then(({ start }) => start(chat)).catch((error) => { loading = undefined; throw error; }),
      async open() {
        bubble.setAttribute("aria-busy", "true");
        try { (await chat.load()).open(); } finally { bubble.removeAttribute("aria-busy"); }
      },
    };
    chat.unread(0);
    bubble.addEventListener("click", chat.open);
    frame.append(bubble);
    root.append(frame);
    document.body.append(host);
    if (store.get("token") || store.names().some((name) => name.startsWith("out:"))) setTimeout(chat.load);
  }

  window.fanoosChat = { key };
  const quietly = () => begin().catch(() => {});
  document.body ? quietly() : document.addEventListener("DOMContentLoaded", quietly);
})();
