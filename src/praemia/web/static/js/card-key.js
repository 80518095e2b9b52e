// The key of this device's card. The secret is asked for once and kept as a key that no script can read back: a script that got into
// the page could count codes while it runs, but take nothing along. Signing out, here or from another device, makes it worthless.

const STORE = "passes";
const RENEW_MS = 7 * 86_400_000;

/** This device's pass: from the device, or a new one when there is none, it is old, or belongs to another session. */
export async function passOf(address, holder) {
  const kept = await read(address);
  const mine = kept?.holder === holder && Date.now() < kept.validUntil ? kept : null;
  if (mine && Date.now() < mine.madeAt + RENEW_MS) return mine;
  try {
    return await ask(address);
  } catch (error) {
    if (mine) return mine;
    throw error;
  }
}

/** The digits of a step: what RFC 6238 says, behind the sign and the pass's number. */
export async function codeOf(pass, step) {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setUint32(0, Math.floor(step / 2 ** 32));
  counter.setUint32(4, step >>> 0);
  const mac = new DataView(await crypto.subtle.sign("HMAC", pass.key, counter.buffer));
  const number = mac.getUint32(mac.getUint8(31) & 0xf) & 0x7fffffff;
  return `99${pass.number}${String(number % 10 ** pass.digits).padStart(pass.digits, "0")}`;
}

/** Forget every card kept on this device. */
export function forgetPasses() {
  return new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase("praemia-card");
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
}

async function ask(address) {
  const answer = await fetch(`/m/${address}/pass`, { method: "POST", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`pass: ${answer.status}`);
  const said = await answer.json();
  const secret = Uint8Array.from(atob(said.secret.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const pass = {
    number: said.number, key, holder: said.holder, digits: said.digits, seconds: said.step_seconds,
    validUntil: Date.parse(said.valid_until), madeAt: Date.now(),
  };
  await write(address, pass);
  return pass;
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("praemia-card", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function read(address) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const asked = base.transaction(STORE).objectStore(STORE).get(address);
    asked.onsuccess = () => { base.close(); resolve(asked.result); };
    asked.onerror = () => reject(asked.error);
  });
}

async function write(address, pass) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const done = base.transaction(STORE, "readwrite");
    done.objectStore(STORE).put(pass, address);
    done.oncomplete = () => { base.close(); resolve(); };
    done.onerror = () => reject(done.error);
  });
}
