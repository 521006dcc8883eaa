// The clock in the bar goes on from the server's time (wall-clock milliseconds of the site in data-clock), not the device's.
let started = performance.now(), from = null;

function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    if (from !== clock.dataset.clock) { from = clock.dataset.clock; started = performance.now(); }
    const now = new Date(Number(from) + performance.now() - started).toISOString();
    clock.dataset.shown = now.slice(11, 19);
    clock.textContent = clock.textContent.replace(/\d\d:\d\d$/, now.slice(11, 16));
  }
}

export function startClock() {
  document.addEventListener("sufficit:shown", tick);
  setInterval(tick, 1000);
}
