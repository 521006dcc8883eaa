// Right: one short tone. Wrong: a long low tone until Silence or until the page no longer says so. Sound never stands alone:
// the page says the same in words, shape and colour.
let audio = null, low = null;

function player() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {});
  return audio;
}

function tone(pitch, seconds, shape) {
  const context = player();
  const source = context.createOscillator(), volume = context.createGain();
  source.type = shape; source.frequency.value = pitch; volume.gain.value = 0.2;
  source.connect(volume).connect(context.destination);
  source.start();
  if (seconds) source.stop(context.currentTime + seconds);
  return source;
}

function silence() { low?.stop(); low = null; }

function sound() {
  const wanted = document.querySelector("#page [data-tone]")?.dataset.tone;
  if (wanted !== "wrong") silence();
  if (!wanted) return;
  document.dispatchEvent(new CustomEvent("sufficit:tone", { detail: { tone: wanted } }));
  if (!navigator.userActivation?.hasBeenActive) return;   // browsers are silent until a key or a touch
  try {
    if (wanted === "right") tone(1320, 0.12, "sine");
    else if (wanted === "wrong-once") tone(196, 0.5, "square");
    else if (wanted === "wrong" && !low) low = tone(196, 0, "square");
  } catch { /* a device without sound still shows the stop */ }
}

export function startTones() {
  document.addEventListener("sufficit:shown", sound);
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-silence]")) silence(); });
}
