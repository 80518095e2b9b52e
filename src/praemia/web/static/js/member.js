// What every page of the member's app does: install the worker that keeps the last card, and forget it all when somebody signs out.

import { forgetPasses } from "./card-key.js";

const scope = location.pathname.match(/^\/m\/[^/]+\//)?.[0];

if (scope && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(`${scope}sw.js`, { scope }).catch(() => {});
}

document.addEventListener("submit", (event) => {
  if (!/\/sign-out$|\/me\/leave$/.test(event.target.getAttribute("action") ?? "")) return;
  forgetPasses();
  globalThis.caches?.keys().then((names) => names.filter((name) => name.startsWith(`card ${scope}`)).forEach((name) => caches.delete(name)));
});
