// The ward's phone as a scanner. Pictures of the live view go to the server one after the other until a label of ours is read;
// a picture taken by hand goes the same way. The server reads and forgets them; nothing is kept here either.
const EVERY = 600;        // ms from one picture to the next, after the answer to the last
const HINT_AFTER = 8000;  // ms of looking without a code after which it is said how to hold the phone
const REST_AFTER = 60000; // ms of looking after which the camera rests: an open page must not look for ever
const LONGEST = 1600;     // pixels of the longer side that are sent: a label's code needs no more
const ANSWER = 15000;     // ms for one answer

const WORDS = {
  looking: ["now", "camera", "Looking for a label", "Hold the square code of the label inside the frame."],
  hint: ["now", "camera", "No code found yet", "A hand's width away, sharp, in the light, the whole square code inside the frame."],
  rest: ["soft", "pause", "No code was found", "The camera rests. Press Look again, or find the patient."],
  reading: ["now", "camera", "Reading the picture", ""],
  found: ["ok", "check", "Label read", "The dose opens."],
  away: ["soft", "offline", "The network is away", "It goes on as soon as it is back."],
  NotAllowedError: ["soft", "camera", "The camera is not allowed", "Allow it for this page in the browser's settings, or take a picture instead."],
  NotFoundError: ["soft", "camera", "No camera was found", "Take a picture with another program and choose it, or find the patient."],
  NotReadableError: ["soft", "camera", "The camera is busy", "Another program uses it. Close that one and press Look again."],
  insecure: ["soft", "camera", "No live camera here", "The live view needs an address that begins with https. Take a picture instead."],
  unreadable: ["soft", "camera", "This file is no picture", "Take a picture of the label."],
};

let box = null, stream = null, round = 0, since = 0;
const part = (name) => box.querySelector(`[data-aim-${name}]`);

function say([kind, icon, strong, small]) {
  const says = part("says");
  if (says.dataset.shown === strong + small) return;   // said once: a screen reader must not repeat it at every picture
  says.dataset.shown = strong + small;
  says.innerHTML = `<p class="scan scan--${kind}"><svg class="i" aria-hidden="true" viewBox="0 0 24 24"><use href="#i-${icon}"/></svg><span><b></b><small></small></span></p>`;
  says.querySelector("b").textContent = strong;
  says.querySelector("small").textContent = small;
}

function stop() {
  round += 1;
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
}

function rest(words) {
  stop();
  say(words);
  part("again").hidden = !navigator.mediaDevices;
}

async function look() {
  if (!navigator.mediaDevices) { rest(WORDS.insecure); return; }
  stop();
  const mine = round;
  part("again").hidden = true;
  let opened;
  try {
    opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } }, audio: false });
  } catch (error) { if (mine === round) rest(WORDS[error.name] ?? WORDS.NotFoundError); return; }
  if (mine !== round) { for (const track of opened.getTracks()) track.stop(); return; }
  stream = opened;
  stream.getVideoTracks()[0].addEventListener("ended", () => { if (mine === round) rest(WORDS.NotReadableError); });
  const view = part("view");
  view.srcObject = stream;
  await view.play().catch(() => {});
  say(WORDS.looking);
  since = performance.now();
  while (mine === round) {
    const picture = view.videoWidth ? await jpeg(view, view.videoWidth, view.videoHeight) : null;
    if (picture && mine === round) {
      const answer = await ask(picture, true);
      if (mine !== round) return;
      if (answer && heard(answer, false)) return;
    }
    if (performance.now() - since > REST_AFTER) { rest(WORDS.rest); return; }
    await new Promise((go) => setTimeout(go, EVERY));
  }
}

function jpeg(source, width, height) {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale); canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}

async function ask(picture, byItself) {
  try {
    const response = await fetch(box.dataset.labelCamera, {
      method: "POST", body: picture, credentials: "same-origin", signal: AbortSignal.timeout(ANSWER),
      headers: { "Content-Type": "image/jpeg", "X-CSRFToken": box.dataset.token, ...(byItself ? { "X-Live": "1" } : {}) },
    });
    if (response.status === 401) { location.reload(); return null; }
    return await response.json();
  } catch { say(WORDS.away); return null; }
}

// True when the looking is over.
function heard(answer, byHand) {
  if (answer.dose) { stop(); say(WORDS.found); location.assign(answer.dose); return true; }
  if (answer.code === "too_many") { rest(["soft", "warn", "The camera rests", answer.text]); return true; }
  const nothing = answer.code === "no_code" || answer.code === "busy";
  if (!nothing || byHand) { say(["soft", "unknown", HEADS[answer.code] ?? "Not read", answer.text]); since = Math.max(since, performance.now() - HINT_AFTER); }
  else if (performance.now() - since > HINT_AFTER) say(WORDS.hint);
  else if (part("says").dataset.shown.startsWith(WORDS.away[2])) say(WORDS.looking);
  return false;
}

const HEADS = {
  no_code: "No code found", not_ours: "Not one of our labels", several_labels: "More than one label",
  unknown_number: "Not known here", no_picture: "This file is no picture", busy: "Busy",
};

async function taken(field) {
  const file = field.files[0];
  field.value = "";
  if (!file) return;
  rest(WORDS.reading);
  let picture;
  try {
    const drawn = await createImageBitmap(file);
    picture = await jpeg(drawn, drawn.width, drawn.height);
  } catch { say(WORDS.unreadable); return; }
  const answer = await ask(picture, false);
  if (answer) heard(answer, true);
}

function begin() {
  const found = document.querySelector("[data-label-camera]");
  if (found === box) return;
  if (box) stop();
  box = found;
  if (!box) return;
  part("again").addEventListener("click", look);
  part("file").addEventListener("change", (event) => taken(event.target));
  look();
}

addEventListener("pagehide", () => { if (box) stop(); });
document.addEventListener("visibilitychange", () => {
  if (!box) return;
  if (document.hidden) stop(); else if (!stream && part("again").hidden) look();
});
document.addEventListener("sufficit:shown", begin);
begin();
