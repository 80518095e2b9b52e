"""The arithmetic of posting: which lot pays, what a debt takes, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from praemia.ledger.core.chart import CHART, GAINS
from praemia.ledger.core.posting import post
from praemia.ledger.errors import InsufficientPoints
from praemia.ledger.model import Account, AccountKey, Kind, Lot, Posted, Posting, Role

OWNER = UUID(int=1)
KEY: AccountKey = (OWNER, 0)
START = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)


def _posting(n: int, kind: Kind, amount: int, **more: object) -> Posting:
    return Posting(  # type: ignore[arg-type]
        **{
            "owner_id": OWNER,
            "event_id": UUID(int=100 + n),
            "line": 0,
            "unit": 0,
            "program_id": 1,
            "kind": kind,
            "amount": amount,
            "occurred_at": START + timedelta(minutes=n),
            "posted_at": START + timedelta(minutes=n),
            **more,
        }
    )


def _run(*postings: Posting) -> tuple[Account, list[Lot], Posted]:
    accounts = {KEY: Account(owner_id=OWNER, unit=0, program_id=1)}
    lots: dict[AccountKey, list[Lot]] = {}
    posted = post(postings, accounts, lots)
    return accounts[KEY], lots.get(KEY, []), posted


def test_every_kind_has_one_side_that_belongs_to_the_owner() -> None:
    assert set(CHART) == set(Kind)
    for kind, sides in CHART.items():
        assert sides.count(Role.AVAILABLE) == 1, kind


def test_what_gains_and_what_gives_is_decided_by_the_chart() -> None:
    assert {Kind.EARN, Kind.CREDIT} == GAINS


def test_a_debit_drains_the_soonest_expiring_lot_first_and_the_never_expiring_last() -> None:
    _, lots, posted = _run(
        _posting(1, Kind.EARN, 10),
        _posting(2, Kind.EARN, 10, last_day=date(2025, 12, 31)),
        _posting(3, Kind.EARN, 10, last_day=date(2025, 6, 30)),
        _posting(4, Kind.DEBIT, 15),
    )
    assert [lot.remaining for lot in lots] == [10, 5, 0]
    assert [(a.lot_event_id.int - 100, a.amount) for a in posted.allocations] == [(3, 10), (2, 5)]


def test_among_equal_expiries_the_oldest_lot_pays() -> None:
    _, lots, _ = _run(_posting(2, Kind.EARN, 10), _posting(1, Kind.EARN, 10), _posting(3, Kind.DEBIT, 10))
    assert [lot.remaining for lot in lots] == [10, 0]


def test_a_debit_beyond_the_balance_is_refused_with_the_figures() -> None:
    with pytest.raises(InsufficientPoints) as refusal:
        _run(_posting(1, Kind.EARN, 10), _posting(2, Kind.DEBIT, 11))
    assert refusal.value.fields == {"asked": 11, "available": 10}


def test_a_debit_that_may_owe_leaves_a_debt_and_no_open_lot() -> None:
    account, lots, _ = _run(_posting(1, Kind.EARN, 10), _posting(2, Kind.DEBIT, 25, may_owe=True))
    assert (account.balance, account.debt, sum(lot.remaining for lot in lots)) == (-15, 15, 0)


def test_a_credit_pays_the_debt_before_it_opens_its_lot() -> None:
    account, lots, posted = _run(
        _posting(1, Kind.DEBIT, 15, may_owe=True), _posting(2, Kind.EARN, 10), _posting(3, Kind.CREDIT, 10), _posting(4, Kind.EARN, 1)
    )
    assert (account.balance, account.debt, account.lifetime) == (6, 0, 21)
    assert [lot.remaining for lot in lots] == [0, 5, 1]
    assert [(a.event_id, a.amount) for a in posted.allocations] == [(UUID(int=102), 10), (UUID(int=103), 5)]


def test_lifetime_never_falls() -> None:
    account, _, _ = _run(_posting(1, Kind.EARN, 10), _posting(2, Kind.DEBIT, 10), _posting(3, Kind.CREDIT, 2))
    assert account.lifetime == 12
