"""The pages between two steps of signing in, which no address opens by itself: axe finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from praemia import messaging, programs
from praemia.foundation.db import Database
from tests.e2e.chromium import Ear
from tests.e2e.test_every_page import AXE, FINDINGS, RULES, SIDEWAYS
from tests.e2e.town import PASSWORD, Theme, Town


def look(page: Page, what: str) -> None:
    """Nothing is wrong with the page that is open."""
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(FINDINGS, RULES) == [], what
    assert page.evaluate(SIDEWAYS) <= 0, what


def newest_code(site: Town) -> str:
    async def read(db: Database) -> str:
        async with db.transaction(site.site.tenant_id) as tx:
            program = await programs.get_program(tx, "cafe")
            mail = (await messaging.outbox(tx, site.site.rooms.vault, program_id=program.program_id))[0].mail
        assert mail is not None
        return mail.subject

    found = re.search(r"\d{6}", site.site.run(read))
    assert found is not None
    return found.group()


@pytest.mark.parametrize(("lang", "theme", "width", "who"), [("en", "light", 1280, "owner"), ("de", "dark", 390, "manager")])
def test_every_step_keeps_nobody_out(lang: str, theme: Theme, width: int, who: str, site: Town, chrome: Browser) -> None:
    ear = Ear()
    context = site.context(chrome, lang=lang, theme=theme, width=width, height=844, ear=ear)
    try:
        page = context.new_page()
        page.goto("/sign-in")
        page.locator("#f-email").fill(f"{who}@example.org")
        page.locator("#f-password").fill("wrong")
        page.keyboard.press("Enter")
        page.locator(".alert.bad:visible").wait_for()
        look(page, "refused")
        page.locator("#f-password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("[name=skip]").wait_for()
        look(page, "offer")
        page.locator("summary:visible").last.click()
        totp = pyotp.TOTP(page.locator(".spelled").inner_text())
        page.locator("#f-code").fill("000000")
        page.keyboard.press("Enter")
        page.locator(".alert.bad:visible").wait_for()
        page.locator("#f-code").fill(totp.at(datetime.now(UTC)))
        page.keyboard.press("Enter")
        page.locator(".recovery-codes").wait_for()
        look(page, "recovery codes")
        context.clear_cookies()
        page.goto("/sign-in")
        page.locator("#f-email").fill(f"{who}@example.org")
        page.locator("#f-password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#f-code").wait_for()
        look(page, "second factor")
        page.goto("/m/cafe/join")
        page.locator("#f-email").fill("nonsense")
        page.keyboard.press("Enter")
        page.locator(".fault").wait_for()
        look(page, "no address")
        page.goto("/m/cafe/sign-in")
        page.locator("#f-email").fill(f"{lang}@example.org")
        page.keyboard.press("Enter")
        page.locator("#f-code").wait_for()
        look(page, "code")
        page.locator("#f-code").fill(newest_code(site))
        page.keyboard.press("Enter")
        page.locator("#f-name").wait_for()
        look(page, "new here")
        assert [each for each in ear.heard if not re.search("status of (401|422)", each)] == []
    finally:
        context.close()
