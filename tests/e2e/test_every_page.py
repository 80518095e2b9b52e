"""Every page that can be opened, in both languages and both colours: axe finds nothing, nothing scrolls sideways on a phone, and the
browser complains of nothing. Pages come from the routes themselves, so a new one is in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import pages
from tests.e2e.chromium import Ear
from tests.e2e.pages import Sample
from tests.e2e.town import Theme, Town

VENDOR = Path(__file__).parent / "vendor"
AXE = VENDOR / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS: tuple[tuple[str, Theme, int], ...] = (("en", "light", 1280), ("de", "dark", 390))
FINDINGS = """
async (tags) => (await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})).violations.flatMap(
  (broken) => broken.nodes.map((node) => `${broken.id}: ${node.target.join(" ")} — ${node.failureSummary}`))
"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def windows(site: Town, chrome: Browser) -> Iterator[dict[Any, tuple[Page, Ear]]]:
    """One window per reader, language and look, kept for all pages: opening one costs more than looking at a page."""
    opened: dict[Any, tuple[Page, Ear]] = {}
    yield opened
    for window, _ in opened.values():
        window.context.close()


@pytest.mark.parametrize("sample", pages.get_samples(), ids=lambda sample: str(sample.name))
@pytest.mark.parametrize(("lang", "theme", "width"), SHOTS, ids=["english-light-desk", "german-dark-phone"])
def test_the_page_keeps_nobody_out(
    sample: Sample, lang: str, theme: Theme, width: int, site: Town, chrome: Browser, windows: dict[Any, tuple[Page, Ear]]
) -> None:
    path = sample.in_town(site)
    key = (sample.who, lang, theme, width)
    if key not in windows:
        ear = Ear()
        windows[key] = site.context(chrome, sample.who, lang=lang, theme=theme, width=width, height=844, ear=ear).new_page(), ear
    page, ear = windows[key]
    page.goto("about:blank")  # what the page before was still at is over
    ear.heard.clear()
    answer = page.request.get(path)
    assert answer.status == 200, (path, answer.status)
    if not answer.text().lstrip().startswith(("<!doctype html>", "<!DOCTYPE html>")):
        return  # a worker, a manifest, an export, a piece of a page
    page.goto(path, wait_until="load")
    assert page.locator("html").get_attribute("lang") == lang
    page.evaluate(AXE.read_text("utf-8"))
    findings = page.evaluate(FINDINGS, RULES)
    assert not findings, "\n".join(findings)
    assert page.evaluate(SIDEWAYS) <= 0, f"{path} is {page.evaluate(SIDEWAYS)} px wider than the screen"
    assert ear.heard == []


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
