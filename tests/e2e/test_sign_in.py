"""Signing in and joining in a real browser: passkeys by a virtual authenticator, a code through a real mail server, one-time passwords."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pyotp
import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from bench.processes import free_port
from praemia import identity
from praemia.foundation.db import Database
from praemia.integrations.smtp import Smtp
from praemia.worker.jobs import do_due
from praemia.worker.mail import deliver as send_mail
from tests.e2e.chromium import Ear
from tests.e2e.town import PASSWORD, Town


def authenticator(page: Page, *, verified: bool = True) -> Any:
    """A virtual authenticator of this page's browser (CDP WebAuthn): keeps passkeys, answers at once. Answers how to count them."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verified,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return lambda: session.send("WebAuthn.getCredentials", {"authenticatorId": made["authenticatorId"]})["credentials"]


@contextmanager
def visitor(chrome: Browser, site: Town, ear: Ear, who: str | None = None, **options: Any) -> Iterator[Page]:
    context = site.context(chrome, who, ear=ear, **options)
    try:
        yield context.new_page()
    finally:
        context.close()


def invitation(site: Town, role: str, email: str) -> str:
    head = identity.Letterhead(name="Café", lang="en", link_of=lambda token: f"{site.base}/invitation/{token}")

    async def invite(db: Database) -> identity.Invitation:
        async with db.transaction(site.site.tenant_id) as tx:
            return await identity.invite_staff(
                tx, site.site.rooms.vault, head, name="Ina", email=email, roles=[role], program_id=None, now=datetime.now(UTC)
            )

    link: str = site.site.run(invite).link
    return link


def test_a_member_joins_with_a_passkey_and_comes_back_with_it(chrome: Browser, site: Town, ear: Ear) -> None:
    with visitor(chrome, site, ear, width=390) as page:
        credentials = authenticator(page)
        page.goto("/m/cafe/join")
        page.get_by_label("Name", exact=False).first.fill("Nora")
        expect(page.get_by_label("Newsletter")).not_to_be_checked()
        page.get_by_label("Newsletter").check()
        page.get_by_role("button", name="Join without e-mail, by passkey").click()
        page.wait_for_url("**/m/cafe/")
        expect(page.locator("main").get_by_text("Nora")).to_be_visible()
        (made,) = credentials()
        assert made["isResidentCredential"]
        page.goto("/m/cafe/me/consents")
        expect(page.get_by_label("Newsletter")).to_be_checked()
        expect(page.get_by_label("Personal offers")).not_to_be_checked()
        page.context.clear_cookies()
        page.goto("/m/cafe/")
        assert page.url.startswith(f"{site.base}/m/cafe/sign-in?next=")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/m/cafe/")
        expect(page.locator("main").get_by_text("Nora")).to_be_visible()


def test_a_device_that_does_not_verify_its_user_opens_nothing(chrome: Browser, site: Town, ear: Ear) -> None:
    with visitor(chrome, site, ear) as page:
        authenticator(page, verified=False)
        page.goto("/m/cafe/join")
        button = page.get_by_role("button", name="Join without e-mail, by passkey")
        button.click()
        expect(button).to_be_enabled(timeout=15_000)
        assert page.url.endswith("/m/cafe/join")
        assert page.context.cookies() == []


def test_somebody_who_was_invited_joins_by_passkey_and_signs_in_with_it(chrome: Browser, site: Town, ear: Ear) -> None:
    link = invitation(site, "manager", "ina@example.org")
    with visitor(chrome, site, ear) as page:
        authenticator(page)
        page.goto(link)
        expect(page.get_by_role("heading", name="Welcome, Ina")).to_be_visible()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/console/cafe/")
        page.goto("/sign-in/ways")
        page.get_by_label("Name of the passkey").fill("my key")
        # The same device has a passkey of this account already, so the browser makes no second one.
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("button", name="Add a passkey")).to_be_enabled(timeout=15_000)
        page.get_by_role("button", name="Take out").click()
        expect(page.get_by_text("This is the last way in. Add another one first.")).to_be_visible()
        page.get_by_label("Appearance").click()
        page.get_by_role("button", name="Sign out").last.click()
        page.wait_for_url("**/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/console/cafe/")
    ear.heard[:] = [each for each in ear.heard if "409" not in each]  # the browser notes that a page answered with a refusal


def test_one_passkey_opens_no_other_programme_and_not_the_console(chrome: Browser, site: Town, ear: Ear) -> None:
    with visitor(chrome, site, ear) as page:
        authenticator(page)
        page.goto("/m/cafe/join")
        page.get_by_role("button", name="Join without e-mail, by passkey").click()
        page.wait_for_url("**/m/cafe/")
        page.goto("/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("alert").filter(has_text="That did not work")).to_be_visible()
        assert page.url.endswith("/sign-in")
    ear.heard[:] = [each for each in ear.heard if "401" not in each]


class Letters:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    def to(self, address: str) -> list[Any]:
        """What came for somebody; invitations of other tests may have waited too."""
        return [letter for letter in self.taken if letter["To"] == address]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def letters(site: Town) -> Iterator[Letters]:
    """A real mail server; the site's settings name it while the test runs."""
    kept = Letters()
    port = free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    was = site.site.rooms.settings
    site.site.rooms.settings = was.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}")})
    yield kept
    site.site.rooms.settings = was
    server.stop()


def deliver(site: Town) -> None:
    """What the worker does every second."""
    rooms = site.site.rooms
    assert rooms.settings.smtp_url is not None
    transport = Smtp(rooms.settings.smtp_url.get_secret_value(), rooms.settings.mail_from)

    async def post(tenant_id: int, body: Any, now: datetime) -> None:
        await send_mail(rooms.db, tenant_id, body, rooms.vault, transport, now=now)

    site.site.run(lambda db: do_due(db, datetime.now(UTC), post=post))


def test_a_german_joins_by_a_code_through_a_real_mail_server_and_signs_in_again(
    chrome: Browser, site: Town, ear: Ear, letters: Letters
) -> None:
    with visitor(chrome, site, ear, lang="de", width=390) as page:
        page.goto("/m/cafe/join")
        page.get_by_label("Name", exact=False).first.fill("Jörg")
        page.get_by_label("E-Mail", exact=True).fill("joerg@example.org")
        page.get_by_role("button", name="Code schicken").click()
        expect(page.get_by_text("Wir haben sechs Ziffern an joerg@example.org geschickt")).to_be_visible()
        deliver(site)
        (letter,) = letters.to("joerg@example.org")
        code = re.search(r"\d{6}", letter["Subject"])
        assert code is not None
        assert "Guten Tag" in letter.get_content()
        page.get_by_label("Sechs Ziffern").fill(code.group())
        page.keyboard.press("Enter")
        page.wait_for_url("**/m/cafe/")
        expect(page.locator("main").get_by_text("Jörg")).to_be_visible()
        page.context.clear_cookies()
        page.goto("/m/cafe/sign-in")
        page.get_by_label("E-Mail", exact=True).fill("joerg@example.org")
        page.get_by_role("button", name="Code schicken").click()
        page.get_by_label("Sechs Ziffern").wait_for()
        deliver(site)
        again = re.search(r"\d{6}", letters.to("joerg@example.org")[-1]["Subject"])
        assert again is not None
        page.get_by_label("Sechs Ziffern").fill(again.group())
        page.keyboard.press("Enter")
        page.wait_for_url("**/m/cafe/")


def test_an_owner_sets_up_an_app_by_keyboard_and_is_asked_for_it_ever_after(chrome: Browser, site: Town, ear: Ear) -> None:
    with visitor(chrome, site, ear) as page:
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(site.owner_email)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Secure your account")).to_be_visible()
        page.get_by_text("Type it in instead").click()
        totp = pyotp.TOTP(page.locator(".spelled").inner_text())
        used = totp.timecode(datetime.now(UTC))
        page.get_by_label("Six digits the app shows now").fill(totp.generate_otp(used))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        recovery = page.locator(".recovery-codes li").first.inner_text()
        page.get_by_role("link", name="I have kept them").click()
        page.wait_for_url("**/console/cafe/")
    with visitor(chrome, site, ear) as page:
        for code in (recovery, None):
            page.goto("/sign-in")
            page.get_by_label("E-mail").fill(site.owner_email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_label("Password").press("Enter")
            expect(page.get_by_role("heading", name="One more step")).to_be_visible()
            # A time step counts once; a clock may be ahead by one, so nobody waits half a minute for the next.
            step = max(used + 1, totp.timecode(datetime.now(UTC)))
            page.get_by_label("Code").fill(code or totp.generate_otp(step))
            page.keyboard.press("Enter")
            page.wait_for_url("**/console/cafe/")
            page.context.clear_cookies()


def test_a_form_of_another_site_signs_nobody_out(chrome: Browser, site: Town, ear: Ear) -> None:
    with visitor(chrome, site, ear, "support") as page:
        page.goto("/sign-in/ways")
        evil = f'<form method="post" action="{site.base}/sign-out"><button>Win</button></form>'
        page.route("http://evil.example/", lambda route: route.fulfill(body=evil, content_type="text/html"))
        page.goto("http://evil.example/")
        with page.expect_navigation() as navigation:
            page.get_by_role("button").click()
        assert navigation.value.status == 403
        page.goto("/sign-in/ways")
        assert page.url.endswith("/sign-in/ways")
    ear.heard[:] = [each for each in ear.heard if "403" not in each]


def test_a_session_ended_from_another_device_is_over_at_the_next_click(chrome: Browser, site: Town, ear: Ear) -> None:
    link = invitation(site, "analyst", "arno@example.org")
    with visitor(chrome, site, ear) as phone, visitor(chrome, site, ear) as desk:
        phone.goto(link)
        phone.get_by_label("New password").fill(PASSWORD)
        phone.get_by_role("button", name="Set the password and join").click()
        phone.wait_for_url("**/console/cafe/")
        desk.goto("/sign-in?next=/sign-in/ways")
        desk.get_by_label("E-mail").fill("arno@example.org")
        desk.get_by_label("Password").fill(PASSWORD)
        desk.get_by_label("Password").press("Enter")
        desk.get_by_role("button", name="Sign out everywhere else").click()
        expect(desk.get_by_text("Signed out there.")).to_be_visible()
        phone.reload()
        assert "/sign-in?next=" in phone.url


def test_a_cashiers_session_does_not_reach_the_console(chrome: Browser, site: Town, ear: Ear) -> None:
    with visitor(chrome, site, ear, "cashier") as page:
        answer = page.goto("/console/cafe/")
        assert answer is not None
        assert answer.status == 403
        assert page.goto("/till/cafe/").status == 200  # type: ignore[union-attr]
    ear.heard[:] = [each for each in ear.heard if "403" not in each]
