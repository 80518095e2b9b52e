"""Posting in memory: how a batch of transfers changes accounts and lots. Pure, in the order of the postings.

Keeps L5 and L6: credits pay debt first, debits take the soonest expiring lot, then the oldest, never-expiring last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from praemia.ledger.core.chart import GAINS
from praemia.ledger.errors import InsufficientPoints
from praemia.ledger.model import Account, AccountKey, Allocation, Lot, Posted, Posting

_NEVER = date.max


def post(postings: Sequence[Posting], accounts: dict[AccountKey, Account], lots: dict[AccountKey, list[Lot]]) -> Posted:
    """Apply the postings to `accounts` and `lots` (both are changed) and say what must be written.

    `lots` needs the open lots of every account that is debited. Refuses with InsufficientPoints before changing
    anything for a debit that neither the balance covers nor `may_owe` allows.
    """
    result = Posted()
    for p in postings:
        key = (p.owner_id, p.unit)
        account = accounts[key]
        if p.kind in GAINS:
            _gain(p, account, lots.setdefault(key, []), result)
        else:
            _give(p, account, lots.get(key, []), result)
        result.accounts[key] = account
    return result


def order_of_use(lot: Lot) -> tuple[date, object, object, int]:
    """Soonest expiring first, then oldest; lots that never expire last."""
    return (lot.last_day or _NEVER, lot.earned_at, lot.event_id, lot.line)


def _gain(p: Posting, account: Account, lots: list[Lot], result: Posted) -> None:
    paid = min(account.debt, p.amount)
    lot = Lot(
        owner_id=p.owner_id,
        event_id=p.event_id,
        line=p.line,
        unit=p.unit,
        amount=p.amount,
        remaining=p.amount - paid,
        earned_at=p.occurred_at,
        last_day=p.last_day,
    )
    if paid:
        result.allocations.append(_allocation(p, lot, paid))
    result.new_lots.append(lot)
    lots.append(lot)
    account.debt -= paid
    account.balance += p.amount
    account.lifetime += p.amount


def _give(p: Posting, account: Account, lots: list[Lot], result: Posted) -> None:
    available = max(account.balance, 0)
    if p.amount > available and not p.may_owe:
        raise InsufficientPoints(asked=p.amount, available=available)
    left = p.amount
    for lot in sorted(lots, key=order_of_use):
        taken = min(lot.remaining, left)
        if not taken:
            continue
        lot.remaining -= taken
        left -= taken
        result.allocations.append(_allocation(p, lot, taken))
        if not any(lot is new for new in result.new_lots):
            result.drained[(lot.event_id, lot.line)] = lot
        if not left:
            break
    account.debt += left
    account.balance -= p.amount


def _allocation(p: Posting, lot: Lot, amount: int) -> Allocation:
    return Allocation(owner_id=p.owner_id, event_id=p.event_id, line=p.line, lot_event_id=lot.event_id, lot_line=lot.line, amount=amount)
