"""Limited stock: exactly as many go out as there are. Order of locks: after accounts; slices by bucket, item, slice.

A large stock lies in slices of many buckets. Whoever takes tries the slice of their own; when a slice runs low all of them are
locked in one order, so that nobody is refused while something is left.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from praemia.catalogue import store
from praemia.catalogue.errors import OutOfStock
from praemia.catalogue.store import Slice
from praemia.foundation.db import Contended, Tx

SLICES = 16
_ONE_SLICE_BELOW = 1000
_LOW = 64  # of a slice


async def take_stock(tx: Tx, program_id: int, item: str, amount: int, total: int, *, home: UUID) -> None:
    """Take `amount` of an item of which the programme says that there are `total` in all. Raises OutOfStock and changes nothing then.

    `home` is who takes. Raises Contended when others emptied the slice in the meantime.
    """
    slices = await _placed(tx, program_id, item, total)
    left = sum(s.remaining for s in slices)
    if left < amount:
        raise OutOfStock(item=item, left=left)
    own = slices[zlib.crc32(home.bytes) % len(slices)]
    if len(slices) > 1 and own.remaining < amount + _LOW:
        await _take_anywhere(tx, program_id, item, amount)
    elif not await store.take_slice(tx, program_id, own, amount):
        if len(slices) > 1:
            raise Contended
        raise OutOfStock(item=item, left=sum(s.remaining for s in await store.slices_of(tx, program_id, [item], SLICES)))


async def put_back(tx: Tx, program_id: int, item: str, amount: int) -> None:
    """Undo a taking."""
    changed = []
    for one in await store.lock_slices(tx, program_id, item, SLICES):
        back = min(one.placed - one.remaining, amount)
        amount -= back
        changed.append(replace(one, remaining=one.remaining + back))
    await store.write_slices(tx, program_id, changed)


async def left_of(tx: Tx, program_id: int, totals: Mapping[str, int]) -> dict[str, int]:
    """How many of each item are left, given how many there are in all."""
    found: dict[str, list[Slice]] = {item: [] for item in totals}
    for one in await store.slices_of(tx, program_id, list(totals), SLICES):
        found[one.item].append(one)
    return {item: max(total - sum(s.placed - s.remaining for s in found[item]), 0) for item, total in totals.items()}


async def _take_anywhere(tx: Tx, program_id: int, item: str, amount: int) -> None:
    slices = await store.lock_slices(tx, program_id, item, SLICES)
    left = sum(s.remaining for s in slices)
    if left < amount:
        raise OutOfStock(item=item, left=left)
    changed = []
    for one in slices:
        taken = min(one.remaining, amount)
        amount -= taken
        if taken:
            changed.append(replace(one, remaining=one.remaining - taken))
    await store.write_slices(tx, program_id, changed)


async def _placed(tx: Tx, program_id: int, item: str, total: int) -> Sequence[Slice]:
    """The item's slices, after what the programme's file added or took away was spread over them."""
    slices = await store.slices_of(tx, program_id, [item], SLICES)
    if slices and _settled(slices, total):
        return slices
    count = 1 if total < _ONE_SLICE_BELOW else SLICES
    await store.open_slices(tx, program_id, item, count)
    slices = await store.lock_slices(tx, program_id, item, SLICES)
    spread = _spread(slices, total)
    await store.write_slices(tx, program_id, spread)
    return spread


def _settled(slices: Sequence[Slice], total: int) -> bool:
    placed = sum(s.placed for s in slices)
    return placed == total or (placed > total and not any(s.remaining for s in slices))


def _spread(slices: Sequence[Slice], total: int) -> list[Slice]:
    """More is shared out evenly; less is taken where something is left, and what was given out stays given."""
    more = total - sum(s.placed for s in slices)
    spread = []
    for place, one in enumerate(slices):
        share = more // (len(slices) - place) if more > 0 else -min(one.remaining, -more)
        more -= share
        spread.append(replace(one, placed=one.placed + share, remaining=one.remaining + share))
    return spread
