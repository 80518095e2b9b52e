"""Journeys through the console: support helps a member, a second person approves, an auditor only looks, all of it by keyboard and in
German too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.chromium import Ear
from tests.e2e.town import Town
from tests.web.conftest import LENIENT, purchase

LIMITS = "\nadjustments: { reasons: [goodwill, mistake], limits: { support: 100, supervisor: 1000 } }\n"
NOT_FOR_YOU = 403


@pytest.fixture(scope="module")
def town(site: Town) -> Town:
    """The town, where support corrects up to a hundred points alone."""
    source = LENIENT + LIMITS
    answer = site.cafe.client.put(site.cafe.path(), content=source, headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 200, answer.text
    return site


@pytest.fixture
def support(town: Town, chrome: Browser, ear: Ear) -> Iterator[Page]:
    context = town.context(chrome, "support", ear=ear)
    yield context.new_page()
    context.close()


def test_support_finds_a_member_reads_why_corrects_and_a_second_person_approves(
    town: Town, chrome: Browser, ear: Ear, support: Page
) -> None:
    before = town.cafe.balance("bert")
    support.goto("/console/cafe/members")
    support.get_by_label("Find a member").fill("ber")
    support.get_by_role("button", name="Search").click()
    expect(support.get_by_role("heading", level=1)).to_have_text("bert")
    support.get_by_role("link", name="History", exact=True).click()
    support.get_by_role("main").get_by_role("link", name=re.compile("Earned")).first.click()
    expect(support.get_by_role("heading", name="Why these points")).to_be_visible()
    expect(support.locator(".waterfall li").first).to_contain_text("Points")
    support.go_back()
    support.get_by_role("link", name="Manage").click()
    correct = support.get_by_role("form", name="Correct points")
    correct.get_by_label("Amount").fill("250")
    correct.get_by_label("Reason").select_option("goodwill")
    correct.get_by_role("button", name="Correct points").click()
    expect(support.get_by_role("status")).to_contain_text("waits for somebody else")
    assert town.cafe.balance("bert") == before
    context = town.context(chrome, "manager", ear=ear)
    boss = context.new_page()
    boss.goto("/console/cafe/approvals")
    expect(boss.get_by_text("asked by Support")).to_be_visible()
    boss.get_by_label("Comment").fill("a fair wish")
    boss.get_by_role("button", name="Approve").click()
    expect(boss.get_by_role("status")).to_contain_text("Approved and booked")
    assert town.cafe.balance("bert") == before + 250
    context.close()


def test_the_live_list_grows_while_somebody_looks(town: Town, chrome: Browser, ear: Ear) -> None:
    context = town.context(chrome, "analyst", ear=ear)
    page = context.new_page()
    page.clock.install()
    page.goto("/console/cafe/")
    before = page.locator(".live li").count()
    assert town.cafe.post("/purchases", purchase("while-looking", "carla", 5500)).status_code == 201
    page.clock.run_for(11_000)
    expect(page.locator(".live li").first).to_contain_text("carla")
    expect(page.locator(".live li")).to_have_count(min(before + 1, 12))
    context.close()


def test_an_auditor_sees_but_cannot_write(town: Town, chrome: Browser, ear: Ear) -> None:
    context = town.context(chrome, "auditor", ear=ear)
    page = context.new_page()
    page.goto("/console/cafe/members?q=anna")
    expect(page.get_by_role("heading", level=1)).to_have_text("anna")
    page.get_by_role("link", name="Manage").click()
    expect(page.locator("main form[method=post]")).to_have_count(0)
    page.get_by_role("link", name="Audit log").click()
    page.get_by_label("What").select_option("programs")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".log li").first).to_contain_text("Programme changed")
    place = page.url.split("/console")[0] + "/console/cafe/locations"
    answer = page.request.post(place, form={"code": "x", "name": "x"}, headers={"Origin": town.base})
    assert answer.status == NOT_FOR_YOU
    context.close()


def test_a_cashier_reaches_no_page_of_the_console(town: Town, chrome: Browser) -> None:
    context = town.context(chrome, "cashier")
    page = context.new_page()
    for path in ("/console/cafe/", "/console/cafe/members", "/console/cafe/programme", "/console/cafe/keys"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == NOT_FOR_YOU
        expect(page.get_by_role("heading", level=1)).to_contain_text("not for you")
    context.close()


def test_the_keyboard_alone_finds_a_member_and_corrects(town: Town, support: Page) -> None:
    before = town.cafe.balance("anna")
    support.goto("/console/cafe/members")
    support.keyboard.press("Tab")
    expect(support.get_by_role("link", name="Skip to content")).to_be_focused()
    support.keyboard.press("Enter")
    support.keyboard.press("Tab")
    expect(support.get_by_label("Find a member")).to_be_focused()
    support.keyboard.type("anna")
    support.keyboard.press("Enter")
    expect(support.get_by_role("heading", level=1)).to_have_text("anna")
    _tab_to(support, "Manage")
    support.keyboard.press("Enter")
    expect(support.get_by_role("form", name="Correct points")).to_be_visible()
    _tab_to(support, "Amount")
    support.keyboard.type("30")
    support.keyboard.press("Tab")
    support.keyboard.type("goodwill")
    _tab_to(support, "Correct points")
    support.keyboard.press("Enter")
    expect(support.get_by_role("status")).to_contain_text("corrected")
    assert town.cafe.balance("anna") == before + 30


def test_on_a_phone_the_menu_is_a_drawer_and_nothing_runs_over(town: Town, chrome: Browser, ear: Ear) -> None:
    context = town.context(chrome, "owner", width=390, height=844, ear=ear)
    page = context.new_page()
    page.goto("/console/cafe/")
    expect(page.get_by_role("link", name="Staff")).to_be_hidden()
    page.locator(".side summary").click()
    page.get_by_role("link", name="Staff").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Staff")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()


def test_the_console_speaks_german(town: Town, chrome: Browser) -> None:
    context = town.context(chrome, "support", lang="de", theme="dark")
    page = context.new_page()
    page.goto("/console/cafe/members?q=carla")
    page.get_by_role("link", name="Bearbeiten").click()
    correct = page.get_by_role("form", name="Punkte korrigieren")
    correct.get_by_label("Menge").fill("viele")
    correct.get_by_role("button", name="Punkte korrigieren").click()
    expect(correct.get_by_label("Menge")).to_be_focused()
    expect(correct.locator(".fault").first).to_contain_text("Zahl")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    context.close()


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until what is focused carries the name, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(() => { const e = document.activeElement; return [e.innerText, ...(e.labels ? [...e.labels].map(l => l.innerText) : [])] })()"
        )
        if any((text or "").strip().startswith(name) for text in focused):
            return
    raise AssertionError(f"the keyboard does not reach {name}")
