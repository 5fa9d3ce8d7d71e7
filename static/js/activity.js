// Whether somebody is at this browser: a touch in any of its tabs counts for all of them.

const KEY = "fanoos-active", IDLE = 15 * 60000, NOTE_EVERY = 15000;
const TOUCHES = ["pointerdown", "pointermove", "wheel", "touchstart", "keydown"];

export const isIdle = () => Date.now() - (Number(localStorage.getItem(KEY)) || 0) > IDLE;

// Hears of touches, and calls `returned` when one comes after a long rest.
export function onReturn(returned) {
  let noted;
  const note = () => localStorage.setItem(KEY, noted = Date.now());
  const touch = () => {
    if (Date.now() - noted < NOTE_EVERY) return;
    const rested = isIdle();
    note();
    if (rested) returned();
  };
  note(); // whoever opened this page
  for (const name of TOUCHES) window.addEventListener(name, touch, { passive: true, capture: true });
}
