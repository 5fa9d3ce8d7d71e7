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
