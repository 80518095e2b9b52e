"""`make screenshots`: every page at 390 and 1280 px, light and dark, English and German, into screenshots/ (which git ignores).

ARGS="part of a path" takes only the pages whose path contains it; ARGS=chosen writes the few that the documentation shows into docs/img.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, Page, ViewportSize

from praemia.foundation import postgres
from praemia.foundation.migrations import migrate
from tests.e2e import chromium, pages
from tests.e2e.lively import enliven
from tests.e2e.pages import Sample
from tests.e2e.town import Theme, Town, settle
from tests.web.conftest import running_site

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
PICTURES = FOLDER.parent / "docs" / "img"
CHOSEN: dict[str, tuple[str, str, str, Theme, tuple[int, int]]] = {
    "member-card": ("/m/cafe/", "anna", "en", "light", (390, 780)),
    "member-rewards": ("/m/cafe/rewards", "anna", "de", "dark", (390, 780)),
    "till": ("/till/cafe/", "cashier", "en", "light", (1024, 640)),
    "console": ("/console/cafe/", "owner", "en", "light", (1280, 800)),
    "rules": ("/console/cafe/programme", "manager", "de", "light", (1280, 800)),
}
"""Name -> path, who, language, colours, size."""
WIDTHS = (390, 1280)
SIZES: dict[int, ViewportSize] = {390: {"width": 390, "height": 844}, 1280: {"width": 1280, "height": 900}}
THEMES: tuple[Theme, ...] = ("light", "dark")
LANGUAGES = ("en", "de")
_FINE = 200
_TALL = "document.documentElement.scrollHeight"
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def open_town() -> Iterator[Town]:
    """The town on a PostgreSQL and a server of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="praemia-town-"))
    folder.chmod(0o755)
    try:
        with postgres.running(folder / "postgres", settings=_FAST) as server:
            asyncio.run(migrate(server.dsn))
            for site in running_site(server.dsn):
                yield settle(site)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def take(town: Town, chrome: Browser, samples: list[Sample]) -> int:
    """Every picture of the samples; the number of pages that could not be opened. A page is opened once per language: width and
    colours change under it, as they do in people's hands."""
    broken = 0
    windows: dict[tuple[str | None, str], Page] = {}
    for number, sample in enumerate(samples, 1):
        for lang in LANGUAGES:
            key = (sample.who, lang)
            if key not in windows:
                windows[key] = town.context(chrome, sample.who, lang=lang, reduced_motion="reduce").new_page()
            said = _take_one(windows[key], sample, sample.in_town(town), lang)
            broken += said.startswith("broken")
            print(f"{number}/{len(samples)} {sample.name} {lang} {said}", flush=True)
            if said == "no page":
                break
    for window in windows.values():
        window.context.close()
    return broken


def _take_one(window: Page, sample: Sample, path: str, lang: str) -> str:
    """The pictures of one page in one language; what became of it, in a word or a few."""
    window.set_viewport_size(SIZES[WIDTHS[-1]])
    window.emulate_media(color_scheme="light")
    try:
        if not is_page(window, path):
            return "no page"
        answer = window.goto(path, wait_until="networkidle")
        if answer is None or answer.status != _FINE:
            return f"broken: {answer.status if answer else 'no answer'}"
        if sample.play is not None:
            sample.play(window)
        for width, theme in product(WIDTHS, THEMES):
            window.set_viewport_size(SIZES[width])
            window.emulate_media(color_scheme=theme)
            # As tall as what is on it: a bar at the bottom of the screen then covers nothing.
            window.set_viewport_size({"width": width, "height": max(SIZES[width]["height"], window.evaluate(_TALL))})
            window.screenshot(path=FOLDER / f"{_named(sample.name)}.{width}.{theme}.{lang}.png", full_page=True)
    except Error as error:
        return f"broken: {str(error).splitlines()[0]}"
    return "ok"


def is_page(window: Page, path: str) -> bool:
    """Whether there is something to look at: not a worker, a manifest, an export, a piece of a page."""
    return window.request.get(path).text().lstrip().lower().startswith("<!doctype html>")


def take_chosen(town: Town, chrome: Browser) -> None:
    """The pictures of the documentation, small enough to be kept."""
    for name, (path, who, lang, theme, size) in CHOSEN.items():
        context = town.context(chrome, who, lang=lang, theme=theme, width=size[0], height=size[1], reduced_motion="reduce")
        page = context.new_page()
        page.goto(path, wait_until="networkidle")
        with Image.open(BytesIO(page.screenshot())) as picture:
            picture.convert("RGB").quantize(128).save(PICTURES / f"{name}.png", optimize=True)
        context.close()


def main(wanted: str = "") -> int:
    """Take the pictures."""
    found = chromium.installed()
    if found is None:
        print("There is no Chromium here: run .ci/browser as root, or set PRAEMIA_CHROMIUM.")
        return 1
    samples = [sample for sample in pages.get_samples() if wanted in sample.name]
    FOLDER.mkdir(exist_ok=True)
    begun = time.monotonic()
    with open_town() as town, chromium.running(found) as chrome:
        enliven(town)
        if wanted == "chosen":
            take_chosen(town, chrome)
            return 0
        broken = take(town, chrome, samples)
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.name}/ after {time.monotonic() - begun:.0f} s")
    return min(broken, 1)


def _named(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.replace("{address}/", "").lower()).strip("-") or "start"


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
