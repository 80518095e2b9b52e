// The card on the screen: a code that changes every thirty seconds, counted on the device, with or without a network. Tapped, it fills
// the screen in white and keeps it awake; a page cannot turn the screen's light up, but white at full size is as bright as it gets.

import { barWidths, qrModules } from "./card-codes.js";
import { codeOf, passOf } from "./card-key.js";

const SVG = "http://www.w3.org/2000/svg";
const STEP_MS = 30_000;
const card = document.getElementById("pass");
const button = document.getElementById("pass-code");
const state = document.getElementById("pass-state");
const clock = document.getElementById("pass-clock");
const bright = document.getElementById("bright");
const { address, holder } = card.dataset;
const countsItself = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);

let ahead = 0; // by how many milliseconds the server's clock is ahead of ours
let shown = null;
let drawing = false;
let awake = null;

const nowMs = () => Date.now() + ahead;

async function compareClocks() {
  const asked = Date.now();
  const answer = await fetch("/static/mark.svg", { method: "HEAD", cache: "no-store" });
  const said = Date.parse(answer.headers.get("date"));
  const took = Date.now() - asked;
  // The header knows whole seconds only: half of one is the best guess.
  if (Number.isFinite(said) && took < 2000 && Math.abs(said + 500 + took / 2 - Date.now()) > 2000) ahead = said + 500 + took / 2 - Date.now();
}

async function currentCode(step) {
  if (countsItself) return codeOf(await passOf(address, holder), step);
  const answer = await fetch(`/m/${address}/code`, { method: "POST", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`code: ${answer.status}`);
  return (await answer.json()).code;
}

async function tick() {
  const step = Math.floor(nowMs() / STEP_MS);
  clock.querySelector("progress").value = 30 - Math.floor((nowMs() % STEP_MS) / 1000);
  if (step === shown || drawing) return;
  drawing = true;
  try {
    draw(await currentCode(step));
    shown = step;
    state.textContent = "";
    button.hidden = clock.hidden = false;
  } catch {
    button.hidden = clock.hidden = true;
    state.textContent = navigator.onLine ? card.dataset.wordsNone : card.dataset.wordsOffline;
  } finally {
    drawing = false;
  }
}

function draw(code) {
  const rows = qrModules(code);
  const squares = rows.flatMap((row, y) => row.map((cell, x) => (cell ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))).join("");
  let left = 10;
  let bars = "";
  barWidths(code).forEach((width, place) => {
    if (place % 2 === 0) bars += `M${left} 0h${width}v40h-${width}z`;
    left += width;
  });
  for (const place of document.querySelectorAll("[data-code=qr]")) place.replaceChildren(picture(rows.length + 8, rows.length + 8, squares));
  for (const place of document.querySelectorAll("[data-code=bars]")) place.replaceChildren(picture(left + 10, 40, bars));
  for (const place of document.querySelectorAll("[data-code=text]")) place.textContent = code.replace(/(.{4})(?=.)/g, "$1 ");
  card.dataset.code = code;
}

function picture(width, height, path) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawn.setAttribute("shape-rendering", "crispEdges");
  drawn.setAttribute("aria-hidden", "true");
  if (height < width) drawn.setAttribute("preserveAspectRatio", "none");
  const ink = document.createElementNS(SVG, "path");
  ink.setAttribute("d", path);
  drawn.append(ink);
  return drawn;
}

async function stayAwake() {
  try {
    awake = await navigator.wakeLock?.request("screen");
  } catch {
    awake = null; // a low battery may forbid it; the code is there all the same
  }
}

button.addEventListener("click", () => {
  bright.showModal();
  stayAwake();
});
bright.addEventListener("close", () => awake?.release());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && bright.open) stayAwake();
});

const offline = document.getElementById("pass-offline");
const tellNetwork = () => { offline.hidden = navigator.onLine; };
addEventListener("online", tellNetwork);
addEventListener("offline", tellNetwork);
tellNetwork();

tick();
setInterval(tick, 1000);
compareClocks().then(() => tick(), () => {});
