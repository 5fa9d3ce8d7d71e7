/* Something of mine came in, or a chat that is nobody's yet: the title says so, a sound and a notice of the browser where they are wished for. */
import { notice } from "../notices.js";

const me = document.body.dataset.agent, sound = document.body.dataset.sound === "on";
let unseen = 0, title = "";

function show() {
  if (!unseen) { if (title) document.title = title; title = ""; return; }
  title ||= document.title;
  document.title = `(${unseen}) ${title}`;
}

document.addEventListener("desk:changed", (event) => {
  const { what, assignee, waits, ticket } = event.detail;
  if (what !== "message.received" || !(waits || String(assignee) === me)) return;
  if (sound) ring();
  if (!document.hidden) return;
  notice(document.body.dataset.notice.replace("{}", ticket), ticket);
  unseen += 1;
  show();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  show();
});

/* Two soft notes, drawn by the browser: no file to fetch. Browsers allow it once the page was touched. */
function ring() {
  try {
    const audio = new AudioContext();
    for (const [pitch, at] of [[660, 0], [880, 0.12]]) {
      const note = audio.createOscillator(), volume = audio.createGain();
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, audio.currentTime + at);
      volume.gain.exponentialRampToValueAtTime(0.08, audio.currentTime + at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 0.4);
      note.connect(volume).connect(audio.destination);
      note.start(audio.currentTime + at);
      note.stop(audio.currentTime + at + 0.45);
    }
    setTimeout(() => audio.close(), 1000);
  } catch { /* silence, then */ }
}
