"""What lets somebody in anew, or changes how one gets in, asks for a proof of the last five minutes of who does it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import httpx2
import pytest

from praemia import access, identity
from praemia.foundation.db import Database
from praemia.identity import Kind, Means
from tests.web.browsing import OWNER, PASSWORD, Browser, browser, cafe, owner
from tests.web.conftest import Program, Site

__all__ = ["browser", "cafe"]


@pytest.fixture
def olga(site: Site, cafe: Program, browser: Browser) -> Browser:
    """The owner, signed in with her password; colleagues may be helped."""
    owner(site)
    browser.open("/sign-in")
    browser.send("/sign-in", email=OWNER, password=PASSWORD)
    browser.send("/sign-in/app", skip="yes")
    assert browser.path == "/console/cafe/"
    return browser


def colleague(site: Site) -> UUID:
    """Somebody of support, who is signed in."""

    async def hire(db: Database) -> UUID:
        now = datetime.now(UTC)
        async with db.transaction(site.tenant_id) as tx:
            invited = await access.invite(tx, name="Sue", roles=["support"], program_id=None, now=now)
            await access.join(tx, invited.token, now=now)
            await identity.keep_contact(
                tx,
                site.rooms.vault,
                invited.staff.staff_id,
                program_id=None,
                email="sue@example.org",
                name="Sue",
                lang="en",
                verified_at=now,
                now=now,
            )
            await identity.begin_session(
                tx, Kind.STAFF, invited.staff.staff_id, program_id=None, means=Means.PASSKEY, device="a test", now=now
            )
            return invited.staff.staff_id

    found: UUID = site.run(hire)
    return found


def let_pass(site: Site, minutes: int) -> None:
    """So many minutes ago everybody proved who they are."""

    async def work(db: Database) -> None:
        async with db.transaction(site.tenant_id) as tx:
            await tx.conn.execute("update sessions set proved_at = proved_at - make_interval(mins => $1)", minutes)

    site.run(work)


def post(olga: Browser, path: str, **form: str) -> httpx2.Response:
    return olga.client.post(path, data=form)


def is_signed_in(site: Site, staff: UUID) -> bool:
    """A reset ends every session: whether it happened."""

    async def look(db: Database) -> bool:
        async with db.transaction(site.tenant_id) as tx:
            return bool(await identity.sessions_of(tx, staff, now=datetime.now(UTC)))

    found: bool = site.run(look)
    return found


def test_resetting_somebodys_ways_in_asks_who_does_it_for_a_fresh_proof(site: Site, olga: Browser) -> None:
    sue = colleague(site)
    page = f"/console/cafe/staff/{sue}"
    let_pass(site, 6)
    asked = post(olga, page, deed="reset")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/sign-in?next={page}%3Fdone%3Dproved")
    assert is_signed_in(site, sue), "nothing happened yet"
    olga.open(asked.headers["location"])
    assert "password" in olga.page.text
    olga.send("/sign-in", email=OWNER, password="a wrong password")
    assert olga.page.status_code == 401
    assert post(olga, page, deed="reset").headers["location"].startswith("/sign-in"), "a failed proof is none"
    olga.open(asked.headers["location"])
    olga.send("/sign-in", email=OWNER, password=PASSWORD)
    assert olga.path == page
    assert "You can do it now" in olga.page.text
    assert post(olga, page, deed="reset").status_code in (200, 303)
    assert not is_signed_in(site, sue)


def test_a_proof_of_four_minutes_ago_will_do(site: Site, olga: Browser) -> None:
    sue = colleague(site)
    let_pass(site, 4)
    post(olga, f"/console/cafe/staff/{sue}", deed="reset")
    assert not is_signed_in(site, sue)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/sign-in/ways", {"do": "password", "password": "another good password"}),
        ("/sign-in/ways", {"do": "recovery"}),
        ("/sign-in/ways", {"do": "remove-app"}),
        ("/sign-in/ways", {"do": "email", "email": "new@example.org"}),
    ],
)
def test_changing_ones_own_ways_in_asks_for_it_too(site: Site, olga: Browser, path: str, form: dict[str, str]) -> None:
    let_pass(site, 6)
    asked = post(olga, path, **form)
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/sign-in/ways")
    again = Browser(site)
    again.open("/sign-in")
    again.send("/sign-in", email=OWNER, password=PASSWORD)
    assert again.page.status_code == 200, "the password is the old one"
    assert again.path != "/sign-in"


def test_adding_a_passkey_or_an_app_asks_for_it_too(site: Site, olga: Browser) -> None:
    let_pass(site, 6)
    for path in ("/sign-in/ways/passkey/options", "/sign-in/ways/passkey"):
        asked = olga.client.post(path, json={}, headers={"Accept": "application/json"})
        assert (asked.status_code, asked.json()["code"]) == (403, "identity.not_proved"), path
    assert olga.client.get("/sign-in/ways/app").headers["location"] == "/sign-in?next=/sign-in/ways"
    let_pass(site, -6)
    assert olga.client.post("/sign-in/ways/passkey/options", json={}, headers={"Accept": "application/json"}).status_code == 200
