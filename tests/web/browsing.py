"""A browser without scripts, and what it takes to sign in with it: staff, invitations, mail that waits."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import httpx2
import pyotp
import pytest

from praemia import access, identity, messaging, programs
from praemia.foundation.db import Database
from tests.web.conftest import Program, Site

PASSWORD = "correct horse battery staple"
OWNER = "olga@example.org"
HEADERS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


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
