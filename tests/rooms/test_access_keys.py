"""API keys: their shape, their life, and what the database keeps of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from praemia import access
from praemia.access import store
from praemia.access.core.keys import digest_of, mode_of, spell_key
from praemia.foundation.db import Database, connect
from praemia.foundation.errors import DomainError, InvalidInput
from praemia.foundation.ids import new_id

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
KEY_LENGTH = len("praemia_live_") + 33 + 6


@pytest.fixture
async def db(database: str) -> AsyncIterator[Database]:
    opened = await connect(database)
    yield opened
    await opened.close()


async def _tenant(db: Database, slug: str = "acme") -> int:
    async with db.unscoped() as conn:
        tenant_id: int = await conn.fetchval("select access_create_tenant($1, $1, 0, 1024, $2)", slug, NOW)
    return tenant_id


async def _issue(db: Database, tenant_id: int, **wish: object) -> access.IssuedKey:
    async with db.transaction(tenant_id) as tx:
        return await access.issue(tx, **({"name": "till 1", "scopes": ["till"], "now": NOW} | wish))  # type: ignore[arg-type]


def test_a_key_survives_no_single_mistyped_character() -> None:
    secret = spell_key(access.Mode.LIVE, bytes(range(24)))
    assert len(secret) == KEY_LENGTH
    assert mode_of(secret) is access.Mode.LIVE
    for place in range(len("praemia_"), KEY_LENGTH):
        wrong = secret[:place] + ("a" if secret[place] != "a" else "b") + secret[place + 1 :]
        assert mode_of(wrong) is None, wrong


def test_the_least_and_the_greatest_entropy_have_keys_of_the_same_shape() -> None:
    assert len({len(spell_key(access.Mode.TEST, bytes([b]) * 24)) for b in (0, 255)}) == 1
    assert mode_of(spell_key(access.Mode.TEST, b"\xff" * 24)) is access.Mode.TEST


async def test_only_the_digest_of_a_key_is_kept(db: Database) -> None:
    tenant_id = await _tenant(db)
    issued = await _issue(db, tenant_id)
    async with db.transaction(tenant_id) as tx:
        (row,) = await tx.conn.fetch("select * from api_keys")
    assert row["digest"] == digest_of(issued.secret)
    assert issued.secret not in repr(dict(row))
    assert issued.secret not in repr(issued)
    assert issued.secret.startswith(row["prefix"])
    assert len(row["prefix"]) < len(issued.secret) / 2


async def test_a_key_is_found_before_its_tenant_is_known(db: Database) -> None:
    await _tenant(db, "first")
    second = await _tenant(db, "second")
    issued = await _issue(db, second, scopes=["earning:purchase:write"])
    principal = await access.Doorkeeper(db).authenticate(issued.secret, now=NOW)
    assert (principal.tenant_id, principal.scopes) == (second, frozenset({"earning:purchase:write"}))


async def test_keys_of_another_tenant_are_neither_listed_nor_revoked(db: Database) -> None:
    mine, theirs = await _tenant(db, "mine"), await _tenant(db, "theirs")
    issued = await _issue(db, theirs)
    async with db.transaction(mine) as tx:
        assert await access.keys_of(tx) == []
        with pytest.raises(access.KeyNotFound):
            await access.revoke(tx, issued.key.key_id, now=NOW)
    assert (await access.Doorkeeper(db).authenticate(issued.secret, now=NOW)).tenant_id == theirs


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        (None, "access.key_missing"),
        ("", "access.key_missing"),
        ("hunter2", "access.key_invalid"),
        (spell_key(access.Mode.LIVE, b"\x07" * 24), "access.key_invalid"),
        (spell_key(access.Mode.LIVE, b"\x07" * 24)[:-1] + "!", "access.key_invalid"),
    ],
)
async def test_no_key_and_a_wrong_key_are_refused(db: Database, secret: str | None, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        await access.Doorkeeper(db).authenticate(secret, now=NOW)
    assert refusal.value.code == code


async def test_a_key_expires_at_its_instant_even_when_it_was_just_verified(db: Database) -> None:
    issued = await _issue(db, await _tenant(db), expires_at=NOW + timedelta(seconds=2))
    doorkeeper = access.Doorkeeper(db)
    await doorkeeper.authenticate(issued.secret, now=NOW + timedelta(seconds=1, microseconds=999_999))
    with pytest.raises(access.KeyExpired):
        await doorkeeper.authenticate(issued.secret, now=NOW + timedelta(seconds=2))


async def test_a_revoked_key_is_refused_within_five_seconds_elsewhere_and_at_once_where_it_is_forgotten(db: Database) -> None:
    tenant_id = await _tenant(db)
    issued = await _issue(db, tenant_id)
    here, elsewhere = access.Doorkeeper(db), access.Doorkeeper(db)
    for doorkeeper in (here, elsewhere):
        await doorkeeper.authenticate(issued.secret, now=NOW)
    async with db.transaction(tenant_id) as tx:
        await access.revoke(tx, issued.key.key_id, now=NOW)
    here.forget(issued.key.key_id)
    with pytest.raises(access.KeyRevoked):
        await here.authenticate(issued.secret, now=NOW)
    with pytest.raises(access.KeyRevoked):
        await elsewhere.authenticate(issued.secret, now=NOW + timedelta(seconds=5))


async def test_revoking_twice_keeps_the_first_instant(db: Database) -> None:
    tenant_id = await _tenant(db)
    issued = await _issue(db, tenant_id)
    async with db.transaction(tenant_id) as tx:
        assert await access.revoke(tx, issued.key.key_id, now=NOW) == NOW
        assert await access.revoke(tx, issued.key.key_id, now=NOW + timedelta(days=1)) == NOW
        with pytest.raises(access.KeyNotFound):
            await access.revoke(tx, new_id(0), now=NOW)


async def test_issue_names_every_fault_and_keeps_nothing(db: Database) -> None:
    tenant_id = await _tenant(db)
    with pytest.raises(InvalidInput) as refusal:
        await _issue(db, tenant_id, name=" ", scopes=["earning:purchase:writ", "tilll", "nowhere:*:*"], expires_at=NOW)
    faults = {fault.path: fault.suggestion for fault in refusal.value.faults}
    assert faults == {
        "/name": None,
        "/expires_at": None,
        "/scopes/0": "earning:purchase:write",
        "/scopes/1": "till",
        "/scopes/2": None,
    }
    async with db.transaction(tenant_id) as tx:
        assert await access.keys_of(tx) == []


@pytest.mark.parametrize(
    ("granted", "needed", "allowed"),
    [
        ({"*:*:*"}, "ledger:adjustment:write", True),
        ({"earning:*:write"}, "earning:visit:write", True),
        ({"earning:*:write"}, "earning:event:read", False),
        ({"*:*:read"}, "members:member:read", True),
        ({"earning:purchase:write"}, "earning:purchase:quote", False),
        (set(), "members:member:read", False),
    ],
)
def test_a_scope_covers_what_its_pattern_says_and_no_more(granted: set[str], needed: str, allowed: bool) -> None:
    assert access.covers(granted, needed) is allowed


def test_every_role_covers_something_and_only_owners_may_adjust_or_give_keys() -> None:
    for role, scopes in access.ROLES.items():
        covered = {p for p in access.PERMISSIONS if access.covers(scopes, p)}
        assert covered, role
        assert ({"ledger:adjustment:write", "access:key:write"} <= covered) is (role == "owner")


def test_a_restricted_key_and_a_test_key_stay_where_they_belong() -> None:
    key = {"tenant_id": 1, "key_id": new_id(0), "name": "k", "scopes": frozenset({"*:*:*"})}
    test_key = access.Principal(mode=access.Mode.TEST, program_id=None, **key)  # type: ignore[arg-type]
    bound = access.Principal(mode=access.Mode.LIVE, program_id=7, **key)  # type: ignore[arg-type]
    access.require_program(test_key, program="cafe", program_id=1, sandbox=True)
    access.require_program(bound, program="cafe", program_id=7, sandbox=False)
    with pytest.raises(access.SandboxOnly):
        access.require_program(test_key, program="cafe", program_id=1, sandbox=False)
    with pytest.raises(access.ProgramOutOfReach):
        access.require_program(bound, program="cafe", program_id=8, sandbox=True)


async def test_all_who_wait_for_one_key_share_one_question_also_when_the_first_leaves(db: Database) -> None:
    issued = await _issue(db, await _tenant(db))
    doorkeeper = access.Doorkeeper(db)
    asked = 0
    look_up = store.find_key

    async def counted(conn: object, digest: bytes) -> object:
        nonlocal asked
        asked += 1
        return await look_up(conn, digest)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "find_key", counted)
        waiting = [asyncio.create_task(doorkeeper.authenticate(issued.secret, now=NOW)) for _ in range(50)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        done = await asyncio.gather(*waiting[1:])
    assert (asked, {principal.key_id for principal in done}) == (1, {issued.key.key_id})
