// Keeps what the card needs without a network: the app's files and the last card page. Pages come from the network whenever there is
// one; nothing that changes is ever answered from here. `KEPT` is written in front by the server: the scope and the files.

const NAME = `card ${KEPT.scope} ${KEPT.assets.join(" ").length} ${KEPT.assets.map((path) => path.split("=")[1]).join("")}`;
const FILES = /^\/(static|brand|pictures)\//;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT.assets)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(`card ${KEPT.scope} `) && name !== NAME) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, address));
  else if (FILES.test(address.pathname)) event.respondWith(file(request));
});

async function page(request, address) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    if (address.pathname === KEPT.scope) {
      // A redirect means that nobody is signed in any more: what was kept is nobody's.
      if (answer.ok && !answer.redirected) await cache.put(KEPT.scope, answer.clone());
      else await cache.delete(KEPT.scope);
    }
    return answer;
  } catch (error) {
    const kept = await cache.match(KEPT.scope);
    if (kept) return kept;
    throw error;
  }
}

async function file(request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
