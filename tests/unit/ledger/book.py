"""A purse under test: what is posted to it, and the invariants that hold after every posting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from praemia.ledger.core.chart import CHART, COUNTS_FOR_LIFE
from praemia.ledger.core.purse import Purse
from praemia.ledger.model import Account, Kind, Lot, Posted, Posting, Role

OWNER = UUID(int=1)
START = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)
TODAY = START.date()


class Book:
    """A purse under test, and shorthands for what is posted to it."""

    def __init__(self) -> None:
        self.account = Account(owner_id=OWNER, unit=0, program_id=1)
        self.posted = Posted()
        self.purse = Purse(self.account, [], {}, self.posted)
        self._n = count(1)

    def do(self, kind: Kind, amount: int, *, day: date = TODAY, **more: Any) -> UUID:
        """Post one transfer and answer its event."""
        n = next(self._n)
        event = UUID(int=100 + n)
        self.purse.post(
            Posting(
                **{
                    "owner_id": OWNER,
                    "event_id": event,
                    "line": 0,
                    "unit": 0,
                    "program_id": 1,
                    "kind": kind,
                    "amount": amount,
                    "day": day,
                    "occurred_at": START + timedelta(minutes=n),
                    "posted_at": START + timedelta(minutes=n),
                    **more,
                }
            )
        )
        self.check()
        return event

    @property
    def lots(self) -> list[Lot]:
        return [lot for lot in self.posted.issued if lot]

    def cause(self, day: date) -> Posting:
        """What a night settles by."""
        return Posting(
            owner_id=OWNER,
            event_id=UUID(int=7),
            line=0,
            unit=0,
            program_id=1,
            kind=Kind.EXPIRE,
            amount=0,
            day=day,
            occurred_at=START,
            posted_at=START,
        )

    def left(self) -> list[int]:
        return [lot.remaining for lot in self.lots]

    def figures(self) -> tuple[int, int, int, int]:
        return self.account.available, self.account.pending, self.account.held, self.account.debt

    def check(self) -> None:
        """L3, L4, L5 and L12 hold after every posting."""
        roles = dict.fromkeys(Role, 0)
        for t in self.posted.transfers:
            source, target = CHART[t.kind]
            roles[source] -= t.amount
            roles[target] += t.amount
        a = self.account
        assert (a.available, a.pending, a.held) == (roles[Role.AVAILABLE], roles[Role.PENDING], roles[Role.HELD])
        assert a.available == sum(lot.remaining for lot in self.lots if not lot.pending) - a.debt
        assert a.pending == sum(lot.remaining for lot in self.lots if lot.pending)
        taken: dict[tuple[UUID, int], int] = {}
        for (_, _, _, event, line), amount in self.posted.allocations.items():
            taken[event, line] = taken.get((event, line), 0) + amount
        assert all(lot.remaining == lot.amount - taken.get((lot.event_id, lot.line), 0) for lot in self.lots)
        assert a.lots_from == min((lot.event_id for lot in self.lots if lot.remaining), default=None)
        assert a.lifetime == sum(t.amount for t in self.posted.transfers if t.kind in COUNTS_FOR_LIFE)
