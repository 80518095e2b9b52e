"""The operator's journeys: doubling Tuesdays through forms and taking it back; from an empty installation to the first point."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Browser, Page, expect

from praemia import identity
from tests.e2e.chromium import Ear
from tests.e2e.town import ADDRESS, Town
from tests.web.conftest import LENIENT, purchase, running_site

PROGRAMME = f"/console/{ADDRESS}/programme"
FIVE_MINUTES = 5 * 60


def quoted(site: Town) -> int:
    """What a purchase of 10.00 would give anna at the till now: the café's clock stands on a Tuesday morning."""
    answer = site.cafe.post("/purchases/quote", purchase("a-quote", "anna", 1000)).json()
    return sum(each["amount"] for each in answer["awards"] if each["unit"] == "points")


def test_the_operator_doubles_tuesdays_through_forms_reads_the_plan_applies_and_rolls_back(site: Town, chrome: Browser, ear: Ear) -> None:
    plain = quoted(site)
    context = site.context(chrome, "owner", ear=ear)
    page = context.new_page()
    page.goto(f"/console/{ADDRESS}/")
    page.get_by_role("link", name="Rules and settings").click()
    page.get_by_role("link", name="New rule").first.click()
    page.get_by_label("Short name").fill("double-tuesdays")
    page.get_by_label("In German").fill("Doppelt am Dienstag")
    page.get_by_label("In English").fill("Double on Tuesdays")
    page.locator("select[name=gift]").select_option(label="Multiply the points")
    expect(page.get_by_label("For every amount of")).to_be_hidden()
    page.get_by_label("How many points, or which factor").fill("two")
    page.get_by_label("Tuesday").check()
    page.get_by_role("button", name="Save and see the plan").click()

    expect(page.get_by_text("'two' is not a number")).to_be_visible()
    ear.heard.clear()  # the browser calls a refused form an error
    page.get_by_label("How many points, or which factor").fill("2")
    page.get_by_role("button", name="Save and see the plan").click()

    expect(page.get_by_role("heading", name="Plan")).to_be_visible()
    expect(page.get_by_text("2 times the points, on Tuesdays.")).to_be_visible()
    expect(page.get_by_role("row", name="€20.00 Tue 10:00 20 Points 40 Points")).to_be_visible()
    assert quoted(site) == plain, "a plan changes nothing"

    page.get_by_label("Why").fill("Tuesdays are quiet")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("The new version counts from its own time on.")).to_be_visible()
    assert quoted(site) == 2 * plain
    assert site.cafe.get("/source").text.count("\n") == LENIENT.count("\n") + 6, "no line of the file but the new ones"

    page.get_by_role("link", name="Try a rule").click()
    page.get_by_label("A member, by reference or card").fill("anna")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#answer").locator("xpath=../..").get_by_text("Double on Tuesdays", exact=True)).to_be_visible()

    page.goto(f"{PROGRAMME}/versions")
    expect(page.get_by_text("Tuesdays are quiet")).to_be_visible()
    page.get_by_role("link", name="Version 1").click()
    page.get_by_role("link", name="Go back to this version").click()
    expect(page.get_by_text("gone", exact=True)).to_be_visible()
    page.get_by_role("button", name="Go back to version 1").click()
    expect(page.get_by_text("The older version's text is in force again")).to_be_visible()
    assert quoted(site) == plain
    assert site.cafe.get("/source").text == LENIENT
    context.close()


def test_the_same_pages_speak_german(site: Town, chrome: Browser, ear: Ear) -> None:
    context = site.context(chrome, "manager", lang="de", theme="dark", width=390, height=844, ear=ear)
    page = context.new_page()
    page.goto(PROGRAMME)
    expect(page.get_by_role("heading", name="Regeln und Einstellungen")).to_be_visible()
    expect(page.get_by_text("1 Stempel für jeden Artikel (Waren der Gruppe „coffee“).")).to_be_visible()
    page.goto(f"{PROGRAMME}/parts/rule/quiet-hours")
    page.get_by_label("Wie viele Punkte, oder welcher Faktor").fill("2,5")
    page.get_by_role("button", name="Sichern und den Plan ansehen").click()
    expect(page.get_by_text("2,5-mal so viele Punkte")).to_be_visible()
    expect(page.get_by_text("wird mehr geben als bisher.")).to_be_visible()
    page.goto(PROGRAMME)
    page.get_by_role("button", name="Entwurf verwerfen").click()
    expect(page.get_by_text("Der Entwurf ist verworfen")).to_be_visible()
    context.close()


def test_a_fault_in_the_text_is_found_at_its_place_and_the_keyboard_is_enough(site: Town, chrome: Browser, ear: Ear) -> None:
    context = site.context(chrome, "marketer", ear=ear)
    page = context.new_page()
    page.goto(f"{PROGRAMME}/text")
    source = page.locator("#source")
    source.fill(source.input_value().replace("multiply: 2", "multiply: -2"))
    _tab_to(page, "Save in my draft")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=re.compile(r"Line \d+, column 17"))
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(source).to_be_focused()
    assert page.evaluate("document.activeElement.value[document.activeElement.selectionStart]") == "-"
    page.goto(PROGRAMME)
    _tab_to(page, "Discard the draft")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The draft is gone")).to_be_visible()
    context.close()


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the button of that name has the focus."""
    page.locator("body").press("Home")
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == name:
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


def test_an_empty_installation_leads_to_the_first_point_in_five_minutes(database: str, chrome: Browser, ear: Ear) -> None:
    for site in running_site(database):
        token = identity.setup_token(site.rooms.vault, site.rooms.settings.tenant)
        base = site.address.replace("127.0.0.1", "localhost")
        context = chrome.new_context(base_url=base, locale="en-GB", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(10_000)
        ear.listen(context)
        begun = time.monotonic()
        page = context.new_page()
        page.goto(f"/setup?token={token}")
        page.get_by_label("Your name").fill("Olga")
        page.get_by_label("E-mail").fill("olga@example.org")
        page.get_by_label("Password").fill("a sentence that nobody guesses")
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("A café").check()
        page.get_by_label("What members call it").fill("Zum Löwen")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_text("It waits for its first member")).to_be_visible()

        with context.expect_page() as printed:
            page.evaluate("open('/p/zum-loewen/poster')")
        expect(printed.value.get_by_text("Scan and have your card on your phone")).to_be_visible()
        printed.value.close()

        page.get_by_label("Card number").fill("4012345678901")
        page.get_by_label("Amount of the purchase").fill("10.00")
        page.get_by_role("button", name="Give the first points").click()
        expect(page.get_by_text("The first points have arrived")).to_be_visible()
        expect(page.get_by_text("60 Points with the first member.")).to_be_visible()
        assert time.monotonic() - begun < FIVE_MINUTES
        page.get_by_role("link", name="Open the console").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        context.close()


def test_the_page_hears_of_the_first_point_wherever_it_comes_from(database: str, chrome: Browser, ear: Ear) -> None:
    for site in running_site(database):
        site.cafe()
        base = site.address.replace("127.0.0.1", "localhost")
        context = chrome.new_context(base_url=base, locale="de-DE", viewport={"width": 390, "height": 844})
        context.set_default_timeout(10_000)
        ear.listen(context)
        page = context.new_page()
        page.goto(f"/setup?token={identity.setup_token(site.rooms.vault, site.rooms.settings.tenant)}")
        page.get_by_label("Ihr Name").fill("Olga")
        page.get_by_label("E-Mail").fill("olga@example.org")
        page.get_by_label("Passwort").fill("ein Satz, den niemand errät")
        page.get_by_role("button", name="Weiter").click()
        page.get_by_label("Irgendein Laden").check()
        page.get_by_label("Wie Mitglieder es nennen").fill("Laden")
        page.get_by_role("button", name="Beginnen").click()
        expect(page.get_by_text("Es wartet auf das erste Mitglied")).to_be_visible()
        other = context.new_page()
        other.goto(page.url)
        other.get_by_label("Kartennummer").fill("1234")
        other.get_by_role("button", name="Die ersten Punkte geben").click()
        expect(page.get_by_text("Die ersten Punkte sind da")).to_be_visible()
        context.close()
