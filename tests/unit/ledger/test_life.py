"""What time does to a purse: what opens before anything expires, what is put off, what joins the rest."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from praemia.foundation.values import replace
from praemia.ledger.core.purse import SETTLING, Purse
from praemia.ledger.model import Account, Kind, Lot, Posted
from tests.unit.ledger.book import OWNER, START, TODAY, Book

NIGHT = date(2025, 3, 15)


@pytest.fixture
def book() -> Book:
    return Book()


def test_what_opens_at_night_opens_before_anything_expires(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=NIGHT - timedelta(days=1))
    book.do(Kind.PROMISE, 20, opens_on=NIGHT)
    book.purse.settle(book.cause(NIGHT), opening_only=True)
    assert (book.figures(), book.account.due_day) == ((30, 0, 0, 0), NIGHT)
    book.check()
    book.purse.settle(book.cause(NIGHT))
    assert (book.figures(), book.left()) == ((20, 0, 0, 0), [0, 20])
    book.check()


def test_settling_twice_changes_nothing(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=NIGHT - timedelta(days=1))
    book.do(Kind.PROMISE, 20, opens_on=NIGHT, last_day=NIGHT)
    for _ in range(2):
        book.purse.settle(book.cause(NIGHT + timedelta(days=1)))
    assert [t.kind for t in book.posted.transfers] == [Kind.EARN, Kind.PROMISE, Kind.OPEN, Kind.EXPIRE, Kind.EXPIRE]


def test_the_transfers_of_two_units_that_one_event_settles_have_lines_of_their_own() -> None:
    posted = Posted()
    for unit in (0, 1):
        lot = Lot(
            owner_id=OWNER, event_id=UUID(int=unit + 1), line=0, unit=unit, amount=5, remaining=5, earned_at=START, last_day=TODAY
        )  # fmt: skip
        account = Account(owner_id=OWNER, unit=unit, program_id=1, available=5, lifetime=5, due_day=TODAY + timedelta(days=1))
        Purse(account, [lot], {}, posted).settle(replace(Book().cause(NIGHT), unit=unit))
    assert [(t.unit, t.line) for t in posted.transfers] == [(0, SETTLING), (1, SETTLING + 1)]


def test_extending_moves_every_lot_that_would_end_sooner_and_no_other(book: Book) -> None:
    for last in (date(2025, 4, 1), date(2025, 8, 1), None):
        book.do(Kind.EARN, 10, last_day=last)
    book.do(Kind.PROMISE, 10, opens_on=NIGHT, last_day=date(2025, 5, 1))
    book.do(Kind.SPEND, 1, extend_to=date(2025, 6, 1))
    assert [lot.last_day for lot in book.lots] == [date(2025, 6, 1), date(2025, 8, 1), None, date(2025, 6, 1)]
    assert book.account.due_day == NIGHT


def test_lots_begin_with_the_first_that_holds_something(book: Book) -> None:
    first, second = book.do(Kind.EARN, 10), book.do(Kind.EARN, 5)
    assert book.account.lots_from == first
    spent = book.do(Kind.SPEND, 12)
    assert book.account.lots_from == second
    book.do(Kind.RESTORE, 12, of=(spent, 0))
    assert book.account.lots_from == first
    book.do(Kind.SPEND, 15)
    assert book.account.lots_from is None


def test_what_is_gone_is_not_put_off(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 3, 2))
    book.do(Kind.EARN, 5, last_day=date(2025, 6, 1), day=NIGHT, extend_to=date(2025, 6, 1))
    assert (book.figures()[0], [lot.last_day for lot in book.lots]) == (5, [date(2025, 3, 2), date(2025, 6, 1)])


def test_what_joins_ends_with_the_last_of_what_is_there(book: Book) -> None:
    book.do(Kind.EARN, 10, last_day=date(2025, 9, 1), joins=True)
    book.do(Kind.EARN, 10, last_day=date(2025, 12, 1), joins=True)
    assert [lot.last_day for lot in book.lots] == [date(2025, 9, 1), date(2025, 9, 1)]
    book.do(Kind.EARN, 10, last_day=date(2026, 3, 1), joins=True, day=date(2025, 9, 2))
    assert (book.figures()[0], book.lots[2].last_day) == (10, date(2026, 3, 1))


def test_lots_are_listed_in_the_order_in_which_they_go(book: Book) -> None:
    book.do(Kind.PROMISE, 1)
    book.do(Kind.PROMISE, 2, opens_on=NIGHT)
    book.do(Kind.EARN, 3)
    book.do(Kind.EARN, 4, last_day=date(2025, 9, 1))
    book.do(Kind.EARN, 5, last_day=date(2025, 4, 1))
    assert [lot.amount for lot in book.purse.lots()] == [5, 4, 3, 2, 1]
