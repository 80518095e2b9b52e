// The till without a network: a card, an amount, kept and signed in this tablet. When the network is back everything is sent.
// What may be done is what the newest snapshot says; the server holds every sale to the same limits again.

import { canKeepKeys, minorOf, openStore, Refused } from "./till-store.js";

const LOOK_EVERY_MS = 5000;
const place = document.getElementById("alone");
const settings = JSON.parse(place.dataset.settings);
const texts = JSON.parse(place.dataset.texts);
const $ = (id) => document.getElementById(id);
const fill = (text, values) => text.replaceAll(/\{(\w+)\}/g, (_, name) => values[name]);
const asked = new URLSearchParams(location.search);

let store = null;
let card = "";
let seen = null;
let most = 0;

function money(minor) {
  const digits = String(minor).padStart(settings.digits + 1, "0");
  const text = settings.digits ? `${digits.slice(0, -settings.digits)}.${digits.slice(-settings.digits)}` : digits;
  return new Intl.NumberFormat(settings.lang, { style: "currency", currency: settings.currency }).format(text);
}

function points(quanta) {
  const digits = String(quanta).padStart(settings.decimals + 1, "0");
  return settings.decimals ? `${digits.slice(0, -settings.decimals)}.${digits.slice(-settings.decimals)}` : digits;
}

async function days() {
  const today = (await store.time()).at.toISOString().slice(0, 10);
  return { terminal: `${today}/terminal`, member: `${today}/${card}` };
}

// How many points may pay now: below the band's beginning, the limits of the day, in whole steps.
async function mostPoints() {
  const limits = seen.snapshot?.limits;
  if (!limits || limits.burn_sale === null || !settings.step || !seen.works) return 0;
  const names = await days();
  const used = { terminal: (await store.day(names.terminal))?.burned ?? 0, member: (await store.day(names.member))?.burned ?? 0 };
  const free = Math.min(seen.floor - used.member, limits.burn_sale, limits.burn_member - used.member, limits.burn_terminal - used.terminal);
  return free > 0 ? free - (free % settings.step) : 0;
}

async function find(shown) {
  card = shown.trim();
  $("alone-done").hidden = true;
  if (!card) return;
  seen = await store.look(card);
  most = await mostPoints();
  const words = !seen.works
    ? texts.card_blocked
    : !seen.known
      ? texts.card_unknown
      : seen.floor
        ? fill(texts.card_band, { points: points(seen.floor) })
        : texts.card_low;
  $("alone-card").textContent = `${card} · ${words}`;
  $("alone-sale").hidden = !seen.works;
  $("alone-points-field").hidden = most === 0;
  $("alone-points-hint").textContent = fill(texts.points_hint, { points: points(most), step: points(settings.step) });
  if (seen.works) $("alone-amount").focus();
}

async function check(minor, burn) {
  const limits = seen.snapshot?.limits;
  if (minor === null || minor === 0) return texts.amount_needed;
  if (limits && minor > limits.sale_minor) return fill(texts.amount_too_large, { most: money(limits.sale_minor) });
  if (burn > most) return fill(texts.points_too_many, { points: points(most) });
  if (burn && burn % settings.step) return fill(texts.points_step, { step: points(settings.step) });
  const names = await days();
  const full =
    limits &&
    (((await store.day(names.terminal))?.sales ?? 0) >= limits.sales_per_terminal ||
      ((await store.day(names.member))?.sales ?? 0) >= limits.sales_per_member ||
      !limits.earn);
  return full ? texts.day_full : "";
}

async function keep() {
  const minor = minorOf($("alone-amount").value, settings.digits);
  const burn = $("alone-points").value ? minorOf($("alone-points").value, settings.decimals) : 0;
  const fault = burn === null ? texts.points_step : await check(minor, burn);
  $("alone-fault").textContent = fault;
  if (fault) {
    $("alone-amount").focus();
    return;
  }
  const body = { kind: "sale", member: card, amount_minor: minor };
  if (burn) Object.assign(body, { pay_points: burn, snapshot: seen.snapshot.number });
  if (asked.get("order") && asked.get("member") === card) body.order = asked.get("order");
  await store.enqueue(body, fill(texts.sale, { amount: money(minor), member: card }));
  const names = await days();
  await store.count([names.terminal, names.member], burn);
  $("alone-done").hidden = false;
  $("alone-done-amount").textContent = money(minor);
  $("alone-done-words").textContent = body.order ? texts.lost_answer : texts.kept;
  asked.delete("order");
  $("alone-sale").hidden = true;
  $("alone-card").textContent = "";
  for (const id of ["alone-amount", "alone-points", "alone-scan"]) $(id).value = "";
  $("alone-scan").focus();
  await show();
}

async function show() {
  const queue = await store.queue();
  const waiting = queue.filter((one) => one.state === "waiting");
  $("alone-count").textContent = waiting.length;
  const names = { waiting: texts.waiting, recorded: texts.sent, conflict: texts.conflict, refused: texts.conflict };
  $("alone-queue").replaceChildren(
    ...queue.toReversed().slice(0, 25).map((one) => {
      const item = document.createElement("li");
      const became = document.createElement("span");
      item.dataset.state = one.state;
      item.append(one.label, became);
      became.textContent = names[one.state];
      return item;
    }),
  );
  return waiting.length;
}

// Is the server there again? Then send, and say so.
async function look() {
  let back = false;
  try {
    back = (await fetch("/health", { cache: "no-store" })).ok;
  } catch {
    back = false;
  }
  $("back-online").hidden = !back;
  document.querySelector(".alone-note").classList.toggle("on", back);
  if (!back || !store) return;
  try {
    if ((await store.waiting()).length) await store.sync();
    $("alone-sync-words").textContent = (await show()) ? texts.syncing : texts.synced;
  } catch (error) {
    const left = (await store.waiting()).length;
    if (error instanceof Refused && error.code === "tills.terminal_revoked") $("alone-sync-words").textContent = texts.revoked;
    else if (error instanceof Refused && (error.status === 401 || error.status === 403)) {
      $("alone-sync-words").textContent = fill(texts.sign_in, { n: left });
    }
  }
}

async function begin() {
  if (!canKeepKeys()) {
    $("alone-card").textContent = texts.no_keys;
    return;
  }
  store = await openStore(settings.address);
  $("alone-find").addEventListener("submit", (event) => {
    event.preventDefault();
    delete event.target.dataset.sending;
    find($("alone-scan").value);
  });
  $("alone-sale").addEventListener("submit", (event) => {
    event.preventDefault();
    delete event.target.dataset.sending;
    keep();
  });
  if (!(await store.own("terminal"))) {
    $("alone-card").textContent = texts.not_registered;
    for (const field of $("alone-find").elements) field.disabled = true;
    return;
  }
  await show();
  if (asked.get("member")) {
    await find(asked.get("member"));
    $("alone-amount").value = asked.get("amount") ?? "";
  }
}

await begin();
await look();
setInterval(look, LOOK_EVERY_MS);
addEventListener("online", look);
