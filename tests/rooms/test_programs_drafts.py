"""Drafts of a programme and its terms of membership, on both layouts of the tables."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from praemia import catalogue, programs
from praemia.foundation.db import Database, Tx, connect
from praemia.foundation.errors import InvalidInput
from praemia.programs import DraftOutdated

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ADA, BEN = UUID(int=1), UUID(int=2)


def shop(points: int, name: str = "shop") -> str:
    rule = f"{{ id: hi, trigger: signup, earn: {{ points: {points} }} }}"
    return f"program: {name} # ours\nunits: {{ points: {{}} }}\nearning: {{ rules: [{rule}] }}\n"


@pytest.fixture
async def db(database: str) -> AsyncIterator[Database]:
    opened = await connect(database)
    yield opened
    await opened.close()


@pytest.fixture
async def tx(db: Database) -> AsyncIterator[Tx]:
    async with db.unscoped() as conn:
        tenant_id: int = await conn.fetchval("select access_create_tenant('acme', 'Acme', 0, 1024, $1)", NOW)
    async with db.transaction(tenant_id) as opened:
        await programs.apply(opened, shop(1), at=NOW, by="ada")
        yield opened


async def test_a_draft_belongs_to_one_person_and_is_applied_byte_for_byte(tx: Tx) -> None:
    await programs.keep_draft(tx, "shop", ADA, shop(2), at=NOW)
    assert await programs.find_draft(tx, "shop", BEN) is None
    applied = await programs.apply_draft(tx, "shop", ADA, at=NOW, by="ada", note="two")
    assert (applied.version.version, applied.version.note) == (2, "two")
    assert await programs.export(tx, "shop") == shop(2)
    assert await programs.find_draft(tx, "shop", ADA) is None


async def test_a_draft_that_was_overtaken_is_not_applied_until_it_is_put_on_top(tx: Tx) -> None:
    await programs.keep_draft(tx, "shop", ADA, shop(2), at=NOW)
    await programs.apply(tx, shop(3), at=NOW, by="ben")
    await programs.keep_draft(tx, "shop", ADA, shop(4), at=NOW)
    with pytest.raises(DraftOutdated) as refused:
        await programs.apply_draft(tx, "shop", ADA, at=NOW, by="ada")
    assert refused.value.fields == {"base": 1, "newest": 2}
    await programs.keep_draft(tx, "shop", ADA, shop(4), at=NOW, anew=True)
    assert (await programs.apply_draft(tx, "shop", ADA, at=NOW, by="ada")).version.version == 3


async def test_a_draft_may_be_wrong_but_not_be_applied_so(tx: Tx) -> None:
    for text in ("program: [", shop(2, "other")):
        await programs.keep_draft(tx, "shop", ADA, text, at=NOW)
        with pytest.raises(InvalidInput):
            await programs.apply_draft(tx, "shop", ADA, at=NOW, by="ada")
        assert await programs.export(tx, "shop") == shop(1)


async def test_terms_count_from_their_day_on_and_the_newest_of_a_day_wins(tx: Tx) -> None:
    day = date(2026, 3, 3)
    for number, start in enumerate((day, day, day + timedelta(days=10))):
        await programs.publish_terms(tx, "shop", {"en": f"text {number}"}, effective_from=start, by="ada", at=NOW)
    assert [one.version for one in await programs.list_terms(tx, "shop")] == [1, 2, 3]
    in_force = {offset: await programs.terms_at(tx, "shop", day + timedelta(days=offset)) for offset in (-1, 0, 9, 10)}
    assert {offset: one and one.version for offset, one in in_force.items()} == {-1: None, 0: 2, 9: 2, 10: 3}
    with pytest.raises(InvalidInput):
        await programs.publish_terms(tx, "shop", {"en": "late"}, effective_from=day, by="ada", at=NOW)


async def test_withdrawn_codes_are_gone_and_stay_gone(tx: Tx) -> None:
    made = await catalogue.make_codes(tx, 1, "cinema", "C-########", 40)
    assert len(made) == len(set(made)) == 40
    assert await catalogue.free_codes(tx, 1, "cinema") == sorted(made)
    assert await catalogue.withdraw_codes(tx, 1, "cinema", made[:3]) == 3
    assert await catalogue.withdraw_codes(tx, 1, "cinema", made[:3]) == 0
    assert await catalogue.pool_size(tx, 1, "cinema") == 37
    assert await catalogue.upload_codes(tx, 1, "cinema", made[:3]) == 0, "a withdrawn code does not come back"
    assert await catalogue.withdraw_codes(tx, 1, "cinema") == 37
    assert await catalogue.free_codes(tx, 1, "cinema") == []
