// After the station's idle time the page locks itself. The step stays where it is on the server. The server locks by its own
// clock as well; this only makes sure that nobody walks past an open screen. While something is kept here unsent it waits.
import { isWaiting } from "./offline.js";

let touched = performance.now();

export function startIdle() {
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => { touched = performance.now(); }, true);
  setInterval(() => {
    const seconds = Number(document.body.dataset.idleSeconds);
    if (!seconds || isWaiting() || performance.now() - touched < seconds * 1000) return;
    touched = performance.now();
    document.querySelector("form[data-lock]")?.requestSubmit();
  }, 1000);
}
