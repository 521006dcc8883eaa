// What is scanned or recorded is sent in the background, one after the other, each with a key of its own. While the network
// is away it is kept here, in memory only (nothing about a patient is written to the browser's storage), said so in amber,
// and sent again with the same key: the server does it once, however often it arrives.
import { show } from "./page.js";
import { takePicture } from "./camera.js";

const SLOW = 700;   // ms without an answer after which the page says that it waits for one
const waiting = [];
let sending = false, away = false;

export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

export function send(form, body, what) {
  waiting.push({ url: form.action, body, what });
  pump();
}

async function pump() {
  if (sending) return;
  sending = true;
  while (waiting.length) {
    const answer = await saidWhenSlow(ask(waiting[0]), "Sending");
    if (answer === null) {
      away = true; say();
      await new Promise((again) => { setTimeout(again, 1500); addEventListener("online", again, { once: true }); });
      continue;
    }
    away = false;
    waiting.shift();
    if (!show(answer.html, answer.url)) location.assign(answer.url ?? location.href);
    say();
  }
  sending = false;
}

async function ask(item) {
  try {
    const response = await fetch(item.url, {
      method: "POST", body: item.body, credentials: "same-origin", headers: { Accept: "text/html", "X-Sent-By": "page" },
      signal: AbortSignal.timeout(20000),
    });
    if ([502, 503, 504].includes(response.status)) return null;
    return { html: await response.text(), url: response.redirected ? response.url : null };
  } catch { return null; }
}

// In words, where the scanner speaks; on a page without a scanner's bar at the foot of the screen.
function tell(kind, icon, strong, small) {
  const place = document.querySelector("[data-scan-state]") ?? document.getElementById("sending");
  if (!place) return;
  place.innerHTML = `<p class="scan scan--${kind}"><svg class="i" aria-hidden="true" viewBox="0 0 24 24"><use href="#i-${icon}"/></svg><span><b></b><small></small></span></p>`;
  place.querySelector("b").textContent = strong;
  place.querySelector("small").textContent = small;
}

function say() {
  if (!away || !waiting.length) { document.getElementById("sending")?.replaceChildren(); return; }
  const scans = waiting.filter((item) => item.what === "scan").length;
  const count = scans || waiting.length, word = scans ? "scan" : waiting[0].what;
  tell("soft", "offline", `${count} ${word}${count === 1 ? "" : "s"} kept here, not saved yet`, "The network is away. It is sent as soon as it is back.");
}

const sayWaiting = (doing) => { if (!away) tell("now", "clock", doing, "Not saved yet: waiting for the answer."); };

async function saidWhenSlow(work, doing) {
  const timer = setTimeout(sayWaiting, SLOW, doing);
  try { return await work; } finally { clearTimeout(timer); }
}

// A scan goes to the field that waits for one, else to the page's scan form, else it is said that nothing takes it.
export function routeScan(text) {
  const event = new CustomEvent("sufficit:scan", { detail: { text }, cancelable: true });
  if (!document.dispatchEvent(event)) return;
  const field = document.querySelector("dialog[open] [data-scan-into]") ?? document.querySelector("[data-scan-into]");
  if (field) {
    field.value = text;
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
    const mark = document.getElementById(field.dataset.marks);
    mark?.classList.add("is-read");
    if (mark?.dataset.read) mark.querySelector("b").textContent = mark.dataset.read;
    document.getElementById(field.dataset.scanInto)?.focus();
    return;
  }
  const form = document.querySelector("form[data-scan]");
  if (!form) { tell("soft", "scan", "Nothing on this page takes a scan", "Open the page that it is for, then scan again."); return; }
  const body = new FormData(form);
  body.set(form.dataset.scan, text);
  body.set("key", newKey());
  send(form, body, "scan");
}

async function sendForm(form, submitter) {
  const body = new FormData(form, submitter);
  if (form.dataset.picture) {
    const picture = await saidWhenSlow(takePicture(), "Taking the picture");
    if (picture) body.set(form.dataset.picture, picture, "picture.jpg");
  }
  send(form, body, "entry");
}

export const isWaiting = () => waiting.length > 0;

export function startSending() {
  let slow = 0;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }   // pressed twice
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    if (form.hasAttribute("data-send")) { event.preventDefault(); sendForm(form, event.submitter); }
    else if (!form.target) slow = setTimeout(sayWaiting, SLOW, "Sending");
  });
  addEventListener("pageshow", () => {   // also after Back, which shows the page as it was left
    clearTimeout(slow);
    say();
    for (const form of document.forms) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
  addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
}
