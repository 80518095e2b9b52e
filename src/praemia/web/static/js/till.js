// The till with a network: keys, number pad, the quote while one types, scanners that type, the camera, and what waits to be sent.
// Without this script every page works as well, with one tap more.

import { offerCamera } from "./till-scan.js";
import { canKeepKeys, openStore } from "./till-store.js";

const QUOTE_AFTER_MS = 200;
const SCANNER_MS = 35; // nobody types faster than this, every scanner does
const SCANNER_SIGNS = 6;
const SYNC_EVERY_MS = 30_000;

const scan = document.querySelector(".find [data-scan]") ?? document.querySelector("[data-scan]");
const find = scan?.closest("form.find");
const sale = document.getElementById("sale");
const amount = document.getElementById("amount");
const net = document.getElementById("net");

// F-keys lead where the labels say; F2 on a page with an input only goes there.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "F9") {
    const undo = document.getElementById("undo");
    if (undo) undo.click();
    return;
  }
  const link = document.querySelector(`[data-f="${event.key}"]`);
  if (!link) return;
  event.preventDefault();
  if (event.key === "F2" && find && !sale) scan.focus();
  else location.assign(link.href);
});

for (const pad of document.querySelectorAll("[data-pad]")) {
  const target = document.getElementById(pad.dataset.pad);
  pad.hidden = false;
  // What is typed on the pad are minor units from the right, as on a cash register.
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (!key) return;
    const point = document.documentElement.lang === "de" ? "," : ".";
    let digits = target.value.replaceAll(/\D/g, "");
    digits = key === "⌫" ? digits.slice(0, -1) : digits + key;
    digits = digits.replace(/^0+/, "").padStart(3, "0");
    target.value = digits === "000" ? "" : `${digits.slice(0, -2)}${point}${digits.slice(-2)}`;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

if (sale) {
  const quote = document.getElementById("quote");
  let asked = 0;
  let timer = 0;
  const ask = async () => {
    const mine = ++asked;
    const form = new URLSearchParams(new FormData(sale));
    if (!form.get("amount") && !form.get("line_amount")) return;
    try {
      const answer = await fetch(sale.dataset.quote, { method: "POST", headers: { "X-Part": "quote" }, body: form });
      if (answer.ok && mine === asked) quote.innerHTML = await answer.text();
    } catch {
      // No network: recording will say so.
    }
  };
  sale.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, QUOTE_AFTER_MS);
  });
  if (amount.value) ask();

  // What was entered goes along when something is scanned in between.
  find?.addEventListener("submit", () => {
    for (const field of ["amount", "points", "order"]) {
      const entered = sale.elements.namedItem(field);
      const kept = find.elements.namedItem(field);
      if (entered && kept) kept.value = entered.value;
    }
    for (const line of sale.querySelectorAll("[name^=line_]")) {
      const kept = document.createElement("input");
      kept.type = "hidden";
      kept.name = line.name;
      kept.value = line.value;
      find.append(kept);
    }
  });

  // A scanner types into whatever has the focus. A card number must never become an amount.
  let signs = [];
  amount.addEventListener("keydown", (event) => {
    if (event.key.length === 1) {
      const now = performance.now();
      if (signs.length && now - signs.at(-1).at > SCANNER_MS) signs = [];
      signs.push({ at: now, sign: event.key });
    } else if (event.key === "Enter" && signs.length >= SCANNER_SIGNS && performance.now() - signs.at(-1).at <= SCANNER_MS) {
      event.preventDefault();
      scan.value = signs.map((one) => one.sign).join("");
      amount.value = "";
      find.requestSubmit();
    } else {
      signs = [];
    }
  });
}

const camera = document.querySelector("[data-camera]");
const viewfinder = document.getElementById("viewfinder");
if (camera && viewfinder) {
  offerCamera(camera, viewfinder, (text) => {
    scan.value = text;
    find.requestSubmit();
  });
}

// What waits, and sending it.
async function tend() {
  if (!net) return;
  const base = net.dataset.base;
  const show = (waiting) => {
    net.textContent = waiting ? net.dataset.waiting.replace("{n}", waiting) : navigator.onLine ? net.dataset.online : net.dataset.offline;
    net.classList.toggle("off", !navigator.onLine);
    net.classList.toggle("waits", Boolean(waiting) && navigator.onLine);
  };
  show(0);
  addEventListener("offline", () => show(0));
  if (!canKeepKeys()) return;
  const store = await openStore(base.split("/")[2]);
  const send = async () => {
    if (!(await store.own("terminal"))) return show(0);
    const snapshot = await store.own("snapshot");
    const stale = !snapshot || Date.now() - snapshot.fetched > 15 * 60_000;
    if (navigator.onLine && (stale || (await store.waiting()).length)) await store.sync().catch(() => null);
    show((await store.waiting()).length);
  };
  addEventListener("online", send);
  await send();
  setInterval(send, SYNC_EVERY_MS);
}

async function keepShell() {
  if (!net || !("serviceWorker" in navigator)) return;
  const base = net.dataset.base;
  await navigator.serviceWorker.register(`${base}worker.js`, { scope: base });
}

tend().catch((error) => console.warn("till", error.name));
keepShell().catch(() => null);
