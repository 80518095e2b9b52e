"""The plain programme is what its head says: the rows of an event are counted, not believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import asyncpg

from bench.stage import FOLDER
from bench.traffic.streams import BASKETS, purchase_of
from praemia import access, programs
from praemia.earning import Command, Recorded, record
from praemia.foundation.db import connect
from praemia.journal import ORDER
from praemia.members import Enrolment
from praemia.programs import read_program

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
MEMBERS = 7
LEFT = """
    select (select count(*) from event_keys) as event_keys, (select count(*) from transfers) as transfers,
           (select count(*) from lots) as lots, (select count(*) from counters) as counters
"""


def _sign_up(n: int) -> Command:
    reference = f"M{n:07d}"
    return Command(program="plain", kind="signup", member=reference, enrolment=Enrolment(reference=reference, enrolled_at=NOW))


def _purchase(n: int) -> Command:
    inputs = json.loads(purchase_of(n, MEMBERS))
    return Command(program="plain", kind="purchase", member=inputs.pop("member"), inputs=inputs, identities=((ORDER, inputs["order"]),))


async def test_a_plain_purchase_leaves_one_key_one_transfer_one_lot_and_counts_purchases_alone(database: str) -> None:
    db, conn = await connect(database, size=1), await asyncpg.connect(database)
    try:
        tenant_id = await access.create_tenant(db, "bench", "Bench", at=NOW)
        async with db.transaction(tenant_id) as tx:
            await programs.apply(tx, (FOLDER / "plain.yaml").read_text("utf-8"), at=NOW, by="bench")
        commands = [*map(_sign_up, range(MEMBERS)), *map(_purchase, range(BASKETS))]
        answers = await db.run(tenant_id, lambda tx: record(tx, commands, now=NOW))
        assert [one for one in answers if not isinstance(one, Recorded)] == []
        left = await conn.fetchrow(LEFT)
    finally:
        await db.close()
        await conn.close()

    assert left is not None
    assert dict(left) == {"event_keys": BASKETS, "transfers": BASKETS, "lots": BASKETS, "counters": MEMBERS}


def test_plain_and_rich_have_the_same_number_of_rules_with_the_same_conditions() -> None:
    rich, plain = (read_program((FOLDER / f"{name}.yaml").read_text("utf-8")).file.earning for name in ("programme", "plain"))
    assert rich is not None
    assert plain is not None
    assert [(rule.match, rule.when) for rule in plain.rules] == [(rule.match, rule.when) for rule in rich.rules]
    assert len(plain.rules) == 10
