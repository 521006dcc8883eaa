// The station's camera. A picture is taken from the live view, made a JPEG here and sent with the form: never kept.
const WAIT = 3000;   // ms for one picture; the server decides what a step without a picture is worth
let stream = null, refused = "";

async function open() {
  if (stream?.active) return stream;
  if (!navigator.mediaDevices) { refused = "no camera: the page needs HTTPS"; return null; }
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } }, audio: false });
    refused = "";
    return stream;
  } catch (error) { refused = `no camera: ${error.name === "NotAllowedError" ? "not allowed in this browser" : "none found"}`; return null; }
}

async function attach() {
  const view = document.querySelector("video[data-camera]");
  if (!view && !document.querySelector("form[data-picture]")) return;
  const live = await open();
  for (const says of document.querySelectorAll("[data-camera-says]")) says.textContent = live ? "Camera ready" : refused;
  for (const part of document.querySelectorAll("[data-camera-missing]")) part.hidden = Boolean(live);
  if (view && live && view.srcObject !== live) { view.srcObject = live; await view.play().catch(() => {}); }
}

async function frame() {
  const live = await open();
  if (!live) return null;
  const view = document.createElement("video");
  view.muted = true; view.playsInline = true; view.srcObject = live;
  await view.play();
  const canvas = document.createElement("canvas");
  canvas.width = view.videoWidth; canvas.height = view.videoHeight;
  canvas.getContext("2d").drawImage(view, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}

export function takePicture() {
  const late = new Promise((done) => setTimeout(() => done(null), WAIT));
  return Promise.race([frame().catch(() => null), late]);
}

export function startCamera() {
  document.addEventListener("sufficit:shown", attach);
}
