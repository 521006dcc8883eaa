// Keys on the screen. They type into the field named by data-keys-for; a card with barcodes KEY 0 ... KEY 9, KEY POINT,
// KEY BACK, KEY RECORD, KEY CONFIRM and KEY STOP stands for them, so that a step needs no touch at all.
const LONGEST = 12;

function press(field, key) {
  let value = field.value;
  if (key === "back") value = value.slice(0, -1);
  else if (key === "clear") value = "";
  else if (key === "." && value.includes(".")) return;
  else if (value.length < LONGEST) value += key;
  if (value === field.value) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const empty = (field) => !field || (field.type === "checkbox" ? !field.checked : !field.value);
const fieldOf = (keys) => document.getElementById(keys.dataset.keysFor);

// A button that needs a field stays closed, with its reason, until something stands in the field.
function openButtons() {
  for (const button of document.querySelectorAll("[data-needs]")) {
    const closed = button.dataset.needs.split(" ").some((id) => empty(document.getElementById(id)));
    if (closed) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled");
    button.classList.toggle("btn--go", !closed);
    const reason = button.querySelector("small");
    if (reason && button.dataset.needsWords === undefined) button.dataset.needsWords = reason.textContent;
    if (reason) reason.textContent = closed ? button.dataset.needsWords : (button.dataset.ready ?? "");
  }
}

function card(event) {
  const [word, name] = event.detail.text.split(" ");
  if (word !== "KEY" || !name) return;
  event.preventDefault();
  if (name === "RECORD") { document.querySelector("[data-key-record]")?.click(); return; }
  if (name === "CONFIRM") { document.querySelector("[data-key-confirm]")?.click(); return; }
  if (name === "STOP") { document.querySelector("[data-key-stop]")?.click(); return; }
  const keys = document.querySelector("[data-keys-for]");
  const key = { POINT: ".", BACK: "back" }[name] ?? (/^\d$/.test(name) ? name : null);
  if (keys && key) press(fieldOf(keys), key);
}

export function startKeypad() {
  document.addEventListener("click", (event) => {
    const key = event.target.closest?.("[data-key]");
    const keys = key?.closest("[data-keys-for]");
    if (keys) press(fieldOf(keys), key.dataset.key);
  });
  document.addEventListener("input", openButtons);
  document.addEventListener("sufficit:shown", openButtons);
  document.addEventListener("sufficit:scan", card);
}
