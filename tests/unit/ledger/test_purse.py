"""The arithmetic of a purse: which lot pays, what a debt takes, what opens and expires, what comes back."""

from __future__ import annotations

from datetime import date

import pytest

from praemia.ledger.core.chart import CHART, DRAINS_LOTS, GIVES_BACK, ISSUES_A_LOT, OF_ONE_LOT
from praemia.ledger.core.purse import SETTLING, Purse
from praemia.ledger.errors import InsufficientPoints, NotReversible
from praemia.ledger.model import Kind, Role
from tests.unit.ledger.book import Book


@pytest.fixture
def book() -> Book:
    return Book()


def test_every_kind_touches_an_account_of_the_owner() -> None:
    assert set(CHART) == set(Kind)
    for kind, sides in CHART.items():
        assert {Role.AVAILABLE, Role.PENDING, Role.HELD} & set(sides), kind


def test_every_kind_is_posted_in_exactly_one_way() -> None:
    ways = [ISSUES_A_LOT, DRAINS_LOTS, GIVES_BACK, OF_ONE_LOT, {Kind.CAPTURE}]
    assert sorted(kind for way in ways for kind in way) == sorted(Kind)


def test_a_spend_drains_the_soonest_expiring_lot_first_and_the_never_expiring_last(book: Book) -> None:
    book.do(Kind.EARN, 10)
    book.do(Kind.EARN, 10, last_day=date(2025, 12, 31))
    book.do(Kind.EARN, 10, last_day=date(2025, 6, 30))
    book.do(Kind.SPEND, 15)
    assert book.left() == [10, 5, 0]


def test_oldest_first_ignores_when_lots_expire(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 12, 31))
    book.do(Kind.EARN, 10, last_day=date(2025, 6, 30))
    book.do(Kind.SPEND, 15, oldest_first=True)
    assert book.left() == [0, 5]


def test_a_spend_beyond_the_balance_is_refused_with_the_figures(book: Book) -> None:
    book.do(Kind.EARN, 10)
    with pytest.raises(InsufficientPoints) as refusal:
        book.do(Kind.SPEND, 11)
    assert refusal.value.fields == {"asked": 11, "available": 10}


def test_a_spend_never_takes_pending_or_expired_points(book: Book) -> None:
    book.do(Kind.PROMISE, 10, opens_on=date(2025, 3, 15))
    book.do(Kind.EARN, 10, last_day=date(2025, 3, 10))
    with pytest.raises(InsufficientPoints) as refusal:
        book.do(Kind.SPEND, 1, day=date(2025, 3, 11))
    assert refusal.value.fields["available"] == 0


def test_a_debit_that_may_owe_leaves_a_debt_which_later_gains_pay_first(book: Book) -> None:
    book.do(Kind.EARN, 10)
    book.do(Kind.DEBIT, 25, may_owe=True)
    assert book.figures() == (-15, 0, 0, 15)
    book.do(Kind.EARN, 10)
    assert book.figures() == (-5, 0, 0, 5)
    book.do(Kind.CREDIT, 10)
    assert (book.figures(), book.left()) == ((5, 0, 0, 0), [0, 0, 5])


def test_a_promise_pays_a_debt_only_when_it_opens(book: Book) -> None:
    book.do(Kind.DEBIT, 5, may_owe=True)
    book.do(Kind.PROMISE, 20, opens_on=date(2025, 3, 15))
    assert book.figures() == (-5, 20, 0, 5)
    book.do(Kind.EARN, 1, day=date(2025, 3, 15))
    assert book.figures() == (16, 0, 0, 0)


def test_a_lot_is_usable_through_its_last_day_and_gone_at_the_next_midnight(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 3, 10))
    book.do(Kind.SPEND, 4, day=date(2025, 3, 10))
    book.do(Kind.EARN, 1, day=date(2025, 3, 11))
    assert book.figures()[0] == 1
    assert [(t.kind, t.amount) for t in book.posted.transfers if t.line >= SETTLING] == [(Kind.EXPIRE, 6)]


def test_what_arrives_expired_is_issued_and_expires_at_once(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 2, 1))
    assert (book.figures()[0], book.account.lifetime, book.left()) == (0, 10, [0])


def test_a_release_gives_back_to_the_lots_it_was_held_from(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 6, 30))
    book.do(Kind.EARN, 10)
    hold = book.do(Kind.HOLD, 15)
    assert book.figures() == (5, 0, 15, 0)
    book.do(Kind.RELEASE, 15, of=(hold, 0))
    assert (book.figures(), book.left()) == ((20, 0, 0, 0), [10, 10])


def test_partial_restores_come_back_last_taken_first_and_add_up(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 6, 30))
    book.do(Kind.EARN, 10)
    hold = book.do(Kind.HOLD, 15)
    book.do(Kind.CAPTURE, 15)
    book.do(Kind.RESTORE, 7, of=(hold, 0))
    assert book.left() == [2, 10]
    book.do(Kind.RESTORE, 8, of=(hold, 0))
    assert book.left() == [10, 10]
    with pytest.raises(NotReversible):
        book.do(Kind.RESTORE, 1, of=(hold, 0))


def test_what_comes_back_to_an_expired_lot_expires_at_once(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 3, 10))
    spend = book.do(Kind.SPEND, 10)
    book.do(Kind.RESTORE, 10, of=(spend, 0), day=date(2025, 4, 1))
    assert (book.figures()[0], book.left()) == (0, [0])


def test_what_comes_back_pays_a_debt_first(book: Book) -> None:
    book.do(Kind.EARN, 10)
    spend = book.do(Kind.SPEND, 10)
    book.do(Kind.DEBIT, 4, may_owe=True)
    book.do(Kind.RESTORE, 10, of=(spend, 0))
    assert (book.figures(), book.left()) == ((6, 0, 0, 0), [6])


def test_a_reversal_takes_the_orders_own_pending_lots_first(book: Book) -> None:
    book.do(Kind.EARN, 50)
    order = book.do(Kind.PROMISE, 10, opens_on=date(2025, 3, 15))
    book.do(Kind.REVERSE, 6, own=order, may_owe=True)
    assert (book.figures(), book.left()) == ((50, 4, 0, 0), [50, 4])


def test_a_reversal_takes_the_orders_own_lot_before_sooner_expiring_ones(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 4, 1))
    order = book.do(Kind.EARN, 10)
    book.do(Kind.REVERSE, 12, own=order, may_owe=True)
    assert book.left() == [8, 0]


def test_a_reversal_owes_or_stops_at_nothing(book: Book) -> None:
    order = book.do(Kind.EARN, 10)
    book.do(Kind.SPEND, 8)
    book.do(Kind.REVERSE, 10, own=order)
    assert book.figures() == (0, 0, 0, 0)
    book.do(Kind.REVERSE, 10, own=order, may_owe=True)
    assert book.figures() == (-10, 0, 0, 10)


def test_the_due_day_is_the_next_opening_or_the_day_after_a_last_day(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 6, 30))
    assert book.account.due_day == date(2025, 7, 1)
    book.do(Kind.PROMISE, 10, opens_on=date(2025, 3, 15))
    assert book.account.due_day == date(2025, 3, 15)
    book.do(Kind.EARN, 1, day=date(2025, 3, 15))
    assert book.account.due_day == date(2025, 7, 1)
    book.do(Kind.SPEND, 10)
    assert book.account.due_day is None


def test_what_comes_back_in_parts_returns_to_each_lot_once_the_last_taken_first(book: Book) -> None:
    book.do(Kind.EARN, 100, last_day=date(2025, 6, 30))
    book.do(Kind.EARN, 100, last_day=date(2025, 7, 31))
    spent = book.do(Kind.SPEND, 160)
    soon, late = ((lot.event_id, lot.line) for lot in book.lots)
    first = book.do(Kind.RESTORE, 80, of=(spent, 0))
    assert book.left() == [20, 100]
    book.do(Kind.SPEND, 60)
    assert book.left() == [0, 60]
    # The next comes in a transaction of its own, which reads what the spending took and what came back before.
    taken = {(spent, 0): {soon: 100, late: 60}, (first, 0): {soon: -20, late: -60}}
    book.purse = Purse(book.account, book.lots, taken, book.posted)
    book.do(Kind.RESTORE, 80, of=(spent, 0), after=((first, 0),))
    assert book.left() == [80, 60], "what the other spending took stays away"
