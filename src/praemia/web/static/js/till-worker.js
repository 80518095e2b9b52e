// Keeps the till usable without a network: its shell and styles from the cache, everything else from the server. KEPT is written in
// front of this by the server: {scope, alone, assets, plain, version}.

const CACHE = `till ${KEPT.scope} ${KEPT.version}`;
const LASTING = ["/static/", "/brand/", "/pictures/"];

self.addEventListener("install", (event) => event.waitUntil(install().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname.startsWith(KEPT.scope)) {
    event.respondWith(navigate(event, url));
  } else if (event.request.method === "GET" && LASTING.some((start) => url.pathname.startsWith(start))) {
    event.respondWith(lasting(event.request));
  }
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...KEPT.assets, ...KEPT.plain]);
  await keepShell(cache);
}

async function keepShell(cache) {
  const page = await fetch(KEPT.alone, { cache: "no-store" });
  if (!page.ok) return;
  const text = await page.clone().text();
  await cache.put(KEPT.alone, page);
  const drawn = [...text.matchAll(/(?:href|src)="(\/(?:brand|pictures|static)\/[^"]+)"/g)].map((match) => match[1]);
  await Promise.all(drawn.map((path) => cache.add(path).catch(() => null)));
}

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith(`till ${KEPT.scope} `) && name !== CACHE) await caches.delete(name);
  }
}

async function navigate(event, url) {
  const copy = event.request.method === "POST" ? event.request.clone() : null;
  try {
    const answer = await fetch(event.request);
    if (url.pathname === KEPT.scope) event.waitUntil(caches.open(CACHE).then(keepShell).catch(() => null));
    return answer;
  } catch {
    // The answer to a sale may have got lost on the way back: it goes on under the same receipt, so that it counts once.
    if (copy && url.pathname === `${KEPT.scope}sale`) {
      const form = await copy.formData();
      const kept = new URLSearchParams();
      for (const field of ["member", "order", "amount"]) kept.set(field, form.get(field) ?? "");
      return Response.redirect(`${KEPT.alone}?${kept}`, 303);
    }
    const cache = await caches.open(CACHE);
    return (await cache.match(KEPT.alone)) ?? Response.error();
  }
}

async function lasting(request) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
