/* Who else looks at the open ticket, or writes on it. */
document.addEventListener("desk:viewers", (event) => {
  const line = document.getElementById("viewers");
  if (!line) return;
  const names = (people) => new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(people.map((one) => `\u2068${one.name}\u2069`));
  const typing = event.detail.viewers.filter((one) => one.typing), looking = event.detail.viewers.filter((one) => !one.typing);
  const said = [];
  if (typing.length) said.push(line.dataset.typing.replace("%s", names(typing)));
  if (looking.length) said.push(line.dataset.looking.replace("%s", names(looking)));
  line.textContent = said.join(" · ");
});
