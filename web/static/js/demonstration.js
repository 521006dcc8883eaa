// Demonstration only: codes to press where no scanner is at hand. They take the same way as a scan.
import { routeScan } from "./offline.js";

const panel = document.querySelector("[data-codes]");
const place = panel.querySelector("[data-codes-here]");

async function fill() {
  if (!panel.open) return;
  try {
    const answer = await fetch(`${panel.dataset.codes}?at=${encodeURIComponent(location.pathname)}`, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
  } catch { /* the page itself says that the network is away */ }
}

panel.addEventListener("toggle", fill);
document.addEventListener("sufficit:shown", fill);
document.addEventListener("click", (event) => {
  const key = event.target.closest?.("[data-code]");
  if (key && panel.contains(key)) routeScan(key.dataset.code);
  else if (panel.open && !panel.contains(event.target) && matchMedia("(max-width: 600px)").matches) panel.open = false;
});
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { panel.open = false; panel.querySelector("summary").focus(); }
});
