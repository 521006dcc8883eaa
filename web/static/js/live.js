// A part with data-live asks its address every few seconds (never more than 5) and is redrawn only when its ETag changed.
// It never moves the focus and never touches what is being typed: a change that would has to wait until the person is done.
const parts = new WeakMap();

const typing = (part) => {
  const active = document.activeElement;
  if (part.contains(active) && active.matches("input, textarea, select")) return true;
  return [...part.querySelectorAll("input, textarea")].some((f) => f.type !== "hidden" && !["checkbox", "radio"].includes(f.type) && f.value !== f.defaultValue);
};

async function redraw(part, html) {
  if (window.htmx) await window.htmx.swap({ text: html, target: part, swap: "innerMorph" });
  else part.innerHTML = html;
}

function say(part, live) {
  const now = document.querySelector("[data-clock]")?.dataset.shown ?? "";
  for (const place of document.querySelectorAll("[data-live-says]")) {
    place.textContent = live ? `Live, updated ${now}` : "Not live: the network is away";
    place.classList.toggle("is-away", !live);
  }
}

async function poll(part) {
  const known = parts.get(part);
  if (document.hidden) return;
  if (known.kept !== null && !typing(part)) { const html = known.kept; known.kept = null; await redraw(part, html); }
  try {
    const response = await fetch(part.dataset.live, {
      cache: "no-store", credentials: "same-origin", headers: { "X-Live": "1", ...(known.etag ? { "If-None-Match": known.etag } : {}) },
      signal: AbortSignal.timeout(8000),
    });
    if (response.status === 401 || response.redirected) { location.reload(); return; }
    if (response.ok) {
      const html = await response.text();
      known.etag = response.headers.get("ETag");
      if (typing(part)) known.kept = html; else { known.kept = null; await redraw(part, html); }
    }
    say(part, response.ok || response.status === 304);
  } catch { say(part, false); }
}

function watch(part) {
  if (parts.has(part)) return;
  parts.set(part, { etag: part.dataset.liveEtag || null, kept: null });
  const seconds = Math.min(Number(part.dataset.liveSeconds) || 4, 5);
  const again = async () => {
    if (!part.isConnected) return;
    await poll(part);
    setTimeout(again, seconds * 1000);
  };
  setTimeout(again, seconds * 1000);
}

export function startLive() {
  document.addEventListener("sufficit:shown", () => document.querySelectorAll("[data-live]").forEach(watch));
}
