"""Limited stock: exactly as many go out as there are. Order of locks: after accounts; items by name, of each its slices by bucket.

A large stock lies in slices of many buckets. Whoever takes a little of plenty locks the slice of their own; when one runs low, or
something comes back, all slices of the item are locked, so that nobody is refused while something is left.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from praemia.catalogue import store
from praemia.catalogue.errors import OutOfStock
from praemia.catalogue.store import Slice
from praemia.foundation.db import Contended, Tx
from praemia.foundation.values import replace

SLICES = 16
_ONE_SLICE_BELOW = 1000
_LOW = 64  # of a slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Somebody (`home`) takes so many of an item of which the programme says that there are `total`; None: they are put back."""

    item: str
    amount: int
    total: int | None
    home: UUID


@dataclass(slots=True)
class _Shelf:
    """An item behind lock: how many slices it lies in, and those that are ours."""

    parts: int
    slices: dict[int, Slice]
    changed: set[int] = field(default_factory=set)

    @property
    def left(self) -> int:
        return sum(one.remaining for one in self.slices.values())

    @property
    def is_whole(self) -> bool:
        return len(self.slices) == self.parts

    def change(self, number: int, more: int) -> None:
        if more:
            self.slices[number] = replace(self.slices[number], remaining=self.slices[number].remaining + more)
            self.changed.add(number)


class Stock:
    """Stock of a programme behind lock, in memory. What is taken and put back here counts once it is written (`write_stock`)."""

    def __init__(self, program_id: int, shelves: Mapping[str, _Shelf]) -> None:
        self.program_id = program_id
        self._shelves = shelves

    def take(self, items: Collection[str], amount: int, *, home: UUID) -> None:
        """Take so many of every item. Raises OutOfStock and takes nothing then; Contended when others emptied the own slice since."""
        for item in items:
            shelf = self._shelves[item]
            if shelf.is_whole and shelf.left < amount:
                raise OutOfStock(item=item, left=shelf.left)
            if not shelf.is_whole and shelf.slices[_own(home, shelf.parts)].remaining < amount:
                raise Contended
        for item in items:
            shelf, left, own = self._shelves[item], amount, _own(home, self._shelves[item].parts)
            for number in sorted(shelf.slices, key=lambda n: (n != own, n)):
                taken = min(shelf.slices[number].remaining, left)
                shelf.change(number, -taken)
                left -= taken

    def put_back(self, items: Collection[str], amount: int) -> None:
        """Undo a taking."""
        for item in items:
            shelf, left = self._shelves[item], amount
            for number, one in sorted(shelf.slices.items()):
                back = min(one.placed - one.remaining, left)
                shelf.change(number, back)
                left -= back

    def changed(self) -> list[Slice]:
        """The slices that were changed since this was asked last."""
        found = [shelf.slices[number] for shelf in self._shelves.values() for number in sorted(shelf.changed)]
        for shelf in self._shelves.values():
            shelf.changed.clear()
        return found


async def lock_stock(tx: Tx, program_id: int, demands: Sequence[Demand]) -> Stock:
    """Lock what the demands may take from or put back into, until the transaction ends."""
    items = {item: [one for one in demands if one.item == item] for item in sorted({one.item for one in demands})}
    return Stock(program_id, {item: await _locked(tx, program_id, item, ours) for item, ours in items.items()})


async def write_stock(tx: Tx, stock: Stock) -> None:
    """Write what was taken and put back."""
    if changed := stock.changed():
        await store.write_slices(tx, stock.program_id, changed)


async def left_of(tx: Tx, program_id: int, totals: Mapping[str, int]) -> dict[str, int]:
    """How many of each item are left, given how many there are in all."""
    found: dict[str, list[Slice]] = {item: [] for item in totals}
    for one in await store.slices_of(tx, program_id, list(totals), SLICES):
        found[one.item].append(one)
    return {item: max(total - sum(s.placed - s.remaining for s in found[item]), 0) for item, total in totals.items()}


async def _locked(tx: Tx, program_id: int, item: str, demands: Sequence[Demand]) -> _Shelf:
    """The slices that are needed, after what the programme's file added or took away was spread over them."""
    total = next((one.total for one in demands if one.total is not None), None)
    slices = await store.slices_of(tx, program_id, [item], SLICES)
    if total is not None and not (slices and _settled(slices, total)):
        await store.open_slices(tx, program_id, item, 1 if total < _ONE_SLICE_BELOW else SLICES)
        found = await store.lock_slices(tx, program_id, item, range(SLICES))
        spread = {one.slice: one for one in _spread(found, total)}
        return _Shelf(len(spread), spread, {one.slice for one in found if spread[one.slice] != one})
    own = _own_slices(slices, demands)
    found = await store.lock_slices(tx, program_id, item, range(SLICES) if own is None else own)
    return _Shelf(len(found) if own is None else len(slices), {one.slice: one for one in found})


def _own_slices(slices: Sequence[Slice], demands: Sequence[Demand]) -> Collection[int] | None:
    """The slices of those who take, where each holds plenty; None: all are needed."""
    if any(one.total is None for one in demands):
        return None
    wanted: dict[int, int] = {}
    for one in demands:
        number = _own(one.home, len(slices))
        wanted[number] = wanted.get(number, 0) + one.amount
    plenty = all(one.remaining >= wanted[one.slice] + _LOW for one in slices if one.slice in wanted)
    return sorted(wanted) if plenty else None


def _own(home: UUID, parts: int) -> int:
    return zlib.crc32(home.bytes) % parts


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
