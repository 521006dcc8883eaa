// Everything that runs in the page starts here. No page carries a script of its own.
// Conventions, all by attributes:
//   form[data-scan="code"]        takes every scan of the page in that field (scanner.js, offline.js)
//   input[data-scan-into]         takes the next scan as its value instead, e.g. the badge at sign-on
//   form[data-send]               sent in the background and kept while the network is away; the answer redraws #page
//   form[data-picture="picture"]  with data-send: one picture from the station's camera goes with it (camera.js)
//   form[data-decides]            Enter never submits it; a click, a tap or Space on the button does
//   [data-keys-for], [data-key], [data-needs], [data-key-record], [data-key-stop]     keys on the screen (keypad.js)
//   [data-keep="step-5"]          what was typed survives a redraw while the name stays the same (page.js)
//   [data-live="/url"]            a part that stays live by asking every few seconds (live.js)
//   [data-unfolds="id"]           a menu that unfolds on a narrow screen (dialogs.js)
//   [data-opens="id"], [data-closes]   dialogs; dialog[data-open-now] opens with the page (dialogs.js)
//   [data-tone="right|wrong|wrong-once"], [data-silence]   sounds (tones.js)
//   [data-focus]                  takes the focus when the page is shown; [aria-disabled="true"] does nothing when pressed
// Events on document: sufficit:scan (cancelable, detail.text), sufficit:shown, sufficit:tone (detail.tone).
import { startScanner } from "./scanner.js";
import { routeScan, startSending } from "./offline.js";
import { startKeypad } from "./keypad.js";
import { startCamera } from "./camera.js";
import { startLive } from "./live.js";
import { startDialogs } from "./dialogs.js";
import { startTones } from "./tones.js";
import { startIdle } from "./idle.js";
import { arrived } from "./page.js";
import { startClock } from "./clock.js";

// A button that says why it is closed does nothing, whoever presses it and however.
document.addEventListener("click", (event) => {
  if (event.target.closest?.('[aria-disabled="true"]')) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);

// Enter, which every scanner sends, never decides.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.closest) return;
  const form = event.target.form ?? event.target.closest("form");
  if (form?.hasAttribute("data-decides") && !event.target.matches("textarea, a, summary, [type=button]")) event.preventDefault();
});

startScanner(routeScan);
startKeypad();
startSending();
startDialogs();
startTones();
startCamera();
startLive();
startIdle();
startClock();
arrived();
