"""One owner's points of one unit in memory: an account and its lots, and everything the chart lets happen to them. Pure.

Keeps L4 to L6 and L8 (README). A purse that was loaded without lots can only gain; whatever takes, opens or gives back needs
them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from praemia.foundation.values import replace
from praemia.ledger.core.chart import COUNTS_FOR_LIFE, DRAINS_LOTS, GIVES_BACK, ISSUES_A_LOT
from praemia.ledger.errors import InsufficientPoints, NotReversible
from praemia.ledger.model import Account, Kind, Lot, Posted, Posting

_NEVER = date.max
_A_DAY = timedelta(days=1)
SETTLING = 1000  # lines from here on are transfers that settling added to an event

Taken = dict[tuple[UUID, int], int]  # lot -> quanta that a transfer took and has not got back


class Purse:
    """An account, its lots by name, and what earlier transfers took from which lot (for those that will give back)."""

    __slots__ = ("_knows_lots", "_lots", "_posted", "_settling", "_taken", "account")

    def __init__(
        self, account: Account, lots: list[Lot] | None, taken: dict[tuple[UUID, int], Taken], posted: Posted, *, settling: int = SETTLING
    ) -> None:
        self.account = account
        self._knows_lots = lots is not None
        self._lots = {(lot.event_id, lot.line): lot for lot in lots or ()}
        self._taken = taken
        self._posted = posted
        self._settling = settling

    def post(self, p: Posting) -> None:
        """Make one transfer; lots that are due are opened or expired first, and again when it brought some.

        Raises InsufficientPoints when a debit is not covered and may not owe.
        """
        self.settle(p)
        if p.kind is Kind.REVERSE:
            self._reverse(p)
        else:
            self._move(p)
        self.settle(p)
        if p.extend_to is not None:
            self.extend(p.extend_to, day=p.day)

    def settle(self, cause: Posting, *, opening_only: bool = False) -> None:
        """Open and expire (or only open) what is due on the day of `cause`, as further transfers of its event."""
        if not self._knows_lots or self.account.due_day is None or self.account.due_day > cause.day:
            return
        while due := [(lot, kind) for lot, kind in self._due(cause.day) if kind is Kind.OPEN or not opening_only]:
            lot, kind = min(due, key=_order_of_time)
            self._also(cause, kind, lot, lot.remaining)

    def extend(self, last_day: date, *, day: date) -> None:
        """Move every lot that would end before `last_day` to it; what is over by `day` stays over, settled or not."""
        for lot in self._lots.values():
            if lot.remaining and lot.last_day is not None and day <= lot.last_day < last_day:
                lot.last_day = last_day
                self._change(lot)
        self._note_what_lies()
        self._posted.accounts[self.account.owner_id, self.account.unit] = self.account

    def lots(self) -> list[Lot]:
        """The lots that hold something, the first to be spent first; pending ones after them."""

        def order(lot: Lot) -> tuple[date, date, datetime, UUID, int]:
            opens_on = (lot.opens_on or _NEVER) if lot.pending else date.min
            return opens_on, lot.last_day or _NEVER, lot.earned_at, lot.event_id, lot.line

        return sorted((lot for lot in self._lots.values() if lot.remaining), key=order)

    def _also(self, cause: Posting, kind: Kind, lot: Lot, amount: int) -> None:
        """One more transfer of the same event, about one lot."""
        name = (cause.owner_id, cause.event_id)
        line = self._settling + self._posted.settled.get(name, 0)
        self._posted.settled[name] = self._posted.settled.get(name, 0) + 1
        self._move(replace(cause, kind=kind, amount=amount, line=line, of=(lot.event_id, lot.line), last_day=None, opens_on=None, own=None))

    def _due(self, day: date) -> list[tuple[Lot, Kind]]:
        return [
            (lot, Kind.OPEN if lot.pending else Kind.EXPIRE)
            for lot in self._lots.values()
            if lot.remaining and (due := _due_day(lot)) is not None and due <= day
        ]

    def _move(self, p: Posting) -> None:
        issued = None
        if p.kind in ISSUES_A_LOT or (p.kind is Kind.RESTORE and p.of is None):
            issued = self._issue(p)
            self._note_new(issued)
        else:
            self._move_what_is_there(p)
            self._note_what_lies()
        self._posted.transfers.append(p)
        self._posted.issued.append(issued)
        self._posted.accounts[p.owner_id, p.unit] = self.account

    def _move_what_is_there(self, p: Posting) -> None:
        """What issues no lot works on those that are there."""
        if p.kind in DRAINS_LOTS:
            self._drain(p)
        elif p.kind in GIVES_BACK:
            self._give_back(p)
        elif p.kind is Kind.CAPTURE:
            self.account.held -= p.amount
        elif p.kind is Kind.OPEN:
            self._open(p)
        else:
            self._drop(p)

    def _reverse(self, p: Posting) -> None:
        """Take back what an event earned: its pending lots, its own, others; then a debt, or no more than there is."""
        left = p.amount
        for lot in [lot for lot in self._lots.values() if lot.pending and lot.remaining and lot.issued_by == p.own]:
            taken = min(lot.remaining, left)
            if taken:
                self._also(p, Kind.VOID, lot, taken)
                left -= taken
        if not p.may_owe:
            left = min(left, max(self.account.available, 0))
        if left:
            self._move(replace(p, amount=left))

    def _issue(self, p: Posting) -> Lot:
        pending = p.kind in (Kind.PROMISE, Kind.INHERIT)
        last_day = p.last_day
        if p.joins:
            last_day = max((lot.last_day for lot in self._lots.values() if lot.remaining and lot.last_day is not None), default=last_day)
        lot = Lot(
            owner_id=p.owner_id,
            event_id=p.event_id,
            line=p.line,
            unit=p.unit,
            amount=p.amount,
            remaining=p.amount,
            earned_at=p.earned_at or p.occurred_at,
            last_day=last_day,
            pending=pending,
            opens_on=p.opens_on if pending else None,
            origin=p.origin,
        )
        name = (p.event_id, p.line)
        self._lots[name] = lot
        if pending:
            self.account.pending += p.amount
        else:
            self._become_available(p, {name: p.amount})
        if p.kind in COUNTS_FOR_LIFE:
            self.account.lifetime += p.amount
        return lot

    def _drain(self, p: Posting) -> None:
        account = self.account
        usable = max(account.available, 0)
        if p.amount > usable and not p.may_owe:
            raise InsufficientPoints(asked=p.amount, available=usable)
        left = p.amount
        for lot in sorted(self._usable(), key=lambda lot: _order_of_use(lot, p)):
            taken = min(lot.remaining, left)
            if not taken:
                break
            self._take(p, lot, taken)
            left -= taken
        account.debt += left
        account.available -= p.amount
        if p.kind is Kind.HOLD:
            account.held += p.amount

    def _give_back(self, p: Posting) -> None:
        """Back into the lots it came from, the last taken first; what was away may have got another last day there.

        Raises NotReversible for more than is still taken.
        """
        assert p.of is not None
        taken, left = self._still_taken(p), p.amount
        back: Taken = {}
        for name in reversed(list(taken)):
            lot = self._lots[name]
            back[name] = max(min(taken[name], left, lot.amount - lot.remaining), 0)
            left -= back[name]
        if left:
            raise NotReversible(event=str(p.of[0]))
        if p.kind is Kind.RELEASE:
            self.account.held -= p.amount
        for name, amount in back.items():
            if amount:
                taken[name] -= amount
                lot = self._lots[name]
                lot.remaining += amount
                lot.last_day = lot.last_day if p.last_day is None else p.last_day
                self._change(lot)
                self._allocate(p, name, -amount)
        if p.kind is Kind.RESUME:
            self.account.pending += p.amount
        else:
            self._become_available(p, back)

    def _still_taken(self, p: Posting) -> Taken:
        """What the transfer took and has not got back. What came back and paid a debt on the way counts as still away: the lot has room."""
        assert p.of is not None
        taken = self._taken.get(p.of, {})
        for before in p.after:
            for name, amount in self._taken.pop(before, {}).items():  # below zero: given back
                taken[name] = taken.get(name, 0) + amount
        return taken

    def _open(self, p: Posting) -> None:
        assert p.of is not None
        lot = self._lots[p.of]
        lot.pending = False
        if p.last_day is not None:
            lot.last_day = p.last_day
        self._change(lot)
        self.account.pending -= p.amount
        self._become_available(p, {p.of: p.amount})

    def _drop(self, p: Posting) -> None:
        """Void or cede a pending lot or expire an open one, wholly or in part."""
        assert p.of is not None
        waiting = p.kind in (Kind.VOID, Kind.CEDE)
        lot = self._lots.get(p.of)
        if lot is None or lot.remaining < p.amount or lot.pending is not waiting:
            raise NotReversible(event=str(p.of[0]))
        self._take(p, lot, p.amount)
        if waiting:
            self.account.pending -= p.amount
        else:
            self.account.available -= p.amount

    def _become_available(self, p: Posting, lots: Taken) -> None:
        """Points arrive in lots: a debt is paid from them first."""
        account = self.account
        for name, amount in lots.items():
            account.available += amount
            if account.debt and amount:
                paid = min(account.debt, amount)
                self._take(p, self._lots[name], paid)
                account.debt -= paid

    def _take(self, p: Posting, lot: Lot, amount: int) -> None:
        lot.remaining -= amount
        self._change(lot)
        self._allocate(p, (lot.event_id, lot.line), amount)
        if p.kind in DRAINS_LOTS:
            taken = self._taken.setdefault((p.event_id, p.line), {})
            taken[lot.event_id, lot.line] = taken.get((lot.event_id, lot.line), 0) + amount

    def _allocate(self, p: Posting, lot: tuple[UUID, int], amount: int) -> None:
        key = (p.owner_id, p.event_id, p.line, *lot)
        self._posted.allocations[key] = self._posted.allocations.get(key, 0) + amount

    def _change(self, lot: Lot) -> None:
        self._posted.changed[lot.owner_id, lot.event_id, lot.line] = lot

    def _usable(self) -> list[Lot]:
        return [lot for lot in self._lots.values() if lot.remaining and not lot.pending]

    def _note_what_lies(self) -> None:
        """Note on the account when the next lot opens or has expired, and where those that hold something begin."""
        lying = [lot for lot in self._lots.values() if lot.remaining]
        days = [due for lot in lying if (due := _due_day(lot)) is not None]
        events = [lot.event_id for lot in lying]
        if not self._knows_lots:
            days += [self.account.due_day] if self.account.due_day is not None else []
            events += [self.account.lots_from] if self.account.lots_from is not None else []
        self.account.due_day = min(days, default=None)
        self.account.lots_from = min(events, default=None)

    def _note_new(self, new: Lot) -> None:
        """The same when nothing but a new lot came: day and event can only be sooner."""
        if not new.remaining:
            return
        account, due = self.account, _due_day(new)
        if due is not None:
            account.due_day = min(due, account.due_day or due)
        account.lots_from = min(new.event_id, account.lots_from or new.event_id)


def _due_day(lot: Lot) -> date | None:
    """The local day on which something happens to the lot by itself."""
    if lot.pending:
        return lot.opens_on
    return None if lot.last_day is None else lot.last_day + _A_DAY


def _order_of_time(due: tuple[Lot, Kind]) -> tuple[date, bool, datetime, UUID, int]:
    """Day by day; on one day what opens comes before what has expired."""
    lot, kind = due
    return (_due_day(lot) or _NEVER, kind is not Kind.OPEN, lot.earned_at, lot.event_id, lot.line)


def _order_of_use(lot: Lot, p: Posting) -> tuple[bool, bool, date, datetime, UUID, int]:
    """A lot that is named first; a reversal's own lots first; then the soonest expiring, then the oldest; lots that never expire last."""
    expiry = _NEVER if p.oldest_first or lot.last_day is None else lot.last_day
    return ((lot.event_id, lot.line) != p.of, lot.issued_by != p.own, expiry, lot.earned_at, lot.event_id, lot.line)
