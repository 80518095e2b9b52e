// The page about this tablet: register it, see what waits, send it.

import { canKeepKeys, openStore, Refused, Untrue } from "./till-store.js";

const place = document.getElementById("this-terminal");
const texts = JSON.parse(place.dataset.texts);
const base = place.dataset.base;
const words = document.getElementById("terminal-words");
const state = document.getElementById("terminal-state");
const form = document.getElementById("register");
const fault = document.getElementById("register-fault");

const fill = (text, values) => text.replaceAll(/\{(\w+)\}/g, (_, name) => values[name]);
const spoken = (at) => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });

function told(error, waiting) {
  if (error instanceof Untrue) return texts.snapshot_bad;
  if (error instanceof Refused && (error.status === 401 || error.status === 403) && error.code !== "tills.terminal_revoked") {
    return fill(texts.sign_in, { n: waiting });
  }
  if (error instanceof Refused && error.code === "tills.terminal_revoked") return texts.revoked;
  return navigator.onLine ? texts.failed : texts.offline;
}

async function show(store) {
  const terminal = await store.own("terminal");
  document.getElementById("terminal-known").hidden = !terminal;
  form.hidden = Boolean(terminal);
  if (!terminal) {
    words.textContent = texts.not_registered;
    return;
  }
  const queue = await store.queue();
  const count = (wanted) => queue.filter((one) => wanted.includes(one.state)).length;
  words.textContent = fill(texts.registered, { name: terminal.name });
  document.getElementById("queue-waiting").textContent = count(["waiting"]);
  document.getElementById("queue-sent").textContent = count(["recorded"]);
  document.getElementById("queue-conflicts").textContent = count(["conflict", "refused"]);
  const snapshot = await store.own("snapshot");
  document.getElementById("snapshot-words").textContent = snapshot
    ? fill(texts.snapshot, { time: spoken(snapshot.taken_at), until: spoken(snapshot.valid_until) })
    : texts.no_snapshot;
  const names = { waiting: texts.waiting, recorded: texts.sent, conflict: texts.conflict, refused: texts.conflict };
  document.getElementById("queue").replaceChildren(
    ...queue.toReversed().slice(0, 50).map((one) => {
      const item = document.createElement("li");
      const what = document.createElement("span");
      const became = document.createElement("span");
      item.dataset.state = one.state;
      what.textContent = `${one.sequence} · ${one.label}`;
      became.textContent = names[one.state];
      item.append(what, became);
      return item;
    }),
  );
}

async function begin() {
  if (!canKeepKeys()) {
    words.textContent = texts.no_keys;
    return;
  }
  const store = await openStore(base.split("/")[2]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    const given = new FormData(form);
    try {
      await store.register(String(given.get("name")).trim(), String(given.get("location")).trim());
      location.reload();
    } catch (error) {
      fault.textContent = error.name === "NotSupportedError" ? texts.no_keys : error.message || texts.failed;
      delete form.dataset.sending;
    }
  });
  document.getElementById("sync").addEventListener("click", async () => {
    state.textContent = texts.syncing;
    try {
      await store.sync({ again: true });
      await store.refresh();
      state.textContent = texts.synced;
    } catch (error) {
      state.textContent = told(error, (await store.waiting()).length);
    }
    await show(store);
  });
  await show(store);
}

begin().catch(() => {
  words.textContent = texts.failed;
});
