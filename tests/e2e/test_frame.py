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


def test_looks_are_chosen_without_script(site: Town, chrome: Browser) -> None:
    context = site.context(chrome, java_script_enabled=False)
    page = context.new_page()
    page.goto("/problems/input.invalid")
    page.locator("details.looks > summary").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page).to_have_url(f"{site.base}/problems/input.invalid")
    context.close()


def test_the_keyboard_reaches_content_menu_and_every_choice(site: Town, chrome: Browser, ear: Ear) -> None:
    context = site.context(chrome, ear=ear)
    page = context.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    summary = page.locator("details.looks > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="English")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("details.looks")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    context.close()


def test_a_page_that_is_not_there_is_a_page_that_leads_on(site: Town, chrome: Browser) -> None:
    context = site.context(chrome, "owner", lang="de")
    page = context.new_page()
    answer = page.goto(f"/console/{site.address}/nowhere")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Hier ist nichts")
    page.get_by_role("link", name="Zur Startseite").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()


def test_a_brand_changes_what_people_see(site: Town, chrome: Browser, ear: Ear) -> None:
    context = site.context(chrome, ear=ear)
    page = context.new_page()
    page.goto(f"/p/{site.address}")
    before = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand')")
    source = site.cafe.get("/source").text + '\nbrand: { colour: "#00573f" }\n'
    applied = site.cafe.client.put(site.cafe.path(), content=source, headers={"Content-Type": "application/yaml"})
    assert applied.status_code == 200, applied.text
    page.reload()
    after = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand')")
    assert before != after
    assert "#00573f" in after or "0, 87, 63" in after
    context.close()
