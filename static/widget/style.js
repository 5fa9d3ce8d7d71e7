export const style = `
.box { --paper: #fff; --sunken: #f3f4f8; --line: #e3e5ec; --field: #8d93a3; --ink: #1b1e28; --soft: #555b6b; --late: #c0262d; --shade: 0 2px 8px rgb(15 20 40 / .1), 0 32px 64px -20px rgb(15 20 40 / .38); color-scheme: light; color: var(--ink); }
.dark { --paper: #191b21; --sunken: #272a33; --line: #343843; --field: #767d8e; --ink: #eceef3; --soft: #aab0be; --late: #ff8a85; --shade: 0 2px 8px #0008, 0 32px 64px -16px #000c; --link: var(--link_dark) !important; color-scheme: dark; }
button, input, textarea { font: inherit; color: inherit; }
button { border: 0; background: none; cursor: pointer; }
ul { padding: 0; list-style: none; }
svg { inline-size: 20px; block-size: 20px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; flex: none; }
.bubble svg { stroke: none; }
.more svg { stroke-width: 3.5; }
[dir=rtl] .back svg { transform: scaleX(-1); }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
dialog { position: absolute; inset: auto auto 20px; margin: 0; padding: 0; border: 0; max-inline-size: none; max-block-size: none; flex-direction: column; inline-size: 376px; block-size: min(656px, 100vh - 40px); background: var(--paper); color: inherit; border-radius: 20px; box-shadow: var(--shade); overflow: hidden; outline: 0; animation: rise .18s ease-out; }
.end dialog { inset-inline-end: 20px; }
dialog[open] { display: flex; }
.start dialog { inset-inline-start: 20px; }
header { position: relative; z-index: 1; display: flex; align-items: center; gap: 8px; padding: 16px; padding-inline-end: 10px; background: var(--accent); color: var(--on_accent); }
header :focus-visible { outline-color: currentColor; }
.about { flex: 1; min-inline-size: 0; line-height: 1.35; }
.about *, .chips bdi, .list b, .list span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: -webkit-match-parent; text-align: match-parent; }
small { font-size: 12.5px; }
.tool, .send { display: grid; place-items: center; inline-size: 36px; block-size: 36px; padding: 0; border-radius: 50%; flex: none; }
.tool:hover { background: color-mix(in srgb, currentColor 12%, #0000); }
header .tool { inline-size: 34px; margin-inline-start: -6px; }
header .back { margin-inline: -12px -8px; }
.faces { display: flex; }
.face { display: grid; place-items: center; inline-size: 40px; block-size: 40px; border-radius: 50%; background: #dcefe3; color: #17432a; font-size: 14px; font-weight: 600; overflow: hidden; flex: none; }
.face + .face { margin-inline-start: -14px; box-shadow: 0 0 0 2px var(--accent); background: #efe3d2; }
.face img { inline-size: 100%; }
.menu, .emoji { position: absolute; inset-inline-end: 12px; padding: 8px; border-radius: 12px; background: var(--paper); color: var(--ink); box-shadow: var(--shade), 0 0 0 1px var(--line); }
.menu { inset-block-start: calc(100% - 8px); min-inline-size: 200px; }
.menu button { display: flex; justify-content: space-between; inline-size: 100%; padding: 8px 12px; border-radius: 12px; }
.menu :focus-visible { outline-color: var(--link); outline-offset: -2px; }
button:is(.menu *, .list *, .emoji *):hover { background: var(--sunken); }
.menu [aria-pressed=true]::after { content: "✓"; color: var(--link); }
.trouble { padding: 8px 16px; background: color-mix(in srgb, #f2b01e 20%, var(--paper)); font-size: 12.5px; }
.log { flex: 1; padding: 16px; overflow: hidden auto; overscroll-behavior: contain; display: flex; flex-direction: column; gap: 8px; outline-offset: -3px; }
.row { display: flex; flex-direction: column; align-items: flex-start; gap: 4px; }
.new { animation: rise .18s ease-out; }
.mine { align-items: flex-end; }
.same { margin-block-start: -4px; }
.letter { max-inline-size: 84%; inline-size: fit-content; padding: 8px 14px; border-radius: 18px; background: var(--sunken); white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.us { border-end-start-radius: 4px; }
.me, .mine .file { border-end-end-radius: 4px; background: var(--accent); color: var(--on_accent); }
.letter a { color: inherit; }
.us a { color: var(--link); }
.gone, .by, .day, .state, .asks, .quiet, .over, .list :is(span, time), .rates small, .field .tool, ::placeholder, label { color: var(--soft); opacity: 1; }
.gone { background: none; box-shadow: inset 0 0 0 1px var(--line); }
.by { display: flex; align-items: center; gap: 8px; }
.by .face { inline-size: 22px; block-size: 22px; font-size: 9.5px; }
.day { align-self: center; font-size: 12.5px; text-align: center; }
.day::first-letter, time::first-letter { text-transform: uppercase; }
.state { padding-inline: 4px; }
.failed { display: flex; align-items: center; gap: 8px; color: var(--late); }
.state button { padding: 2px; text-decoration: underline; font-weight: 600; }
.file { display: flex; align-items: center; gap: 8px; text-decoration: none; }
.photo { max-inline-size: 70%; }
.photo img { display: block; max-inline-size: 100%; max-block-size: 220px; border-radius: 12px; }
.dots { display: flex; gap: 4px; padding-block: 14px; }
.dots i { inline-size: 7px; block-size: 7px; border-radius: 50%; background: var(--soft); animation: beat .6s infinite alternate; }
.dots i:nth-child(2) { animation-delay: .2s; }
.dots i:nth-child(3) { animation-delay: .4s; }
.asks { align-self: center; max-inline-size: 100%; background: none; padding-block: 4px; text-align: center; }
.choices { display: flex; flex-wrap: wrap; gap: 8px; align-self: stretch; }
.choices button { padding: 8px 14px; border-radius: 20px; box-shadow: inset 0 0 0 1.5px var(--link); color: var(--link); }
.choices :is(:hover, [aria-pressed=true]) { background: color-mix(in srgb, var(--link) 14%, var(--paper)); }
.rates { display: grid; grid-template-columns: repeat(5, 46px); justify-content: center; text-align: center; }
.rates button { inline-size: 46px; block-size: 46px; padding: 0; border-radius: 50%; font-size: 25px; line-height: 1; box-shadow: inset 0 0 0 1px var(--line); }
.rates [aria-pressed=true] { box-shadow: inset 0 0 0 2px var(--link); }
.done.rates [aria-pressed=false] { opacity: .55; }
.rates small { grid-column: span 2; text-align: start; white-space: nowrap; }
.rates small + small { grid-column: 4 / 6; text-align: end; }
.choices .quiet { grid-column: 1 / -1; inline-size: auto; block-size: auto; box-shadow: none; color: var(--soft); font-size: 15px; text-decoration: underline; }
.ask { display: grid; grid-template-columns: 1fr auto; gap: 8px; padding: 14px; border-radius: 12px; box-shadow: inset 0 0 0 1px var(--line); }
.ask :is(p, input) { grid-column: 1 / -1; }
.main { padding: 8px 16px; border-radius: 12px; background: var(--accent); color: var(--on_accent); font-weight: 600; }
input, textarea { inline-size: 100%; min-inline-size: 0; padding: 8px 12px; border: 1px solid var(--field); border-radius: 12px; background: var(--paper); color: var(--ink); }
[aria-invalid=true] { border-color: var(--late); box-shadow: 0 0 0 1px var(--late); }
.composer { position: relative; padding: 8px 12px 12px; }
.field { display: flex; align-items: flex-end; padding: 4px; padding-inline-start: 14px; border: 1px solid var(--field); border-radius: 24px; }
.field:focus-within { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
.field textarea { flex: 1; padding: 6px 0; border: 0; outline: 0; resize: none; }
.send { margin-inline-start: 4px; background: var(--accent); color: var(--on_accent); }
.send:disabled { background: var(--sunken); color: var(--soft); }
.emoji { inset-block-end: 100%; display: grid; grid-template-columns: repeat(6, 40px); }
.emoji button { block-size: 38px; padding: 0; border-radius: 12px; font-size: 21px; line-height: 1; }
.questions { display: grid; gap: 8px; padding-block-end: 8px; }
.chips li { display: flex; align-items: center; gap: 8px; margin-block-end: 8px; padding: 4px; padding-inline-start: 12px; border-radius: 12px; background: var(--sunken); }
.chips bdi { flex: 1; }
.chips img { block-size: 30px; }
.going { animation: beat .6s infinite alternate; }
.list { flex: 1; overflow: auto; padding: 8px; }
.list button { display: grid; grid-template-columns: 1fr auto; gap: 0 10px; inline-size: 100%; padding: 8px 12px; border-radius: 12px; text-align: start; }
.list :is(span, time) { grid-row: 2; font-size: 12.5px; }
.list i { padding-inline: 6px; border-radius: 12px; background: var(--accent); color: var(--on_accent); font-size: 12.5px; font-style: normal; justify-self: end; }
.over { display: grid; gap: 8px; justify-items: center; padding: 16px; }
.dropping .field { outline: 2px dashed var(--link); outline-offset: 3px; }
@media (max-width: 480px), (max-height: 480px) {
  dialog { inset: auto 0 0 !important; position: fixed; inline-size: 100%; block-size: var(--high); border-radius: 0; }
  input, textarea { font-size: 16px; }
  .tool, .send { inline-size: 40px; block-size: 40px; }
}
`;
