"""A small town for the browser: the café's sandbox with members, purchases and staff, on a real server, and how to walk in as somebody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext

from praemia import access, identity, members, programs
from praemia.foundation.db import Database
from praemia.identity import Kind, Means
from praemia.web import sessions
from tests.e2e.chromium import Ear
from tests.web.conftest import START, Program, Site, purchase

ADDRESS = "cafe"
PASSWORD = "correct horse battery staple"
MEMBERS = ("anna", "bert", "carla")
ROLES = ("manager", "marketer", "analyst", "support", "cashier", "auditor")
Theme = Literal["light", "dark"]


@dataclass(slots=True, kw_only=True)
class Town:
    """`base` is where the browser reaches the server: by name, since passkeys want one. `owner_email` signs in with PASSWORD."""

    site: Site
    base: str
    cafe: Program
    address: str = ADDRESS
    owner_email: str = "owner@example.org"
    _tokens: dict[str, tuple[str, str]] = field(default_factory=dict)

    def cookie_of(self, who: str) -> tuple[str, str]:
        """Name and value of a session's cookie: of a role ("owner", "cashier", …) or of a member by reference."""
        if who not in self._tokens:
            self._tokens[who] = self.site.run(lambda db: self._enter(db, who))
        return self._tokens[who]

    def context(
        self,
        chrome: Browser,
        who: str | None = None,
        *,
        lang: str = "en",
        theme: Theme = "light",
        width: int = 1280,
        height: int = 900,
        ear: Ear | None = None,
        **options: Any,
    ) -> BrowserContext:
        """A fresh browser context, signed in as somebody or as nobody; whoever opens it closes it."""
        locale = {"en": "en-GB", "de": "de-DE"}[lang]
        context = chrome.new_context(
            base_url=self.base, locale=locale, color_scheme=theme, viewport={"width": width, "height": height}, **options
        )
        context.set_default_timeout(10_000)
        if who is not None:
            name, value = self.cookie_of(who)
            context.add_cookies([{"name": name, "value": value, "url": self.base, "httpOnly": True, "sameSite": "Lax"}])
        if ear is not None:
            ear.listen(context)
        return context

    async def _enter(self, db: Database, who: str) -> tuple[str, str]:
        now = datetime.now(UTC)
        async with db.transaction(self.site.tenant_id) as tx:
            if who == "owner" or who in ROLES:
                person = next(each for each in await access.staff_of(tx) if each.name == who.capitalize())
                begun = await identity.begin_session(
                    tx, Kind.STAFF, person.staff_id, program_id=None, means=Means.PASSKEY, device="a test", now=now
                )
                return "praemia_session", begun.token
            program = await programs.get_program(tx, self.cafe.slug)
            member = (await members.find_members(tx, program.program_id, [who]))[who]
            begun = await identity.begin_session(
                tx, Kind.MEMBER, member.member_id, program_id=program.program_id, means=Means.PASSKEY, device="a test", now=now
            )
            return sessions.member_cookie(tx.tenant_id, program.program_id), begun.token


def settle(site: Site) -> Town:
    """Found the town: members with purchases, and one of every role."""
    cafe = site.cafe(ADDRESS)
    for name in MEMBERS:
        # A while ago: the clock stands still, and what a till sells without a network happened a moment before it.
        cafe.enrol(name, enrolled_at=(START - timedelta(minutes=1)).isoformat())
    for number, (member, amount) in enumerate((("anna", 1250), ("anna", 34_00), ("bert", 980), ("anna", 41_00), ("bert", 120_00))):
        answer = cafe.post("/purchases", purchase(f"order-{number}", member, amount))
        assert answer.status_code == 201, answer.text
    town = Town(site=site, base=site.address.replace("127.0.0.1", "localhost"), cafe=cafe)
    site.run(lambda db: _hire(db, site, town))
    return town


async def _hire(db: Database, site: Site, town: Town) -> None:
    now = datetime.now(UTC)
    face = site.app.state.face
    hashed = await face.passwords.hash(PASSWORD)
    async with db.transaction(site.tenant_id) as tx:
        await identity.found_owner(tx, face.rooms.vault, name="Owner", email=town.owner_email, hashed=hashed, now=now)
        for role in ROLES:
            invited = await access.invite(tx, name=role.capitalize(), roles=[role], program_id=None, now=now)
            await access.join(tx, invited.token, now=now)
            await identity.keep_contact(
                tx, face.rooms.vault, invited.staff.staff_id, program_id=None, email=f"{role}@example.org", name=role.capitalize(), now=now
            )
            await identity.set_password(tx, invited.staff.staff_id, hashed, now=now)
