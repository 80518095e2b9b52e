"""What pages weigh and how soon they show something, cold: bytes over the wire and first contentful paint in a real Chromium.

Each page is opened with an empty cache in a browser slowed to a cheap phone (processor four times slower, 1.6 Mbit/s, 150 ms away: the
"slow 4G" of Lighthouse), and once more unslowed. Figures are the middle of three. Run by `make bench`; alone: python -m bench.pages
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Table

from tests.e2e import chromium, pages
from tests.e2e.screenshots import open_town
from tests.e2e.town import Town

SHOWN = (
    "/",
    "/p/{address}",
    "/m/{address}/join",
    "/m/{address}/",
    "/m/{address}/points",
    "/m/{address}/rewards",
    "/till/{address}/",
    "/console/{address}/",
    "/console/{address}/members",
    "/console/{address}/programme",
)
_TIMES = 3
_BYTES_A_SECOND = 1_600_000 // 8
_LATENCY_MS = 150
_SLOWER = 4
# Asked of the browser itself: pages allow no script that is a text.
_FIRST_PAINT = """
() => new Promise((seen) => new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) seen(entry.startTime);
}).observe({type: "paint", buffered: true}))
"""


@dataclass(frozen=True, slots=True)
class Weight:
    """One opening of a page: bytes over the wire, requests, milliseconds until something was seen."""

    size: int
    requests: int
    seen_ms: int


def weigh(town: Town, chrome: Browser, path: str, who: str | None, *, phone: bool) -> Weight:
    """Open a page once with nothing in the cache."""
    context = town.context(chrome, who, width=390, height=844)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    wire.send("Network.enable")
    if phone:
        speed = {"offline": False, "latency": _LATENCY_MS, "downloadThroughput": _BYTES_A_SECOND, "uploadThroughput": _BYTES_A_SECOND}
        wire.send("Network.emulateNetworkConditions", speed)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    try:
        answer = page.goto(path, wait_until="load")
        if answer is None or answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status if answer else 'nothing'}")
        return Weight(sum(sizes), len(sizes), round(page.evaluate(_FIRST_PAINT)))
    finally:
        context.close()


def measure(town: Town, chrome: Browser) -> Table:
    """The table of all pages."""
    table = Table(title="Pages, cold: bytes over the wire and first contentful paint")
    for title in ("page", "kB", "requests", "cheap phone, ms", "this machine, ms"):
        table.add_column(title, justify="left" if title == "page" else "right")
    first = {each.path: each for each in reversed(pages.get_samples()) if each.path in SHOWN}
    for sample in (first[path] for path in SHOWN):
        path = sample.in_town(town)
        slow = [weigh(town, chrome, path, sample.who, phone=True) for _ in range(_TIMES)]
        fast = [weigh(town, chrome, path, sample.who, phone=False) for _ in range(_TIMES)]
        size, requests = median(each.size for each in fast), median(each.requests for each in fast)
        seen = [str(round(median(each.seen_ms for each in run))) for run in (slow, fast)]
        table.add_row(sample.path, f"{size / 1000:.1f}", str(round(requests)), *seen)
    return table


def main() -> int:
    """Measure, or say why not."""
    console = Console(width=110)
    found = chromium.installed()
    if found is None:
        console.print("No Chromium here, so pages are not measured (.ci/browser installs one on Debian).")
        return 0
    with open_town() as town, chromium.running(found) as chrome:
        console.print(measure(town, chrome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
