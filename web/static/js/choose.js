// A field that is searched while typing: [data-choose="/address"] around an input with role=combobox and its list.
// The address answers with options; arrows move, Enter or a press chooses, Escape closes. Without this script the field
// still takes an exact name or number.
let asked = 0;

const parts = (input) => ({ box: input.closest("[data-choose]"), list: document.getElementById(input.getAttribute("aria-controls")) });

function close(input) {
  const { list } = parts(input);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

async function look(input) {
  const { box, list } = parts(input);
  if (!input.value.trim()) { close(input); return; }
  const mine = ++asked;
  try {
    const body = new FormData(); // sent, not asked for by address: names and numbers of patients belong in no log
    body.append("q", input.value.trim());
    body.append("csrf_token", input.form.elements.csrf_token.value);
    const answer = await fetch(box.dataset.choose, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok || answer.redirected || mine !== asked || document.activeElement !== input) return;
    list.innerHTML = await answer.text();
    for (const option of list.children) option.id = `${input.id}-${option.id}`;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  } catch { close(input); }
}

function move(input, step) {
  const options = [...parts(input).list.querySelectorAll("[data-value]")];
  if (!options.length) return;
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(now + step + options.length) % options.length] ?? options[0];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function take(input, option) {
  input.value = option.dataset.value;
  close(input);
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
}

let waiting = 0;
document.addEventListener("input", (event) => {
  if (!event.isTrusted || event.target.getAttribute?.("role") !== "combobox") return;
  clearTimeout(waiting);
  waiting = setTimeout(look, 120, event.target);
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (input.getAttribute?.("role") !== "combobox") return;
  const { list } = parts(input);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) look(input); else move(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !list.hidden) {
    event.preventDefault();
    const option = list.querySelector('[aria-selected="true"]') ?? list.querySelector("[data-value]");
    if (option) take(input, option);
  } else if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(input); }
});

// The press must not take the focus away before it counts.
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("[role=listbox] [data-value]");
  if (!option) return;
  event.preventDefault();
  take(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
});

document.addEventListener("focusout", (event) => {
  if (event.target.getAttribute?.("role") === "combobox") close(event.target);
});

// [data-follows="field"]: a part of the form that is drawn anew when that field gets another value, e.g. the units of another
// drug. What stands in the part at that moment, the focus included, is put back.
const drawn = new WeakMap();

async function follow(part, field) {
  if (drawn.get(part) === field.value) return;
  drawn.set(part, field.value);
  const answer = await fetch(part.dataset.part, { method: "POST", body: new FormData(field.form), credentials: "same-origin" });
  if (!answer.ok || answer.redirected || drawn.get(part) !== field.value) return;
  const html = await answer.text();
  const typed = new Map([...part.querySelectorAll("[name]:not([type=hidden])")].map((one) => [one.name, one.value]));
  const focus = part.contains(document.activeElement) ? document.activeElement.id : null;
  part.innerHTML = html;
  for (const one of part.querySelectorAll("[name]:not([type=hidden])")) {
    const value = typed.get(one.name);
    if (!value || (one.matches("select") && ![...one.options].some((option) => option.value === value))) continue;
    one.value = value;
  }
  if (focus) document.getElementById(focus)?.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  for (const part of document.querySelectorAll("[data-follows]")) {
    if (part.dataset.follows === event.target.id) follow(part, event.target);
  }
});
