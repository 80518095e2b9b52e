"""Rows of the catalogue in, values out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.catalogue.model import Code, GiftCard, NewCode
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of, key_bucket
from praemia.foundation.sql import queries

_Q = "praemia.catalogue"
_NOBODY = UUID(int=0)  # whom withdrawn codes went to


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of an item's stock."""

    item: str
    slice: int
    placed: int
    remaining: int


# Stock -------------------------------------------------------------------------------------------------------------


async def slices_of(tx: Tx, program_id: int, items: Sequence[str], most: int) -> list[Slice]:
    """The slices of items, unlocked."""
    if not items:
        return []
    places = [(item, n) for item in items for n in range(most)]
    rows = await queries(_Q).slices_of(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        buckets=[_stock_bucket(tx, program_id, item, n) for item, n in places],
        items=[item for item, _ in places],
        slices=[n for _, n in places],
    )
    return [Slice(**dict(r)) for r in rows]


async def open_slices(tx: Tx, program_id: int, item: str, count: int) -> None:
    """Make sure that an item has its slices; those there stay as they are."""
    await queries(_Q).open_slices(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        item=item,
        buckets=[_stock_bucket(tx, program_id, item, n) for n in range(count)],
        slices=list(range(count)),
    )


async def lock_slices(tx: Tx, program_id: int, item: str, numbers: Collection[int]) -> list[Slice]:
    """Slices of an item, locked in the one order."""
    rows = await queries(_Q).lock_slices(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        item=item,
        buckets=[_stock_bucket(tx, program_id, item, n) for n in numbers],
        slices=list(numbers),
    )
    return [Slice(**dict(r)) for r in rows]


async def write_slices(tx: Tx, program_id: int, slices: Sequence[Slice]) -> None:
    """Write locked slices."""
    await tx.write(
        _Q,
        "write_slices",
        tenant_id=tx.tenant_id,
        program_id=program_id,
        buckets=[_stock_bucket(tx, program_id, s.item, s.slice) for s in slices],
        items=[s.item for s in slices],
        slices=[s.slice for s in slices],
        placed=[s.placed for s in slices],
        remaining=[s.remaining for s in slices],
    )


def _stock_bucket(tx: Tx, program_id: int, item: str, number: int) -> int:
    return key_bucket(tx.tenant_id, "stock", f"{program_id}:{item}:{number}")


# Codes -------------------------------------------------------------------------------------------------------------


async def insert_codes(tx: Tx, program_id: int, codes: Sequence[NewCode]) -> int:
    """Write codes about to be handed out; answers how many were free."""
    rows = await queries(_Q).insert_codes(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        buckets=[code_bucket(tx, c.digest) for c in codes],
        digests=[c.digest for c in codes],
        spelled=[c.spelled for c in codes],
        ends=[c.ends for c in codes],
        rewards=[c.reward for c in codes],
        redemptions=[c.redemption_id for c in codes],
        members=[c.member_id for c in codes],
        uses=[c.uses for c in codes],
        starts=[c.starts_on for c in codes],
        last_days=[c.last_day for c in codes],
    )
    return len(rows)


async def codes_of(tx: Tx, digests: Sequence[UUID]) -> list[Code]:
    """Codes by digest, unlocked, in the order asked for."""
    if not digests:
        return []
    rows = await queries(_Q).codes_of(tx.conn, tenant_id=tx.tenant_id, buckets=[code_bucket(tx, d) for d in digests], digests=list(digests))
    found = {r["digest"]: Code(**dict(r)) for r in rows}
    return [found[d] for d in digests if d in found]


async def lock_code(tx: Tx, digest: UUID) -> Code:
    """A code that exists, locked."""
    row = await queries(_Q).lock_code(tx.conn, tenant_id=tx.tenant_id, bucket=code_bucket(tx, digest), digest=digest)
    return Code(**dict(row))


async def count_use(tx: Tx, digest: UUID, more: int) -> Code:
    """Count a use of a locked code, or one less; the last use wipes the spelling."""
    row = await queries(_Q).count_use(tx.conn, tenant_id=tx.tenant_id, bucket=code_bucket(tx, digest), digest=digest, more=more)
    return Code(**dict(row))


async def void_codes(tx: Tx, digests: Sequence[UUID]) -> None:
    """Make codes worthless."""
    await queries(_Q).void_codes(tx.conn, tenant_id=tx.tenant_id, buckets=[code_bucket(tx, d) for d in digests], digests=list(digests))


async def insert_pool(tx: Tx, program_id: int, pool: str, texts: Mapping[UUID, str], *, slices: int) -> list[UUID]:
    """Put codes into a pool; answers those that are new."""
    digests = sorted(texts)
    rows = await queries(_Q).insert_pool(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        pool=pool,
        buckets=[_pool_bucket(tx, program_id, pool, d.int % slices) for d in digests],
        slices=[d.int % slices for d in digests],
        digests=digests,
        spelled=[texts[d] for d in digests],
    )
    return [row["digest"] for row in rows]


async def free_codes(tx: Tx, program_id: int, pool: str, *, slices: int) -> list[str]:
    """Free codes of a pool as they are spelled."""
    buckets = sorted({_pool_bucket(tx, program_id, pool, n) for n in range(slices)})
    rows = await queries(_Q).free_codes(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, pool=pool, buckets=buckets)
    return [row["spelled"] for row in rows]


async def withdraw_pool(tx: Tx, program_id: int, pool: str, digests: Sequence[UUID] | None, *, slices: int) -> int:
    """Take free codes out of a pool: those, or all."""
    rows = await queries(_Q).withdraw_pool(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        pool=pool,
        buckets=sorted({_pool_bucket(tx, program_id, pool, n) for n in range(slices)}),
        digests=None if digests is None else list(digests),
        nobody=_NOBODY,
    )
    return len(rows)


async def take_from_pool(tx: Tx, program_id: int, pool: str, redemption_id: UUID, count: int, *, home: UUID, slices: int) -> list[str]:
    """Take codes that are free: first from the own slice, then from the others, and last wait for those others hold."""
    taken: list[str] = []
    order = [(home.int + n) % slices for n in range(slices)]
    for waiting in (False, True):
        for number in order if not waiting else sorted(order):
            if len(taken) == count:
                return taken
            query = queries(_Q).await_pool if waiting else queries(_Q).take_pool
            rows = await query(
                tx.conn,
                tenant_id=tx.tenant_id,
                bucket=_pool_bucket(tx, program_id, pool, number),
                program_id=program_id,
                pool=pool,
                slice=number,
                redemption_id=redemption_id,
                page=count - len(taken),
            )
            taken += [r["spelled"] for r in rows]
    return taken


async def pool_size(tx: Tx, program_id: int, pool: str, *, slices: int) -> int:
    """How many codes of a pool are free."""
    size: int = await queries(_Q).pool_size(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        pool=pool,
        buckets=sorted({_pool_bucket(tx, program_id, pool, n) for n in range(slices)}),
    )
    return size


def code_bucket(tx: Tx, digest: UUID) -> int:
    """Where a code or card lives: found by its digest alone."""
    return key_bucket(tx.tenant_id, "code", digest.hex)


def _pool_bucket(tx: Tx, program_id: int, pool: str, number: int) -> int:
    return key_bucket(tx.tenant_id, "pool", f"{program_id}:{pool}:{number}")


# Gift cards and donations ----------------------------------------------------------------------------------------------


async def insert_card(
    tx: Tx, program_id: int, digest: UUID, number: str, ends: str, value_minor: int, last_day: date | None, at: datetime
) -> bool:
    """A new card; False when the number is taken."""
    row = await queries(_Q).insert_card(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=code_bucket(tx, digest),
        digest=digest,
        program_id=program_id,
        spelled=number,
        ends=ends,
        value_minor=value_minor,
        last_day=last_day,
        at=at,
    )
    return row is not None


async def insert_movement(tx: Tx, digest: UUID, event_id: UUID, line: int, amount_minor: int, at: datetime) -> None:
    """Append a movement of a card."""
    await queries(_Q).insert_movement(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=code_bucket(tx, digest),
        digest=digest,
        event_id=event_id,
        line=line,
        amount_minor=amount_minor,
        at=at,
    )


async def cards_of(tx: Tx, digests: Sequence[UUID]) -> list[GiftCard]:
    """Cards by digest, unlocked, in the order asked for."""
    if not digests:
        return []
    rows = await queries(_Q).cards_of(tx.conn, tenant_id=tx.tenant_id, buckets=[code_bucket(tx, d) for d in digests], digests=list(digests))
    found = {r["digest"]: GiftCard(**dict(r)) for r in rows}
    return [found[d] for d in digests if d in found]


async def lock_card(tx: Tx, digest: UUID) -> GiftCard:
    """A card that exists, locked."""
    row = await queries(_Q).lock_card(tx.conn, tenant_id=tx.tenant_id, bucket=code_bucket(tx, digest), digest=digest)
    return GiftCard(**dict(row))


async def change_balance(tx: Tx, digest: UUID, more_minor: int) -> GiftCard:
    """Change the balance of a locked card."""
    row = await queries(_Q).change_balance(
        tx.conn, tenant_id=tx.tenant_id, bucket=code_bucket(tx, digest), digest=digest, more_minor=more_minor
    )
    return GiftCard(**dict(row))


async def void_cards(tx: Tx, digests: Sequence[UUID]) -> None:
    """Make cards worthless."""
    await queries(_Q).void_cards(tx.conn, tenant_id=tx.tenant_id, buckets=[code_bucket(tx, d) for d in digests], digests=list(digests))


async def add_donation(tx: Tx, program_id: int, receiver: str, amount_minor: int, giver: UUID) -> None:
    """Add to a receiver's total in the giver's bucket."""
    await queries(_Q).add_donation(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(giver), program_id=program_id, receiver=receiver, amount_minor=amount_minor
    )


async def donations_of(tx: Tx, program_id: int) -> dict[str, int]:
    """Totals by receiver over all buckets."""
    rows = await queries(_Q).donations_of(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, first_bucket=0, last_bucket=BUCKETS - 1)
    return {r["receiver"]: r["total_minor"] for r in rows}


async def wrong_cards(tx: Tx, first_bucket: int, last_bucket: int) -> list[dict[str, Any]]:
    """C2: cards whose balance is not the sum of their movements."""
    rows = await queries(_Q).wrong_cards(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [dict(r) for r in rows]
