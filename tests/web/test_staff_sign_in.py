"""Staff sign in through the pages: what lets in, what does not, and what the pages never tell."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from praemia import messaging
from praemia.foundation.db import Database
from tests.web.browsing import HEADERS, OWNER, PASSWORD, Browser, browser, cafe, invited, newest_mail, owner, secret_of
from tests.web.conftest import LENIENT, Program, ShownDemo, Site
from tests.web.office import hired

__all__ = ["browser", "cafe"]


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
    assert "No mail leaves this server" in page.text
    assert "what is at most two days old leaves" in page.text


def test_the_outbox_of_a_live_programme_shows_what_became_of_mail_but_nothing_of_it(site: Site, browser: Browser) -> None:
    source = LENIENT.replace("program: cafe", "program: live")
    answer = site.client().put("/v1/programs/live", content=source, headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 201, answer.text
    Browser(site).send("/m/live/sign-in", email="anna@example.org", how="code")

    async def grow_old(db: Database) -> None:
        async with db.transaction(site.tenant_id) as tx:
            mail = messaging.Mail(to="old@example.org", subject="secret", text="secret")
            at = datetime.now(UTC) - timedelta(days=5)
            await messaging.post(tx, site.rooms.vault, mail, kind="invitation", program_id=None, bucket=7, now=at)

    site.run(grow_old)
    someone = hired(site, Program(site.client(), "live"), "owner")
    browser.client.cookies.update(someone.cookies)
    someone.close()
    page = browser.open("/console/live/mail")
    assert page.status_code == 200
    assert "A code to sign in" in page.text
    assert "Waiting" in page.text
    assert "Not sent: too old" in page.text
    for secret in ("anna@example.org", "old@example.org", "secret<"):
        assert secret not in page.text
