// Redraws #page with an answer of the server, keeps what was typed where the step is the same, and puts the focus where it
// belongs. Used after a scan, after a form with data-send, and when the page is first shown.
const COPIED = ["class", "data-density", "data-scanner-prefix", "data-scanner-suffix", "data-idle-seconds", "hx-headers:inherited"];

function keptFields(root) {
  return new Map([...root.querySelectorAll("[data-keep]")].map((field) => [`${field.id} ${field.dataset.keep}`, field]));
}

function bringSheetsAndScripts(next) {
  for (const element of next.head.querySelectorAll("link[rel=stylesheet], script[src]")) {
    const name = element.getAttribute("src") ?? element.getAttribute("href");
    if (document.head.querySelector(`[src="${CSS.escape(name)}"], [href="${CSS.escape(name)}"]`)) continue;
    const copy = document.createElement(element.tagName);
    for (const { name: attribute, value } of element.attributes) copy.setAttribute(attribute, value);
    document.head.append(copy);
  }
}

function putFocus(page, heldId) {
  const wanted = page.querySelector("[data-focus]") ?? (heldId && document.getElementById(heldId));
  if (wanted) { wanted.focus(); return; }
  if (heldId !== null && document.activeElement === document.body) page.querySelector("main")?.focus({ preventScroll: true });
}

export function show(html, url) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const fresh = next.getElementById("page");
  if (!fresh) return false;
  const page = document.getElementById("page");
  const held = page.contains(document.activeElement) ? document.activeElement.id : null;
  const typed = keptFields(page);
  for (const [name, field] of keptFields(fresh)) {
    if (typed.has(name) && !field.getAttribute("value")) field.value = typed.get(name).value;
  }
  bringSheetsAndScripts(next);
  document.title = next.title;
  for (const name of COPIED) {
    const value = next.body.getAttribute(name);
    if (value === null) document.body.removeAttribute(name); else document.body.setAttribute(name, value);
  }
  const values = [...keptFields(fresh).values()].map((field) => [field, field.value]);
  page.replaceChildren(...fresh.childNodes);
  for (const [field, value] of values) field.value = value;
  if (url && url !== location.href) history.replaceState(null, "", url);
  window.htmx?.process(page);
  putFocus(page, held);
  announce();
  return true;
}

export function arrived() {
  document.querySelector("#page [data-focus]")?.focus();
  announce();
}

function announce() {
  document.getElementById("main")?.setAttribute("tabindex", "-1");
  document.dispatchEvent(new CustomEvent("sufficit:shown"));
}
