"""Signing in and joining through the pages: what lets in, what does not, and what the pages never tell."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pyotp
import pytest

from praemia import access, identity, members, messaging, programs
from praemia.foundation.db import Database
from praemia.foundation.settings import Settings
from tests.web.conftest import Program, ShownDemo, Site

PASSWORD = "correct horse battery staple"
OWNER = "olga@example.org"
HEADERS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
LIVE_CAFE = "Europe/Berlin"


class Browser:
    """A browser without scripts: keeps cookies, sends forms of the page it is on."""

    def __init__(self, site: Site) -> None:
        self.client = site.client("")
        self.client.headers.update(HEADERS)
        self.page: httpx2.Response

    def open(self, path: str) -> httpx2.Response:
        self.page = self.client.get(path, follow_redirects=True)
        return self.page

    def send(self, path: str, **fields: str) -> httpx2.Response:
        """Send a form with the hidden fields of this page."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.page.text)) if hasattr(self, "page") else {}
        kept = {name: html.unescape(value) for name, value in hidden.items()}
        self.page = self.client.post(path, data={**kept, **fields}, follow_redirects=True)
        return self.page

    @property
    def path(self) -> str:
        return self.page.url.path


@pytest.fixture
def browser(site: Site) -> Browser:
    return Browser(site)


@pytest.fixture
def cafe(site: Site) -> Program:
    return site.cafe()


def vault(site: Site) -> Any:
    return site.rooms.vault


def owner(site: Site, email: str = OWNER) -> access.Staff:
    async def found(db: Database) -> access.Staff:
        hashed = await site.app.state.face.passwords.hash(PASSWORD)
        async with db.transaction(site.tenant_id) as tx:
            return await identity.found_owner(tx, vault(site), name="Olga", email=email, hashed=hashed, now=datetime.now(UTC))

    person: access.Staff = site.run(found)
    return person


def invited(site: Site, *roles: str, email: str = "ina@example.org") -> identity.Invitation:
    head = identity.Letterhead(name="Café", lang="de", link_of=lambda token: f"/invitation/{token}")

    async def invite(db: Database) -> identity.Invitation:
        async with db.transaction(site.tenant_id) as tx:
            return await identity.invite_staff(
                tx, vault(site), head, name="Ina", email=email, roles=roles, program_id=None, now=datetime.now(UTC)
            )

    made: identity.Invitation = site.run(invite)
    return made


def newest_mail(site: Site, program: str | None = "cafe") -> messaging.Mail:
    async def look(db: Database) -> messaging.Posted:
        async with db.transaction(site.tenant_id) as tx:
            program_id = (await programs.get_program(tx, program)).program_id if program else None
            return (await messaging.outbox(tx, vault(site), program_id=program_id))[0]

    posted: messaging.Posted = site.run(look)
    assert posted.mail is not None
    return posted.mail


def code_of(mail: messaging.Mail) -> str:
    found = re.search(r"\b\d{6}\b", mail.text)
    assert found is not None
    return found.group()


def secret_of(page: httpx2.Response) -> pyotp.TOTP:
    found = re.search(r'class="mono spelled">(\w+)<', page.text)
    assert found is not None
    return pyotp.TOTP(found.group(1))


# Staff -----------------------------------------------------------------------------------------------------------------


def test_in_a_sandbox_an_owner_may_put_the_second_factor_off_once_and_is_in(site: Site, cafe: Program, browser: Browser) -> None:
    owner(site)
    browser.open("/sign-in")
    browser.send("/sign-in", email=OWNER, password=PASSWORD)
    assert 'name="skip"' in browser.page.text
    browser.send("/sign-in/app", skip="yes")
    assert browser.path == "/console/cafe/"
    again = Browser(site)
    again.open("/sign-in?next=/sign-in/ways")
    again.send("/sign-in", email=OWNER, password=PASSWORD)
    assert again.path == "/sign-in/ways"


def test_an_owner_of_a_live_programme_needs_a_second_factor_before_there_is_a_session(site: Site, browser: Browser) -> None:
    source = (site.client().get("/v1/programs/cafe"), site.cafe())[1].client.get("/v1/programs/cafe/source").content
    live = source.replace(b"program: cafe", b"program: shop")
    answer = site.client().put("/v1/programs/shop", content=live, headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 201, answer.text
    owner(site)
    browser.open("/sign-in")
    page = browser.send("/sign-in", email=OWNER, password=PASSWORD)
    assert 'name="skip"' not in page.text
    assert not browser.client.cookies
    browser.send("/sign-in/app", skip="yes")
    assert not browser.client.cookies
    totp = secret_of(browser.page)
    browser.send("/sign-in/app", code="000000")
    assert browser.page.status_code == 422
    browser.send("/sign-in/app", code=totp.now())
    assert len(re.findall(r"<li>[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}</li>", browser.page.text)) == 10
    assert browser.page.headers["Cache-Control"] == "no-store"
    assert browser.open("/sign-in/where").status_code == 200
    recovery = re.findall(r"<li>([A-Z0-9-]{14})</li>", browser.send("/sign-in/ways", do="recovery").text)
    other = Browser(site)
    other.open("/sign-in")
    other.send("/sign-in", email=OWNER, password=PASSWORD)
    assert not other.client.cookies
    other.send("/sign-in/second", code="123")
    assert other.page.status_code == 401
    assert not other.client.cookies
    other.send("/sign-in/second", code=recovery[0])
    assert other.client.cookies


def test_what_skips_the_offer_does_not_skip_a_second_factor_that_is_there(site: Site, cafe: Program, browser: Browser) -> None:
    owner(site)
    browser.open("/sign-in")
    browser.send("/sign-in", email=OWNER, password=PASSWORD)
    browser.send("/sign-in/app", code=secret_of(browser.page).now())
    other = Browser(site)
    other.open("/sign-in")
    other.send("/sign-in", email=OWNER, password=PASSWORD)
    ticket = dict(re.findall(r'name="(\w+)" value="([^"]*)"', other.page.text))["ticket"]
    for fields in ({"skip": "yes"}, {"code": "000000"}, {}):
        other.send("/sign-in/app", ticket=ticket, **fields)
        assert not other.client.cookies, fields


def test_a_wrong_password_and_an_unknown_address_show_the_same_page(site: Site, browser: Browser) -> None:
    owner(site)
    pages = []
    for email, password in ((OWNER, "wrong"), ("nobody@example.org", PASSWORD)):
        browser.open("/sign-in")
        page = browser.send("/sign-in", email=email, password=password)
        pages.append((page.status_code, page.text.replace(email, "")))
    assert pages[0] == pages[1]
    assert pages[0][0] == 401
    assert PASSWORD not in pages[1][1]


def test_signing_in_leads_to_our_own_pages_only(site: Site, cafe: Program, browser: Browser) -> None:
    owner(site)
    browser.open("/sign-in?next=https://evil.example/")
    assert 'name="next" value="/sign-in/where"' in browser.page.text
    browser.send("/sign-in", email=OWNER, password=PASSWORD, next="//evil.example/")
    browser.send("/sign-in/app", skip="yes")
    assert browser.page.url.host == "127.0.0.1"


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(site: Site, cafe: Program, browser: Browser) -> None:
    owner(site)
    browser.open("/sign-in")
    browser.send("/sign-in", email=OWNER, password=PASSWORD)
    ticket = dict(re.findall(r'name="(\w+)" value="([^"]*)"', browser.page.text))["ticket"]
    answer = browser.client.post("/sign-in/app", data={"skip": "yes", "ticket": ticket})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("praemia_session=")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age="))
    assert "Secure" not in cookie
    again = browser.client.post("/sign-in/app", data={"skip": "yes", "ticket": ticket})
    assert "Set-Cookie" not in again.headers
    assert again.headers["Location"] == "/sign-in"


def test_over_tls_the_cookie_is_bound_to_the_host(site: Site, cafe: Program) -> None:
    site.rooms.demo = ShownDemo(tenant_id=site.tenant_id, program="cafe", member="anna", secret="")
    answer = site.client("").get("/demo/as/owner", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Set-Cookie"].startswith("__Host-praemia_session=")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_every_form_of_this_face_is_refused_from_another_site(site: Site, cafe: Program) -> None:
    client = site.client("")
    for path in ("/sign-in", "/sign-in/app", "/sign-out", "/sign-in/passkey/options", "/m/cafe/join", "/m/cafe/sign-in", "/sign-in/ways"):
        answer = client.post(path, data={"email": OWNER}, headers={"Sec-Fetch-Site": "cross-site", "Accept": "text/html"})
        assert answer.status_code == 403, path


def signed_in(site: Site, browser: Browser) -> None:
    browser.open("/sign-in")
    browser.send("/sign-in", email=OWNER, password=PASSWORD)
    browser.send("/sign-in/app", skip="yes")
    assert browser.path == "/console/cafe/"


def test_a_session_ended_elsewhere_is_refused_here_at_once(site: Site, cafe: Program, browser: Browser) -> None:
    owner(site)
    signed_in(site, browser)
    other = Browser(site)
    other.open("/sign-in?next=/sign-in/ways")
    other.send("/sign-in", email=OWNER, password=PASSWORD)
    other.send("/sign-in/ways", do="end", session="others")
    assert "Signed out there" in other.page.text
    assert browser.open("/console/cafe/").url.path == "/sign-in"
    assert other.open("/sign-in/ways").url.path == "/sign-in/ways"


def test_signing_out_ends_the_session_on_our_side_too(site: Site, cafe: Program, browser: Browser) -> None:
    owner(site)
    signed_in(site, browser)
    cookie = browser.client.cookies.get("praemia_session")
    browser.send("/sign-out")
    assert browser.path == "/sign-in"
    stolen = site.client("")
    assert stolen.get("/sign-in/ways", headers={**HEADERS, "Cookie": f"praemia_session={cookie}"}).status_code == 303


def test_a_new_password_signs_out_everywhere_else(site: Site, cafe: Program, browser: Browser) -> None:
    owner(site)
    signed_in(site, browser)
    other = Browser(site)
    other.open("/sign-in?next=/sign-in/ways")
    other.send("/sign-in", email=OWNER, password=PASSWORD)
    other.send("/sign-in/ways", do="password", password="short")
    assert other.page.status_code == 422
    other.send("/sign-in/ways", do="password", password="another horse battery")
    assert "The new password counts" in other.page.text
    assert browser.open("/sign-in/ways").url.path == "/sign-in"
    fresh = Browser(site)
    fresh.open("/sign-in")
    assert fresh.send("/sign-in", email=OWNER, password=PASSWORD).status_code == 401


def test_ways_in_are_changed_only_shortly_after_signing_in(site: Site, cafe: Program, browser: Browser) -> None:
    owner(site)
    signed_in(site, browser)
    face = site.app.state.face
    was = face.now
    try:
        face.now = lambda: datetime.now(UTC) + timedelta(minutes=11)
        for path, fields in (
            ("/sign-in/ways", {"do": "password", "password": "another horse battery"}),
            ("/sign-in/ways", {"do": "recovery"}),
        ):
            browser.open("/sign-in/ways")
            assert browser.send(path, **fields).url.path == "/sign-in"
        assert browser.open("/sign-in/ways/app").url.path == "/sign-in"
    finally:
        face.now = was
    fresh = Browser(site)
    fresh.open("/sign-in")
    assert fresh.send("/sign-in", email=OWNER, password=PASSWORD).status_code == 200


def test_an_invitation_lets_in_once_and_looking_uses_nothing_up(site: Site, cafe: Program, browser: Browser) -> None:
    made = invited(site, "cashier")
    assert made.link in newest_mail(site, None).text
    for _ in range(2):
        assert browser.open(made.link).status_code == 200
    assert browser.send(made.link, password="short").status_code == 422
    browser.send(made.link, password="correct horse battery")
    assert browser.path == "/till/cafe/"
    again = Browser(site)
    assert again.open(made.link).status_code == 410
    assert again.send(made.link, password="correct horse battery").status_code == 410
    again.open("/sign-in")
    assert again.send("/sign-in", email="ina@example.org", password="correct horse battery").url.path == "/till/cafe/"


def test_nobody_gets_in_by_a_mistyped_invitation(site: Site, browser: Browser) -> None:
    link = invited(site, "cashier").link
    for wrong in (link[:-2] + "xx", link + "A", "/invitation/x", "/invitation/" + "A" * 70):
        assert browser.open(wrong).status_code == 410, wrong


def test_a_cashiers_session_does_not_reach_the_console(site: Site, cafe: Program, browser: Browser) -> None:
    made = invited(site, "cashier")
    browser.open(made.link)
    browser.send(made.link, password="correct horse battery")
    assert browser.open("/console/cafe/").status_code == 403
    assert browser.open("/console/cafe/mail").status_code == 403


def test_the_outbox_of_a_sandbox_is_shown_to_staff_with_the_permission(site: Site, cafe: Program, browser: Browser) -> None:
    owner(site)
    Browser(site).send("/m/cafe/sign-in", email="anna@example.org", how="code")
    signed_in(site, browser)
    page = browser.open("/console/cafe/mail")
    assert page.status_code == 200
    assert "anna@example.org" in page.text
    assert "sends no mail yet" in page.text


# Members -----------------------------------------------------------------------------------------------------------------


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
    cafe.enrol("4711")
    held = cafe.balance("4711")
    program_id = site.run(lambda db: _program_id(db, site))
    claim = identity.claim_code(vault(site), site.tenant_id, program_id, "4711")
    browser.open("/m/cafe/join?card=4711")
    assert browser.send("/m/cafe/join", email="anna@example.org", card="4711", claim="AAAA-AAAA").status_code == 401
    joined(site, browser, card="4711", claim=claim.lower().replace("-", " "))
    member = member_by_email(site, "anna@example.org")
    assert member is not None
    assert (member.reference, cafe.balance("4711")) == ("4711", held)
    thief = Browser(site)
    thief.open("/m/cafe/join")
    assert thief.send("/m/cafe/join", email="thief@example.org", card="4711", claim=claim).status_code == 401


async def _program_id(db: Database, site: Site) -> int:
    async with db.transaction(site.tenant_id) as tx:
        return (await programs.get_program(tx, "cafe")).program_id


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
