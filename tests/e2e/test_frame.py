"""What every page shares: looks that are chosen and kept, doors that send people to sign in, pages for failures."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.e2e.chromium import Ear
from tests.e2e.town import Town


def test_language_and_colours_are_chosen_once_and_kept(site: Town, chrome: Browser, ear: Ear) -> None:
    context = site.context(chrome, lang="en", theme="light", ear=ear)
    page = context.new_page()
    page.goto("/")
    page.locator("details.looks > summary").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("details.looks > summary").click()
    page.get_by_role("button", name="Dunkel").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.goto("/problems/input.invalid")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()
