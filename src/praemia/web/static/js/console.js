// Keeps a list on the console up to date: asks again every few seconds while somebody looks, and leaves it alone while it is being read
// with the keyboard. Without script the list is as old as the page.

for (const place of document.querySelectorAll("[data-live]")) {
  const pause = Number(place.dataset.every) * 1000;
  const again = async () => {
    if (document.hidden || place.contains(document.activeElement)) return;
    try {
      const answer = await fetch(place.dataset.live, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
    } catch {
      // The network is away for a moment; the next look will tell.
    }
  };
  setInterval(again, pause);
}
