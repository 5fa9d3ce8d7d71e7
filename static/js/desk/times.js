/* Every time tells itself in full, in the agent's zone and calendar, when it is pointed at. */
const zone = document.body.dataset.zone || undefined;
document.addEventListener("pointerover", (event) => {
  const time = event.target.closest?.("time[datetime]");
  if (!time || time.title) return;
  time.title = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn`, { dateStyle: "full", timeStyle: "short", timeZone: zone }).format(new Date(time.dateTime));
});

const length = (minutes, words) => minutes < 60 ? words.minutes.replace("%(count)s", minutes)
  : minutes < 24 * 60 && minutes % 60 === 0 ? words.hours.replace("%(count)s", minutes / 60)
  : minutes < 24 * 60 ? words.both.replace("%(hours)s", Math.floor(minutes / 60)).replace("%(minutes)s", minutes % 60)
  : words.days.replace("%(count)s", Math.floor(minutes / (24 * 60)));

/* Deadlines come nearer; half an hour before them they say so. */
function hurry(words) {
  for (const due of document.querySelectorAll("[data-due]")) {
    const left = Date.parse(due.dataset.due) - Date.now();
    const minutes = Math.floor(Math.abs(left) / 60_000);
    const soon = left < 30 * 60_000;
    const form = left < 0 ? words.late : soon ? ("reply" in due.dataset ? words.reply : words.dueIn) : "%(time)s";
    const text = form.replace("%(time)s", length(minutes, words));
    if (due.textContent !== text) due.textContent = text;
    (due.closest(".due-pill") ?? due).classList.toggle("late", soon);
  }
}

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
  hurry(words);
}, 20_000);
