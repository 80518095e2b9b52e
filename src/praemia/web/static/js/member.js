// What every page of the member's app does: install the worker that keeps the last card, and forget it all when somebody signs out.

import { forgetPass } from "./card-key.js";

const [scope, address] = location.pathname.match(/^\/m\/([^/]+)\//) ?? [];

if (scope && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(`${scope}sw.js`, { scope }).catch(() => {});
}

async function forgetKeptPages() {
  const names = (await globalThis.caches?.keys()) ?? [];
  await Promise.all(names.filter((name) => name.startsWith(`card ${scope} `)).map((name) => caches.delete(name)));
}

// The form is sent when everything is forgotten, or could not be: nobody stays signed in because of a full disk.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!/\/sign-out$|\/me\/leave$/.test(form.getAttribute("action") ?? "")) return;
  event.preventDefault();
  await Promise.allSettled([forgetPass(address), forgetKeptPages()]);
  form.submit();
});
