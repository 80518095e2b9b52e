"""Every page that can be opened, in both languages, both colours, on a desk and on a phone: axe finds nothing, nothing scrolls sideways,
and the browser complains of nothing. Pages come from the routes themselves, so a new one is in; scenes.py adds what deeds lead to.

A page is opened once per language; its colours and width change under it, as they do in people's hands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.e2e import pages
from tests.e2e.chromium import Ear
from tests.e2e.lively import enliven
from tests.e2e.pages import Sample
from tests.e2e.town import Theme, Town, settle
from tests.web.conftest import running_site

VENDOR = Path(__file__).parent / "vendor"
AXE = VENDOR / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS: Mapping[str, Sequence[tuple[Theme, int]]] = {"en": (("light", 1280), ("dark", 390)), "de": (("dark", 1280), ("light", 390))}
"""Language -> the looks in which axe goes over the page: all four of them, and each language on a desk and on a phone."""
_TOLD_BY_THE_PAGE = "Failed to load resource: the server responded with a status of 4"
FINDINGS = """
async (tags) => (await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})).violations.flatMap(
  (broken) => broken.nodes.map((node) => `${broken.id}: ${node.target.join(" ")} — ${node.failureSummary}`))
"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(module_database: str) -> Iterator[Town]:
    """The town after eight weeks: pages with something on them."""
    for running in running_site(module_database):
        yield enliven(settle(running))


@pytest.fixture(scope="module")
def windows(site: Town, chrome: Browser) -> Iterator[dict[Any, tuple[Page, Ear]]]:
    """One window per reader and language, kept for all pages: opening one costs more than looking at a page."""
    opened: dict[Any, tuple[Page, Ear]] = {}
    yield opened
    for window, _ in opened.values():
        window.context.close()


@pytest.mark.parametrize("sample", pages.get_samples(), ids=lambda sample: str(sample.name))
@pytest.mark.parametrize("lang", LOOKS)
def test_the_page_keeps_nobody_out(sample: Sample, lang: str, site: Town, chrome: Browser, windows: dict[Any, tuple[Page, Ear]]) -> None:
    path = sample.in_town(site)
    key = (sample.who, lang)
    if key not in windows:
        ear = Ear()
        context = site.context(chrome, sample.who, lang=lang, ear=ear)
        context.add_init_script(path=AXE)
        windows[key] = context.new_page(), ear
    page, ear = windows[key]
    page.goto("about:blank")  # what the page before was still at is over
    ear.heard.clear()
    _put_on(page, *LOOKS[lang][0])
    if not _opened(page, path):
        return  # a worker, a manifest, an export, a piece of a page
    if sample.play is not None:
        sample.play(page)
    assert page.locator("html").get_attribute("lang") == lang
    for theme, width in LOOKS[lang]:
        _put_on(page, theme, width)
        findings = page.evaluate(FINDINGS, RULES)
        assert not findings, f"{theme}, {width} px:\n" + "\n".join(findings)
        assert page.evaluate(SIDEWAYS) <= 0, f"{path} is {page.evaluate(SIDEWAYS)} px wider than {width} px"
    # A refusal that a scene brings about has a status of its own, which the browser mentions.
    assert [said for said in ear.heard if sample.play is None or _TOLD_BY_THE_PAGE not in said] == []


def _opened(page: Page, path: str) -> bool:
    """Whether what is at the path is a page; then it is open."""
    try:
        answer = page.goto(path, wait_until="load")
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return False
    assert answer is not None
    assert answer.status == 200, (path, answer.status)
    return "text/html" in answer.headers["content-type"] and answer.text().lstrip().lower().startswith("<!doctype html>")


def _put_on(page: Page, theme: Theme, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)


def test_every_parameter_has_a_sample() -> None:
    assert pages.parameters() <= set(pages.SAMPLES), "give them a line in tests/e2e/pages.py"


def test_axe_finds_what_is_planted(site: Town, chrome: Browser) -> None:
    context = site.context(chrome)
    page = context.new_page()
    page.goto("/")
    page.evaluate("""document.querySelector("main").innerHTML = '<h1>A</h1><img src="/static/mark.svg"><input><button></button>'""")
    page.evaluate(AXE.read_text("utf-8"))
    found = {finding.split(":")[0] for finding in page.evaluate(FINDINGS, RULES)}
    assert found >= {"image-alt", "label", "button-name"}
    context.close()


def test_axe_is_the_one_of_the_manifest() -> None:
    lines = (line.split("  ") for line in (VENDOR / "MANIFEST").read_text().splitlines())
    listed = {name: digest for digest, name in lines}
    found = {str(p.relative_to(VENDOR)): hashlib.sha256(p.read_bytes()).hexdigest() for p in VENDOR.rglob("axe-core/*")}
    assert found == listed
