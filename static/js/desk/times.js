/* Every time tells itself in full, in the agent's zone, when it is pointed at. */
const zone = document.body.dataset.zone || undefined;
document.addEventListener("pointerover", (event) => {
  const time = event.target.closest?.("time[datetime]");
  if (!time || time.title) return;
  time.title = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn-ca-gregory`, { dateStyle: "full", timeStyle: "short", timeZone: zone }).format(new Date(time.dateTime));
});

/* "2m" grows older while the page stays open; words come from the page. */
setInterval(() => {
  const words = document.getElementById("rows")?.dataset;
  if (!words?.minutes) return;
  for (const time of document.querySelectorAll("#rows time[data-ago]")) {
    const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60_000);
    if (minutes >= 24 * 60) continue;
    const [form, count] = minutes < 1 ? ["now", 0] : minutes < 60 ? ["minutes", minutes] : ["hours", Math.floor(minutes / 60)];
    const text = words[form].replace("%(count)s", count);
    if (time.textContent !== text) time.textContent = text;
  }
}, 20_000);
