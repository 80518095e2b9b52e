"""Passes, consents and leaving: a code works once and soon, a yes is proven for ever, and who leaves is forgotten while points add up."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from praemia import earning, members, programs, sharing
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import new_id
from praemia.members import Carrier, Condition, Member, MemberClosed, Pass, PassCodeInvalid, PassCodeUsed
from praemia.sharing import Merging, NewPool, PurposeUnknown
from tests.rooms.ground import NOW, ONE_POINT_PER_EURO, Ground, open_ground, purchase

TEXTS = """
consents:
  letter:
    name: {de: Brief, en: Letter}
    text: {de: Ja bitte, en: Yes please}
"""
STEP = timedelta(seconds=members.STEP_SECONDS)


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(ONE_POINT_PER_EURO + TEXTS)
        await opened.enrol("cafe", "ada", "bob", birthdate=date(1990, 2, 28), attributes={"shoe": 41})
        yield opened


async def test_a_code_finds_its_member_once(ground: Ground) -> None:
    held = await _pass(ground, "ada")
    code = members.rotating_code(held, NOW)
    assert (await _shown(ground, code)).reference == "ada"
    with pytest.raises(PassCodeUsed):
        await _shown(ground, code)
    with pytest.raises(PassCodeUsed):
        await _shown(ground, members.rotating_code(held, NOW - STEP))
    assert (await _shown(ground, members.rotating_code(held, NOW + STEP))).reference == "ada"


async def test_of_many_who_show_a_picture_at_once_one_is_accepted(ground: Ground) -> None:
    code = members.rotating_code(await _pass(ground, "ada"), NOW)
    answers = await asyncio.gather(*(_shown(ground, code) for _ in range(8)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Member"] + ["PassCodeUsed"] * 7


async def test_a_picture_is_worthless_after_a_minute(ground: Ground) -> None:
    code = members.rotating_code(await _pass(ground, "ada"), NOW)
    with pytest.raises(PassCodeInvalid):
        await _shown(ground, code, later=2 * STEP)


@pytest.mark.parametrize("end", ["revoked", "replaced", "too old", "closed"])
async def test_a_pass_that_ended_shows_nothing(ground: Ground, end: str) -> None:
    phone = new_id(1)
    held = await _pass(ground, "ada", holder=phone)
    later = timedelta()
    if end == "revoked":
        await ground.db.run(ground.tenant_id, lambda tx: members.revoke_passes(tx, held.member_id, at=NOW, holder=phone))
    elif end == "replaced":
        await _pass(ground, "ada", holder=phone)
    elif end == "closed":
        await _leave(ground, "ada")
    else:
        later = timedelta(days=60)
    with pytest.raises(PassCodeInvalid):
        await _shown(ground, members.rotating_code(held, NOW + later), later=later)


async def test_another_device_goes_on_when_one_is_revoked(ground: Ground) -> None:
    phone, tablet = new_id(1), new_id(1)
    lost, kept = await _pass(ground, "ada", holder=phone), await _pass(ground, "ada", holder=tablet)
    await ground.db.run(ground.tenant_id, lambda tx: members.revoke_passes(tx, lost.member_id, at=NOW, holder=phone))
    with pytest.raises(PassCodeInvalid):
        await _shown(ground, members.rotating_code(lost, NOW))
    assert (await _shown(ground, members.rotating_code(kept, NOW))).reference == "ada"


async def test_a_pass_is_of_one_programme(ground: Ground) -> None:
    await ground.apply(ONE_POINT_PER_EURO.replace("program: cafe", "program: bar"))
    code = members.rotating_code(await _pass(ground, "ada"), NOW)
    with pytest.raises(PassCodeInvalid):
        await _shown(ground, code, program="bar")


async def test_what_was_agreed_to_is_proven_with_its_text_and_never_changes(ground: Ground) -> None:
    await _agree(ground, letter=True)
    await ground.apply(ONE_POINT_PER_EURO + TEXTS.replace("Yes please", "Yes gladly"))
    await _agree(ground, letter=False)
    newest, oldest = await _said(ground, "ada")
    assert (newest.is_given, newest.version, newest.digest) == (False, 2, hashlib.sha256(b"Yes gladly").digest())
    assert (oldest.is_given, oldest.version, oldest.digest) == (True, 1, hashlib.sha256(b"Yes please").digest())
    for statement in ("update consents set is_given = true", "delete from consents"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with ground.db.transaction(ground.tenant_id) as tx:
                await tx.conn.execute(statement)


async def test_an_unknown_purpose_is_refused_and_nothing_is_kept(ground: Ground) -> None:
    with pytest.raises(PurposeUnknown):
        await _agree(ground, letter=True, spying=True)
    assert await _said(ground, "ada") == []


async def test_who_leaves_is_forgotten_and_the_ledger_still_adds_up(ground: Ground) -> None:
    await ground.record(purchase("cafe", "ada", "A1", 900))
    await ground.db.run(ground.tenant_id, lambda tx: _card(tx, "ada", "4006-1"))
    await _leave(ground, "ada")
    (profile,) = await ground.fetch(
        "select birthdate, birthday, attributes from member_profiles p join members m using (member_id) where reference = 'ada'"
    )
    assert dict(profile) == {"birthdate": None, "birthday": None, "attributes": {}}
    (card,) = await ground.fetch("select condition from cards")
    assert card["condition"] == Condition.BLOCKED
    (refused,) = await ground.record(purchase("cafe", "ada", "A2", 900))
    assert isinstance(refused, MemberClosed)
    assert await ground.balances("cafe", "ada") == {"points": 9}
    assert await ground.discrepancies() == []
    with pytest.raises(MemberClosed):
        await _leave(ground, "ada")


async def test_who_leaves_is_forgotten_in_memberships_that_became_theirs_too(ground: Ground) -> None:
    await ground.db.run(ground.tenant_id, lambda tx: sharing.merge(tx, Merging(program="cafe", keep="ada", drop="bob"), now=NOW))
    await _leave(ground, "bob")  # leads to ada
    assert await ground.fetch("select from member_profiles where birthdate is not null or attributes <> '{}'") == []


async def test_points_of_who_left_are_no_part_of_a_pool(ground: Ground) -> None:
    await ground.record(purchase("cafe", "ada", "A1", 900), purchase("cafe", "bob", "B1", 500))
    pool = NewPool(program="cafe", reference="home", members=("ada", "bob"))
    await ground.db.run(ground.tenant_id, lambda tx: sharing.create_pool(tx, pool, now=NOW))
    await _leave(ground, "ada")
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        view = await sharing.get_pool(tx, "cafe", "home", now=NOW)
    assert (view.members, view.available) == (("bob",), {"points": 5})


async def test_a_purchase_and_a_farewell_at_once_leave_one_order_of_things(ground: Ground) -> None:
    bought, left = await asyncio.gather(ground.record(purchase("cafe", "ada", "A1", 900)), _leave(ground, "ada"), return_exceptions=True)
    assert isinstance(left, Member)
    assert not isinstance(bought, BaseException)
    assert isinstance(bought[0], earning.Recorded | DomainError)
    assert await ground.discrepancies() == []


async def _pass(ground: Ground, reference: str, **more: Any) -> Pass:
    async def work(tx: Tx) -> Pass:
        return await members.issue_pass(tx, await _member(tx, reference), at=NOW, **more)

    return await ground.db.run(ground.tenant_id, work)


async def _shown(ground: Ground, code: str, *, later: timedelta = timedelta(), program: str = "cafe") -> Member:
    async def work(tx: Tx) -> Member:
        opened = await programs.open_program(tx, program)
        return await members.member_by_rotating_code(tx, opened.program_id, code, NOW + later)

    return await ground.db.run(ground.tenant_id, work)


async def _member(tx: Tx, reference: str) -> Member:
    return await members.get_member(tx, (await programs.open_program(tx, "cafe")).program_id, reference)


async def _card(tx: Tx, reference: str, number: str) -> None:
    await members.issue_card(tx, await _member(tx, reference), number, Carrier.PLASTIC, at=NOW)


async def _agree(ground: Ground, **given: bool) -> None:
    await ground.db.run(ground.tenant_id, lambda tx: sharing.agree(tx, "cafe", "ada", given, lang="en", origin="a test", now=NOW))


async def _said(ground: Ground, reference: str) -> list[members.Consent]:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        return await sharing.consents_of(tx, await _member(tx, reference))


async def _leave(ground: Ground, reference: str) -> Member:
    return await ground.db.run(ground.tenant_id, lambda tx: sharing.close_membership(tx, "cafe", reference, now=NOW))
