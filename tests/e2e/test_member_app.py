"""The member's phone in a real browser: the card and its code, points and their reasons, redeeming, no network, signing out, German."""

from __future__ import annotations

import io
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.chromium import Ear
from tests.e2e.town import Town
from tests.web.conftest import purchase

_KEPT_PASSES = """() => new Promise((resolve) => {
  indexedDB.open("praemia-card").onsuccess = ({ target }) => {
    target.result.transaction("passes").objectStore("passes").count().onsuccess = (event) => resolve(event.target.result);
  };
})"""
PHONE: dict[str, Any] = {"width": 390, "height": 844, "device_scale_factor": 2}


def test_joining_by_passkey_leads_to_the_card_and_to_the_first_reward(site: Town, chrome: Browser, ear: Ear) -> None:
    context = site.context(chrome, ear=ear, **PHONE)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/m/cafe/join")
    page.get_by_label("Name").fill("Ida")
    page.get_by_role("button", name="Join without e-mail, by passkey").click()
    page.wait_for_url("**/m/cafe/")
    expect(page.locator(".pass-name")).to_have_text("Ida")
    code = _code(page)
    expect(page.locator("#pass-ends")).to_contain_text("Card ending in")
    member = _shown_at_the_till(site, code)["member"]
    bought = site.cafe.post("/purchases", purchase("ida-1", member, 1_000))
    assert bought.status_code == 201, bought.text
    page.reload()
    page.get_by_role("link", name=re.compile("Purchase")).click()
    expect(page.get_by_text("One point per euro: 10 Points on €10.00.")).to_be_visible()
    page.goto("/m/cafe/rewards/espresso")
    page.get_by_label("How to pay").select_option("20 Points + €1.00")
    page.get_by_role("button", name="Redeem now").click()
    expect(page.get_by_text("To pay besides: €1.00")).to_be_visible()
    assert site.cafe.balance(member) == 40
    context.close()


def test_the_codes_on_the_screen_are_read_by_a_scanner_and_lead_to_the_member_once(site: Town, chrome: Browser, ear: Ear) -> None:
    with _phone(site, chrome, "carla", ear) as page:
        # A code lasts half a minute and must not change while it is read: the phone's clock stands at the last beginning of one.
        page.clock.set_fixed_time(datetime.fromtimestamp(time.time() // 30 * 30, UTC))
        page.goto("/m/cafe/")
        code = _code(page)
        assert set(_read(page, "#pass-code")) == {("QRCode", code), ("Code128", code)}
        page.locator("#pass-code").click()
        expect(page.locator("#bright")).to_be_visible()
        assert set(_read(page, "#bright")) == {("QRCode", code), ("Code128", code)}
        assert page.evaluate("getComputedStyle(document.querySelector('#bright')).backgroundColor") == "rgb(255, 255, 255)"
        page.get_by_role("button", name="Close").click()
    assert _shown_at_the_till(site, code) == {"member": "carla", "status": "active"}
    assert _shown_at_the_till(site, code)["code"] == "members.pass_code_used"


def test_any_digits_are_drawn_so_that_a_scanner_reads_them(site: Town, chrome: Browser) -> None:
    chance = random.Random(20)
    texts = ["0" * 20, "9" * 20, *(f"99{chance.randrange(10**18):018}" for _ in range(60))]
    context = site.context(chrome)
    page = context.new_page()
    page.goto("/")
    drawn = page.evaluate(
        """async (texts) => {
          const it = await import('/static/js/card-codes.js');
          return texts.map((text) => [it.qrModules(text), it.barWidths(text)]);
        }""",
        texts,
    )
    context.close()
    for text, (rows, widths) in zip(texts, drawn, strict=True):
        assert [found.text for found in zxingcpp.read_barcodes(_modules(rows))] == [text]
        assert [found.text for found in zxingcpp.read_barcodes(_bars(widths))] == [text]


def test_without_a_network_the_card_still_shows_a_code_that_counts(site: Town, chrome: Browser) -> None:
    with _phone(site, chrome, "bert", None) as page:
        page.goto("/m/cafe/")
        first = _code(page)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        page.reload()  # the worker sees this one and keeps it
        page.wait_for_function("() => document.querySelector('#pass')?.dataset.code")
        page.context.set_offline(True)
        page.reload()
        code = _code(page)
        expect(page.locator("#pass-offline")).to_be_visible()
        assert code[2:12] == first[2:12], "the same pass, counted on the device"
        page.goto("/m/cafe/points")  # any page leads to the card while there is no network
        expect(page.locator("#pass-code")).to_be_visible()
        page.context.set_offline(False)
        assert _shown_at_the_till(site, _code(page))["member"] == "bert"
        expect(page.locator("#pass-offline")).to_be_hidden()


def test_a_member_earns_sees_why_and_redeems(site: Town, chrome: Browser, ear: Ear) -> None:
    assert site.cafe.enrol("dora").status_code == 201
    bought = site.cafe.post("/purchases", purchase("dora-1", "dora", 35_000))
    assert bought.status_code == 201
    with _phone(site, chrome, "dora", ear) as page:
        page.goto("/m/cafe/")
        expect(page.get_by_role("heading", name="Yours for the taking")).to_be_visible()
        page.get_by_role("link", name=re.compile("Purchase")).first.click()
        expect(page.get_by_role("heading", name="Why")).to_be_visible()
        expect(page.get_by_text("One point per euro: 350 Points on €350.00.")).to_be_visible()
        page.get_by_role("navigation", name="Sections").get_by_role("link", name="Rewards").click()
        page.get_by_role("link", name="Five euros off").click()
        page.get_by_role("button", name="Redeem now").dblclick()
        expect(page.get_by_text("400 Points were spent")).to_be_visible()
        code = page.locator(".spelled").inner_text()
        assert ("QRCode", code) in _read(page, ".qr-image")
        assert ("Code128", code) in _read(page, ".bars-image")
        assert site.cafe.balance("dora") == 0, "a double tap redeems once"
        assert site.cafe.post(f"/codes/{code}/use", {"member": "dora"}, Idempotency_Key="till").status_code == 200
        page.reload()
        expect(page.get_by_text("used", exact=True)).to_be_visible()
        expect(page.locator(".spelled")).to_have_count(0)


def test_redeeming_needs_no_mouse(site: Town, chrome: Browser, ear: Ear) -> None:
    site.cafe.enrol("emil")
    with _phone(site, chrome, "emil", ear) as page:
        page.goto("/m/cafe/rewards")
        _press_until(page, lambda: "An espresso" in _focused(page))
        page.keyboard.press("Enter")
        page.wait_for_url("**/rewards/espresso")
        _press_until(page, lambda: "Redeem now" in _focused(page))
        page.keyboard.press("Enter")
        page.wait_for_url("**/mine/**")
        expect(page.get_by_role("status").get_by_text("50 Points were spent")).to_be_visible()


def test_signing_out_forgets_the_card_on_the_device(site: Town, chrome: Browser, ear: Ear) -> None:
    site.cafe.enrol("fritz")
    with _phone(site, chrome, "fritz", ear) as page:
        page.goto("/m/cafe/")
        code = _code(page)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto("/m/cafe/me")
        page.locator('main form[action$="/sign-out"] button').click()
        page.wait_for_url("**/sign-in**")
        assert page.evaluate(_KEPT_PASSES) == 0
        kept = page.evaluate("caches.keys().then((names) => Promise.all(names.map((name) => caches.match('/m/cafe/'))))")
        assert [one for one in kept if one] == []
    assert _shown_at_the_till(site, code)["code"] == "members.pass_code_invalid"


def test_the_same_journey_in_german(site: Town, chrome: Browser, ear: Ear) -> None:
    site.cafe.enrol("greta")
    site.cafe.post("/purchases", purchase("greta-1", "greta", 9_900))
    with _phone(site, chrome, "greta", ear, lang="de") as page:
        page.goto("/m/cafe/")
        expect(page.get_by_role("heading", name="Noch 151 Punkte bis: Ein Pfund Bohnen")).to_be_visible()
        page.get_by_role("link", name="Alle Prämien").click()
        page.get_by_role("link", name="Fünf Euro Rabatt").click()
        expect(page.get_by_text("Ihnen fehlen 251 Punkte: Es kostet 400 Punkte, Sie haben 149 Punkte.")).to_be_visible()
        page.get_by_role("navigation", name="Bereiche").get_by_role("link", name="Punkte").click()
        page.get_by_role("link", name=re.compile("Einkauf")).first.click()
        expect(page.get_by_text(re.compile("Ein Punkt je Euro: 99 Punkte auf 99,00"))).to_be_visible()


def test_a_member_leaves_by_typing(site: Town, chrome: Browser, ear: Ear) -> None:
    site.cafe.enrol("hanna")
    with _phone(site, chrome, "hanna", ear) as page:
        page.goto("/m/cafe/me/leave")
        expect(page.get_by_text("You lose: 50 Points.")).to_be_visible()
        page.get_by_label("Type LEAVE to confirm").fill("leave")
        page.get_by_role("button", name="End membership for good").click()
        expect(page.get_by_text("Your membership has ended").first).to_be_visible()
        page.goto("/m/cafe/")
        page.wait_for_url("**/sign-in**")
    assert site.cafe.get("/members/hanna").json()["status"] == "closed"


@contextmanager
def _phone(site: Town, chrome: Browser, who: str, ear: Ear | None, lang: str = "en") -> Iterator[Page]:
    """A member's phone, closed at the end."""
    context = site.context(chrome, who, lang=lang, ear=ear, **PHONE)
    try:
        yield context.new_page()
    finally:
        context.close()


def _code(page: Page) -> str:
    """What the card shows now, drawn moments ago, so that it counts for a while."""
    page.wait_for_function("() => document.querySelector('#pass')?.dataset.code && Date.now() % 30000 < 28000")
    code = page.locator("#pass").get_attribute("data-code")
    assert code is not None
    return code


def _shown_at_the_till(site: Town, code: str) -> dict[str, Any]:
    said: dict[str, Any] = site.cafe.post("/passes/resolve", {"code": code}).json()
    return said


def _read(page: Page, selector: str) -> list[tuple[str, str]]:
    """What a scanner reads off that part of the screen."""
    shot = Image.open(io.BytesIO(page.locator(selector).first.screenshot()))
    return [(found.format.name, found.text) for found in zxingcpp.read_barcodes(shot)]


def _modules(rows: list[list[int]]) -> Image.Image:
    side = len(rows) + 8
    drawn = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell:
                drawn.putpixel((x + 4, y + 4), 0)
    return drawn.resize((side * 6, side * 6), Image.Resampling.NEAREST)


def _bars(widths: list[int]) -> Image.Image:
    drawn = Image.new("L", (sum(widths) + 20, 1), 255)
    left = 10
    for place, width in enumerate(widths):
        for x in range(left, left + width):
            drawn.putpixel((x, 0), 0 if place % 2 == 0 else 255)
        left += width
    return drawn.resize((drawn.width * 3, 90), Image.Resampling.NEAREST)


def _focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.innerText ?? ''")
    return text


def _press_until(page: Page, reached: Any) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if reached():
            return
    raise AssertionError("the keyboard never reached it")
