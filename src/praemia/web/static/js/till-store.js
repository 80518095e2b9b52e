// What a tablet keeps to go on without a network: its key, the newest snapshot, and the queue of signed sales. IndexedDB, one database
// per programme. The private key is made here, cannot be read out, and never leaves.

const EVENT = "praemia.till-event.1 ";
const SNAPSHOT = "praemia.till-snapshot.1 ";
const BATCH = 200;
const FRESH_MS = 15 * 60 * 1000;
const DIGEST_BYTES = 9;
const utf8 = new TextEncoder();

export function canKeepKeys() {
  return Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle && globalThis.indexedDB);
}

export function spelled(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function unspelled(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

// "12,50" -> 1250n with two digits; null when it is no amount. Never a float.
export function minorOf(text, digits) {
  const match = /^(\d{1,10})(?:[.,](\d{1,4}))?$/.exec(text.replaceAll(/[\s\u202f]/g, ""));
  if (!match || (match[2] ?? "").length > digits) return null;
  return Number(BigInt(match[1] + (match[2] ?? "").padEnd(digits, "0")));
}

export async function openStore(address) {
  const db = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(`praemia-till-${address}`, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("own");
      asked.result.createObjectStore("queue", { keyPath: "sequence" });
      asked.result.createObjectStore("days");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return new Store(address, db);
}

class Store {
  constructor(address, db) {
    this.address = address;
    this.db = db;
    this.base = `/till/${address}/`;
  }

  own(key) {
    return this.#ask("own", (store) => store.get(key));
  }

  queue() {
    return this.#ask("queue", (store) => store.getAll());
  }

  async waiting() {
    return (await this.queue()).filter((one) => one.state === "waiting");
  }

  // The programme's time as well as this tablet knows it, and by how much it corrects its own clock, in seconds.
  async time() {
    const offset = (await this.own("offset")) ?? 0;
    return { at: new Date(Date.now() + offset * 1000), offset };
  }

  async register(name, location) {
    const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    const publicKey = spelled(await crypto.subtle.exportKey("raw", pair.publicKey));
    const began = Date.now();
    const told = await this.#post("terminals", { name, location, public_key: publicKey });
    const serverKey = await crypto.subtle.importKey("raw", unspelled(told.server_key), "Ed25519", false, ["verify"]);
    await this.#put("own", "terminal", { id: told.terminal, name: told.name, privateKey: pair.privateKey, serverKey });
    await this.#put("own", "next", told.next_sequence);
    await this.#hear(told.server_time, began);
    await this.refresh();
    return told;
  }

  // Fetch a snapshot and believe it only if the server signed it.
  async refresh() {
    const terminal = await this.own("terminal");
    const began = Date.now();
    const told = await this.#post(`terminals/${terminal.id}/snapshot`, {});
    await this.#hear(told.server_time, began);
    await this.believe(told, terminal);
    return this.own("snapshot");
  }

  async believe(told, terminal) {
    const signed = await crypto.subtle.verify("Ed25519", terminal.serverKey, unspelled(told.signature), utf8.encode(SNAPSHOT + told.text));
    const read = signed ? JSON.parse(told.text) : null;
    if (!read || read.terminal !== terminal.id) throw new Untrue();
    await this.#put("own", "snapshot", { ...read, fetched: Date.now() });
  }

  // What the snapshot says of a card: {known, works, floor}; without a good snapshot nothing is known.
  async look(shown) {
    const snapshot = await this.own("snapshot");
    const { at } = await this.time();
    if (!snapshot || at > new Date(snapshot.valid_until)) return { known: false, works: true, floor: 0, snapshot: null };
    const digest = await crypto.subtle.digest("SHA-256", utf8.encode(`${snapshot.salt}:${shown}`));
    const band = snapshot.cards[spelled(digest.slice(0, DIGEST_BYTES))];
    if (band === undefined) return { known: false, works: true, floor: 0, snapshot };
    return { known: true, works: band >= 0, floor: band > 0 ? snapshot.bands[band - 1] : 0, snapshot };
  }

  day(name) {
    return this.#ask("days", (store) => store.get(name));
  }

  async count(names, burned) {
    for (const name of names) {
      const was = (await this.day(name)) ?? { sales: 0, burned: 0 };
      await this.#put("days", name, { sales: was.sales + 1, burned: was.burned + burned });
    }
  }

  // Sign and keep an event. The lock makes the sequence gapless although several pages may be open.
  enqueue(body, label) {
    return navigator.locks.request(`till-queue-${this.address}`, async () => {
      const terminal = await this.own("terminal");
      const sequence = await this.own("next");
      const { at, offset } = await this.time();
      const said = JSON.stringify({ terminal: terminal.id, sequence, at: at.toISOString(), offset_seconds: offset, ...body });
      const signature = spelled(await crypto.subtle.sign("Ed25519", terminal.privateKey, utf8.encode(EVENT + said)));
      const kept = { sequence, said, signature, state: "waiting", label, told: null };
      await new Promise((resolve, reject) => {
        const work = this.db.transaction(["own", "queue"], "readwrite", { durability: "strict" });
        work.objectStore("queue").add(kept);
        work.objectStore("own").put(sequence + 1, "next");
        work.oncomplete = resolve;
        work.onerror = work.onabort = () => reject(work.error);
      });
      return kept;
    });
  }

  // Send what waits, in its order. Answers {sent, left, conflicts}; sending again what was taken changes nothing.
  sync({ again = false } = {}) {
    return navigator.locks.request(`till-sync-${this.address}`, async () => {
      const terminal = await this.own("terminal");
      if (!terminal) return { sent: 0, left: 0 };
      let sent = 0;
      const all = again ? await this.queue() : await this.waiting();
      for (let from = 0; from === 0 || from < all.length; from += BATCH) {
        const batch = all.slice(from, from + BATCH);
        const began = Date.now();
        const events = batch.map(({ said, signature }) => ({ said, signature }));
        const told = await this.#post(`terminals/${terminal.id}/sync`, { sent_at: new Date().toISOString(), events });
        await this.#hear(told.server_time, began);
        for (const answer of told.answers) {
          const kept = batch.find((one) => one.sequence === answer.sequence);
          if (!kept || answer.state === "waiting") continue;
          if (answer.state === "refused" && answer.code === "tills.sequence_gap") continue;
          sent += 1;
          await this.#putIn("queue", { ...kept, state: answer.state, told: kept.told ?? answer });
        }
        if (told.answers.some((answer) => answer.state === "waiting")) break;
      }
      const snapshot = await this.own("snapshot");
      if (!snapshot || Date.now() - snapshot.fetched > FRESH_MS) await this.refresh();
      return { sent, left: (await this.waiting()).length };
    });
  }

  async #hear(serverTime, began) {
    const here = (began + Date.now()) / 2;
    await this.#put("own", "offset", Math.round((Date.parse(serverTime) - here) / 1000));
  }

  async #post(path, body) {
    const answer = await fetch(this.base + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) return answer.json();
    const problem = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, problem.code ?? "", problem.detail ?? "");
  }

  #ask(name, question) {
    return new Promise((resolve, reject) => {
      const asked = question(this.db.transaction(name).objectStore(name));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  #put(name, key, value) {
    return this.#write(name, (store) => store.put(value, key));
  }

  #putIn(name, value) {
    return this.#write(name, (store) => store.put(value));
  }

  #write(name, deed) {
    return new Promise((resolve, reject) => {
      const work = this.db.transaction(name, "readwrite");
      deed(work.objectStore(name));
      work.oncomplete = resolve;
      work.onerror = work.onabort = () => reject(work.error);
    });
  }
}

export class Refused extends Error {
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

export class Untrue extends Error {}
