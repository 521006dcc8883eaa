// The scanner is a keyboard that types very fast and ends with Enter (or Tab). A scan counts wherever the focus is and
// never types into a field; what a person types is never taken for a scan. FNC1 arrives as Ctrl+] and is kept as U+001D,
// other control keys inside a scan are dropped: a barcode must not press hotkeys.
const SILENCE = 80;      // ms between two keys after which it is a person
const SHORTEST = 4;      // characters; shorter bursts with Enter are a person's
const AFTERGLOW = 300;   // ms after a scan in which a second suffix (carriage return and line feed) presses nothing
const GS = "\u001d";

const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "NumLock", "Dead"]);

const editable = (element) =>
  element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement || element?.isContentEditable ||
  (element instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "hidden"].includes(element.type));

const separator = (event) =>
  event.key === GS || (event.ctrlKey && !event.altKey && !event.metaKey && (event.key === "]" || event.code === "BracketRight"));

export function startScanner(deliver) {
  let text = "", last = 0, quietUntil = 0, inside = false, framed = false, field = null, before = null;

  const forget = () => { text = ""; inside = false; framed = false; field = null; before = null; };
  const begin = (key) => {
    inside = true;
    const active = document.activeElement;
    field = editable(active) ? active : null;
    if (field) before = { value: field.value, start: field.selectionStart, end: field.selectionEnd };
    framed = key !== "" && key === document.body.dataset.scannerPrefix;
  };
  const giveBack = () => {
    if (!field || field.value === before.value) return;
    field.value = before.value;
    if (before.start !== null) field.setSelectionRange?.(before.start, before.end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const swallow = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || MODIFIERS.has(event.key)) return;
    if (inside && event.timeStamp - last > SILENCE) forget();

    if (event.key === (document.body.dataset.scannerSuffix || "Enter")) {
      const scan = text;
      if (scan.length >= SHORTEST) {
        swallow(event); giveBack(); forget();
        quietUntil = event.timeStamp + AFTERGLOW;
        deliver(scan);
      } else {
        if (event.timeStamp < quietUntil) swallow(event);
        forget();
      }
      return;
    }
    if (event.timeStamp < quietUntil && event.key === "Enter") { swallow(event); return; }

    if (separator(event)) {
      if (!inside) begin("");
      text += GS; last = event.timeStamp;
      swallow(event);
      return;
    }
    const plain = [...event.key].length === 1 && (event.getModifierState("AltGraph") || !(event.ctrlKey || event.altKey || event.metaKey));
    if (plain) {
      const first = !inside;
      if (first) begin(event.key);
      if (!(first && framed)) text += event.key;   // the prefix itself is no part of the code
      last = event.timeStamp;
      if (framed || !(first || field)) swallow(event);
      return;
    }
    if (text.length > 1) { swallow(event); last = event.timeStamp; return; }   // a hotkey inside a scan
    forget();
  }, true);
}
