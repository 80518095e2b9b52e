"""Points over many days: what opens, expires, is set aside, owed and given back, against a model that lives every day in turn.

The ledger settles an account only when somebody touches or reads it, and posts in batches; the model knows neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia import ledger
from praemia.foundation.ids import bucket_of, new_id
from praemia.ledger import InsufficientPoints, Kind, Posting
from tests.laws import few
from tests.property.earning_world import FREE, World, world
from tests.rooms.ground import NOW, Ground

TODAY = NOW.date()
Word = Literal["earn", "promise", "take", "owe", "hold", "release", "capture", "wait"]


@dataclass(frozen=True)
class Step:
    """`amount` quanta, or days to wait; `opens` and `lasts` are days from today; `which` names a hold."""

    word: Word
    amount: int
    opens: int = 0
    lasts: int | None = None
    which: int = 0


@dataclass
class Lot:
    """Points issued together, in the model."""

    serial: int
    left: int
    last: date | None
    opens: date | None


@dataclass
class Figures:
    """What an owner reads: three sums, and the lots in the order in which they will be spent, pending ones after them."""

    available: int
    pending: int
    held: int
    lots: list[tuple[int, date | None]]


@dataclass
class Model:
    """An account as the README of the ledger promises it."""

    day: date = TODAY
    lots: list[Lot] = field(default_factory=list)
    holds: list[list[tuple[Lot, int]]] = field(default_factory=list)
    debt: int = 0

    def figures(self) -> Figures:
        """What may be read on this day."""
        opened = [lot for lot in self.lots if lot.left and lot.opens is None]
        waiting = [lot for lot in self.lots if lot.left and lot.opens is not None]
        shown = [*sorted(opened, key=_order_of_use), *sorted(waiting, key=lambda lot: (lot.opens, _order_of_use(lot)))]
        return Figures(
            sum(lot.left for lot in opened) - self.debt,
            sum(lot.left for lot in waiting),
            sum(amount for hold in self.holds for _, amount in hold),
            [(lot.left, lot.last) for lot in shown],
        )

    def do(self, step: Step) -> bool:
        """Take the step; False when it must be refused."""
        match step.word:
            case "wait":
                for _ in range(step.amount):
                    self.day += timedelta(days=1)
                    self._midnight()
            case "earn" | "promise":
                last = None if step.lasts is None else self.day + timedelta(days=step.lasts)
                opens = self.day + timedelta(days=step.opens) if step.word == "promise" else None
                self.lots.append(Lot(len(self.lots), step.amount, last, opens))
                if opens is None:
                    self._pay([self.lots[-1]])
                self._midnight()
            case "take" | "owe" | "hold":
                if step.word != "owe" and step.amount > max(self.figures().available, 0):
                    return False
                taken = self._take(step.amount)
                self.holds += [taken] if step.word == "hold" else []
            case "release":
                taken, self.holds[step.which] = self.holds[step.which], []
                for lot, amount in taken:
                    lot.left += amount
                self._pay([lot for lot, _ in reversed(taken)])
                self._midnight()
            case "capture":
                self.holds[step.which] = []
        return True

    def _take(self, amount: int) -> list[tuple[Lot, int]]:
        taken = []
        for lot in sorted((lot for lot in self.lots if lot.opens is None), key=_order_of_use):
            part = min(lot.left, amount)
            lot.left -= part
            amount -= part
            taken += [(lot, part)] if part else []
        self.debt += amount
        return taken

    def _pay(self, lots: list[Lot]) -> None:
        for lot in lots:
            paid = min(lot.left, self.debt)
            lot.left -= paid
            self.debt -= paid

    def _midnight(self) -> None:
        for lot in self.lots:
            if lot.opens is not None and lot.opens <= self.day:
                lot.opens = None
                self._pay([lot])
            if lot.opens is None and lot.last is not None and lot.last < self.day:
                lot.left = 0


def _order_of_use(lot: Lot) -> tuple[date, int]:
    return lot.last or date.max, lot.serial


@st.composite
def lives(draw: st.DrawFn) -> list[Step]:
    """A life of steps; only holds that are still open are released or captured."""
    steps: list[Step] = []
    open_holds: list[int] = []
    model = Model()
    words: list[Word] = ["earn", "earn", "earn", "promise", "take", "owe", "hold", "hold", "wait", "wait", "release", "release", "capture"]
    for word in ["earn", "earn", *draw(st.lists(st.sampled_from(words), min_size=8, max_size=40))]:
        which = 0
        if word in ("release", "capture"):
            if not open_holds:
                continue
            which = open_holds.pop(draw(st.integers(0, len(open_holds) - 1)))
            if draw(st.booleans()):  # a debt that the release will have to pay is too rare by chance
                steps.append(Step("owe", draw(st.integers(1, 40))))
                model.do(steps[-1])
        lasts = draw(st.sampled_from([None, None, 0, 1, 3, 8, 40]))
        step = Step(word, draw(st.integers(1, 40 if word == "owe" else 12)), draw(st.sampled_from([1, 2, 5])), lasts, which)
        if model.do(step) and word == "hold":
            open_holds.append(len(model.holds) - 1)
        steps.append(step)
    return steps


class Book:
    """The real account, step by step or many steps of one day at once."""

    def __init__(self, ground: Ground, owner: UUID) -> None:
        self.ground = ground
        self.owner = owner
        self.holds: list[tuple[UUID, int]] = []
        self.waiting: list[Posting] = []
        self._made = 0

    def posting(self, step: Step, day: date) -> Posting:
        """What the step is for the ledger."""
        self._made += 1
        at = NOW + timedelta(seconds=self._made)
        more: dict[str, Any] = {"amount": step.amount}
        if step.word in ("earn", "promise"):
            more["last_day"] = None if step.lasts is None else day + timedelta(days=step.lasts)
            more["opens_on"] = day + timedelta(days=step.opens) if step.word == "promise" else None
        if step.word in ("release", "capture"):
            event, amount = self.holds[step.which]
            more |= {"of": (event, 0), "amount": amount}
        kind = Kind({"take": "debit", "owe": "debit"}.get(step.word, step.word))
        made = Posting(
            owner_id=self.owner,
            event_id=new_id(bucket_of(self.owner)),
            line=0,
            unit=0,
            program_id=1,
            kind=kind,
            day=day,
            occurred_at=at,
            posted_at=at,
            may_owe=step.word == "owe",
            **more,
        )
        return made

    async def post(self, postings: list[Posting]) -> None:
        """Post in a transaction of its own."""
        async with self.ground.db.transaction(self.ground.tenant_id) as tx:
            await ledger.post(tx, postings, await ledger.lock_accounts(tx, [self.owner]))

    async def flush(self) -> None:
        """Post what waits."""
        postings, self.waiting = self.waiting, []
        await self.post(postings)

    async def figures(self, day: date) -> Figures:
        """What may be read on a day."""
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            (b,) = [b for b in await ledger.balances_of(tx, self.owner, day=day) if b.unit == 0]
            lots = await ledger.lots_on(tx, self.owner, day)
        return Figures(b.available, b.pending, b.held, [(lot.remaining, lot.last_day) for lot in lots])

    async def check(self) -> None:
        """Everything verify proves of the ledger, that every unit comes to zero, and that the transfers alone say what the account says."""
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            kept = [b for b in await ledger.balances_of(tx, self.owner) if b.unit == 0]
            assert await ledger.balances_of(tx, self.owner, as_of=NOW + timedelta(days=10_000)) == kept
            assert [d async for _, found in ledger.verify(tx) for d in found] == []
            assert sum(amount for unit, _, amount, _ in await ledger.trial_balance(tx, 1) if unit == 0) == 0


@pytest.fixture
def shops(database: str) -> Iterator[World]:
    """A world on a database of this test's own, shared by its examples."""
    with world(database) as opened:
        yield opened


@few(40)
@given(life=lives(), together=st.booleans())
def test_an_account_is_at_every_time_what_living_day_by_day_makes_of_it(shops: World, life: list[Step], together: bool) -> None:
    async def story(ground: Ground) -> None:
        (ada,) = await ground.fetch("select member_id from members where reference = 'ada'")
        book, model = Book(ground, ada["member_id"]), Model()
        for step in life:
            await _take(book, model, step, together=together)
        await book.flush()
        assert await book.figures(model.day) == model.figures()
        await book.check()

    shops.play(FREE, story)


async def _take(book: Book, model: Model, step: Step, *, together: bool) -> None:
    if step.word == "wait":
        await book.flush()
        assert await book.figures(model.day) == model.figures()
        model.do(step)
        return
    posting = book.posting(step, model.day)
    if not model.do(step):
        await book.flush()
        with pytest.raises(InsufficientPoints):
            await book.post([posting])
        return
    if step.word == "hold":
        book.holds.append((posting.event_id, posting.amount))
    book.waiting.append(posting)
    if not together:
        await book.flush()
        assert await book.figures(model.day) == model.figures()
