// Whether somebody is at this browser: a touch in any of its tabs counts for all of them.

const KEY = "fanoos-active", IDLE = 15 * 60000, NOTE_EVERY = 15000;
const TOUCHES = ["pointerdown", "pointermove", "wheel", "touchstart", "keydown"];

const noted = () => Number(localStorage.getItem(KEY)) || 0;

export const isIdle = () => Date.now() - noted() > IDLE;

// Hears of touches, and calls `returned` when one comes after a long rest.
export function onReturn(returned) {
  const touch = () => {
    if (Date.now() - noted() < NOTE_EVERY) return;
    const rested = isIdle();
    localStorage.setItem(KEY, Date.now());
    if (rested) returned();
  };
  localStorage.setItem(KEY, Date.now()); // whoever opened this page
  for (const name of TOUCHES) window.addEventListener(name, touch, { passive: true, capture: true });
}
