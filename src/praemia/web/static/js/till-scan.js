// Scanning by camera: by the browser itself where it reads codes (BarcodeDetector), else by a reader of ours in WebAssembly, which is
// fetched when the camera is opened for the first time. Where there is neither, the button stays hidden: a scanner or four digits do.

const FORMATS = ["qr_code", "ean_13", "ean_8", "code_128", "code_39", "data_matrix", "aztec", "pdf417"];
const READER_FORMATS = ["QRCode", "EAN13", "EAN8", "Code128", "Code39", "DataMatrix", "Aztec", "PDF417"];
const WIDEST = 960; // pixels are enough for a code held before a camera, and more only cost time
const PAUSE_MS = 120;

// Either answers a function from the video to the text of a code in it, or null.
async function readerOfBrowser() {
  if (!("BarcodeDetector" in globalThis)) return null;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  const formats = FORMATS.filter((format) => known.includes(format));
  if (!formats.length) return null;
  const detector = new BarcodeDetector({ formats });
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
}

async function readerOfOurs() {
  const { prepareZXingModule, readBarcodes } = await import("../vendor/zxing-wasm/es/reader/index.js");
  const place = new URL("../vendor/zxing-wasm/reader/", import.meta.url);
  await prepareZXingModule({ overrides: { locateFile: (name) => new URL(name, place).href }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!canvas.width || !canvas.height) return null;
    drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = drawing.getImageData(0, 0, canvas.width, canvas.height);
    const codes = await readBarcodes(picture, { formats: READER_FORMATS, maxNumberOfSymbols: 1 });
    return codes[0]?.text || null;
  };
}

export async function offerCamera(button, viewfinder, found) {
  if (!navigator.mediaDevices?.getUserMedia) return;
  let reader = await readerOfBrowser();
  if (!reader && !("WebAssembly" in globalThis)) return;
  const video = viewfinder.querySelector("video");
  let stream = null;
  button.hidden = false;

  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    viewfinder.hidden = true;
  };

  const look = async () => {
    if (!stream) return;
    const text = await reader(video).catch(() => null);
    if (text && stream) {
      stop();
      found(text);
      return;
    }
    setTimeout(look, PAUSE_MS);
  };

  button.addEventListener("click", async () => {
    if (stream) return stop();
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
    if (!stream) return;
    viewfinder.hidden = false;
    video.srcObject = stream;
    await video.play();
    reader ??= await readerOfOurs().catch(() => null);
    if (!reader) {
      stop();
      button.hidden = true;
      return;
    }
    look();
  });
  viewfinder.querySelector("[data-camera-stop]")?.addEventListener("click", stop);
  addEventListener("pagehide", stop);
}
