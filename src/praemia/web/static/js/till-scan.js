// Scanning by camera where the browser can read codes by itself (BarcodeDetector). Elsewhere the button stays hidden: a scanner or
// four digits do.

const FORMATS = ["qr_code", "ean_13", "ean_8", "code_128", "code_39", "data_matrix", "aztec", "pdf417"];

export async function offerCamera(button, viewfinder, found) {
  if (!("BarcodeDetector" in globalThis) || !navigator.mediaDevices?.getUserMedia) return;
  const known = await BarcodeDetector.getSupportedFormats();
  const formats = FORMATS.filter((format) => known.includes(format));
  if (!formats.length) return;
  const detector = new BarcodeDetector({ formats });
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
    const codes = await detector.detect(video).catch(() => []);
    if (codes.length) {
      stop();
      found(codes[0].rawValue);
      return;
    }
    setTimeout(look, 120);
  };

  button.addEventListener("click", async () => {
    if (stream) return stop();
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
    if (!stream) return;
    viewfinder.hidden = false;
    video.srcObject = stream;
    await video.play();
    look();
  });
  viewfinder.querySelector("[data-camera-stop]")?.addEventListener("click", stop);
  addEventListener("pagehide", stop);
}
