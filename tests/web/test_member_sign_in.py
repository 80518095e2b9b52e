"""Members join and sign in through the pages, and everybody walks into the demonstration."""

from __future__ import annotations

import re

import pytest

from praemia import access, identity, members, programs
from praemia.foundation.db import Database
from praemia.foundation.settings import Settings
from tests.web.browsing import HEADERS, Browser, browser, cafe, code_of, newest_mail, vault
from tests.web.conftest import Program, ShownDemo, Site

__all__ = ["browser", "cafe"]


def joined(site: Site, browser: Browser, email: str = "anna@example.org", **fields: str) -> None:
    browser.open("/m/cafe/join")
    browser.send("/m/cafe/join", email=email, **fields)
    browser.send("/m/cafe/sign-in/code", code=code_of(newest_mail(site)))
    assert browser.path == "/m/cafe/", browser.page.text


def member_by_email(site: Site, email: str) -> members.Member | None:
    async def look(db: Database) -> members.Member | None:
        async with db.transaction(site.tenant_id) as tx:
            program = await programs.get_program(tx, "cafe")
            found = await identity.find_by_email(tx, vault(site), program_id=program.program_id, email=email)
            return await members.find_by_id(tx, found) if found else None

    member: members.Member | None = site.run(look)
    return member


def test_joining_by_mail_earns_what_joining_over_the_api_earns(site: Site, cafe: Program, browser: Browser) -> None:
    awarded = cafe.enrol("over-the-api").json()["awards"]
    joined(site, browser, name="Anna")
    member = member_by_email(site, "anna@example.org")
    assert member is not None
    assert awarded
    assert cafe.balance(member.reference) == cafe.balance("over-the-api") == awarded[0]["amount"]
    assert "Anna" not in cafe.get(f"/members/{member.reference}").text


def test_who_joined_signs_in_by_code_and_by_password(site: Site, cafe: Program, browser: Browser) -> None:
    joined(site, browser, password="anna and her coffee")
    for how in ("code", "password"):
        other = Browser(site)
        other.open("/m/cafe/sign-in")
        other.send("/m/cafe/sign-in", email="anna@example.org", how=how, password="anna and her coffee")
        if how == "code":
            other.send("/m/cafe/sign-in/code", code=code_of(newest_mail(site)))
        assert other.path == "/m/cafe/", how


def test_asking_for_a_code_tells_nobody_who_is_a_member(site: Site, cafe: Program, browser: Browser) -> None:
    joined(site, browser)
    pages = []
    for email in ("anna@example.org", "nobody@example.org"):
        other = Browser(site)
        other.open("/m/cafe/sign-in")
        page = other.send("/m/cafe/sign-in", email=email, how="code")
        pages.append((page.status_code, re.sub(r'name="ticket" value="[^"]*"', "", page.text).replace(email, "")))
        assert newest_mail(site).to == email
    assert pages[0] == pages[1]


def test_who_turns_out_to_be_new_is_asked_and_then_joins(site: Site, cafe: Program, browser: Browser) -> None:
    browser.open("/m/cafe/sign-in")
    browser.send("/m/cafe/sign-in", email="new@example.org", how="code")
    browser.send("/m/cafe/sign-in/code", code=code_of(newest_mail(site)))
    assert "You are new here" in browser.page.text
    assert member_by_email(site, "new@example.org") is None
    browser.send("/m/cafe/join/confirm", name="Nele")
    assert browser.path == "/m/cafe/"
    assert member_by_email(site, "new@example.org") is not None


def test_joining_again_with_ones_address_signs_in_and_makes_nobody_new(site: Site, cafe: Program, browser: Browser) -> None:
    joined(site, browser)
    before = member_by_email(site, "anna@example.org")
    joined(site, Browser(site))
    assert member_by_email(site, "anna@example.org") == before


def test_a_wrong_code_shows_the_form_again_and_the_fifth_time_it_is_over(site: Site, cafe: Program, browser: Browser) -> None:
    browser.open("/m/cafe/join")
    browser.send("/m/cafe/join", email="anna@example.org")
    code = code_of(newest_mail(site))
    for _ in range(5):
        assert browser.send("/m/cafe/sign-in/code", code="000000" if code != "000000" else "111111").status_code == 401
    assert browser.send("/m/cafe/sign-in/code", code=code).status_code == 429
    assert member_by_email(site, "anna@example.org") is None


def test_an_anonymous_card_becomes_somebodys_by_the_code_beside_its_number_once(site: Site, cafe: Program, browser: Browser) -> None:
    card = cafe.post("/cards", {"number": "4711"}).json()
    claim, held = card["claim_code"], cafe.balance(card["member"])
    browser.open("/m/cafe/join?card=4711")
    assert browser.send("/m/cafe/join", email="anna@example.org", card="4711", claim="AAAA-AAAA").status_code == 401
    joined(site, browser, card="4711", claim=claim.lower().replace("-", " "))
    member = member_by_email(site, "anna@example.org")
    assert member is not None
    assert (member.reference, cafe.balance("4711")) == (card["member"], held)
    thief = Browser(site)
    thief.open("/m/cafe/join")
    assert thief.send("/m/cafe/join", email="thief@example.org", card="4711", claim=claim).status_code == 401


def test_a_member_of_one_programme_is_nobody_in_another_and_no_staff(site: Site, cafe: Program, browser: Browser) -> None:
    site.cafe("bistro")
    joined(site, browser)
    assert browser.open("/m/cafe/").url.path == "/m/cafe/"
    assert browser.open("/m/bistro/").url.path == "/m/bistro/sign-in"
    assert browser.open("/console/cafe/").url.path == "/sign-in"


def test_a_member_changes_the_address_by_a_code_to_the_new_one(site: Site, cafe: Program, browser: Browser) -> None:
    joined(site, browser)
    before = member_by_email(site, "anna@example.org")
    browser.open("/m/cafe/sign-in/ways")
    browser.send("/m/cafe/sign-in/ways", do="email", email="nonsense")
    assert browser.page.status_code == 422
    browser.send("/m/cafe/sign-in/ways", do="email", email="anna@new.example")
    assert newest_mail(site).to == "anna@new.example"
    browser.send("/m/cafe/sign-in/ways/email", code=code_of(newest_mail(site)))
    assert "The new address counts" in browser.page.text
    assert member_by_email(site, "anna@new.example") == before
    assert member_by_email(site, "anna@example.org") is None


def test_nobody_takes_another_members_address(site: Site, cafe: Program, browser: Browser) -> None:
    joined(site, browser)
    other = Browser(site)
    joined(site, other, "ben@example.org")
    other.open("/m/cafe/sign-in/ways")
    other.send("/m/cafe/sign-in/ways", do="email", email="anna@example.org")
    page = other.send("/m/cafe/sign-in/ways/email", code=code_of(newest_mail(site)))
    assert page.status_code == 409
    assert member_by_email(site, "ben@example.org") is not None


# The demonstration -----------------------------------------------------------------------------------------------------------


def test_without_a_demonstration_nobody_walks_in(site: Site, cafe: Program) -> None:
    for who in ("member", "cashier", "owner"):
        assert site.client("").get(f"/demo/as/{who}").status_code == 404


def test_the_demonstration_lets_in_with_one_click_and_makes_its_staff_once(site: Site, cafe: Program) -> None:
    cafe.enrol("anna")
    site.rooms.demo = ShownDemo(tenant_id=site.tenant_id, program="cafe", member="anna", secret="")
    for who, where in (("member", "/m/cafe/"), ("cashier", "/till/cafe/"), ("owner", "/console/cafe/"), ("owner", "/console/cafe/")):
        browser = Browser(site)
        assert browser.open(f"/demo/as/{who}").url.path == where
        assert browser.page.status_code == 200, who

    async def staff(db: Database) -> list[access.Staff]:
        async with db.transaction(site.tenant_id) as tx:
            return await access.staff_of(tx)

    assert len(site.run(staff)) == 2
    assert site.client("").get("/demo/as/auditor").status_code == 404


def test_the_demonstration_shows_the_mail_it_does_not_send(site: Site, cafe: Program, browser: Browser) -> None:
    site.rooms.demo = ShownDemo(tenant_id=site.tenant_id, program="cafe", member="anna", secret="")
    browser.open("/m/cafe/sign-in")
    page = browser.send("/m/cafe/sign-in", email="anna@example.org", how="code")
    assert code_of(newest_mail(site)) in page.text
    site.rooms.demo = None
    page = browser.send("/m/cafe/sign-in", email="anna@example.org", how="code")
    assert code_of(newest_mail(site)) not in page.text
    site.rooms.settings = Settings(password_memory_kib=64, password_passes=1, smtp_url="smtp://localhost")  # type: ignore[arg-type]
    assert "We have sent six digits" in browser.send("/m/cafe/sign-in", email="anna@example.org", how="code").text


@pytest.mark.parametrize(
    "path", ["/sign-in", "/m/cafe/sign-in", "/m/cafe/join", "/m/cafe/join?card=4711&code=AAAA-AAAA", "/invitation/nonsense"]
)
def test_the_pages_are_german_for_germans(path: str, site: Site, cafe: Program) -> None:
    page = site.client("").get(path, headers={**HEADERS, "Accept-Language": "de"})
    assert page.headers["Content-Language"] == "de"
    assert '<html lang="de"' in page.text
    assert re.search("Anmelden|anmelden|Mitmachen", page.text)
