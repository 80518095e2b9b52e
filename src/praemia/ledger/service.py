"""The ledger's verbs. Callers lock first, post in batches, and never write an entry themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from uuid import UUID

from praemia.foundation.db import Contended, Tx
from praemia.foundation.ids import BUCKETS, bucket_of
from praemia.foundation.values import replace
from praemia.ledger import store
from praemia.ledger.core.chart import GIVES_BACK, NEEDS_NO_LOTS
from praemia.ledger.core.purse import SETTLING, Purse, Taken
from praemia.ledger.core.succession import handing_over
from praemia.ledger.model import (
    Account,
    AccountKey,
    Balance,
    Discrepancy,
    Expired,
    Kind,
    Lot,
    Movement,
    Piece,
    Posted,
    Posting,
    Statement,
    StatementLine,
    TransferKey,
    Use,
)

_BUCKETS_A_STEP = 64


async def open_accounts(tx: Tx, accounts: Sequence[tuple[UUID, int, int]]) -> None:
    """Open accounts given as (owner, unit, program); harmless for those already open."""
    if accounts:
        await store.open_accounts(tx, sorted(set(accounts)))


async def lock_accounts(tx: Tx, owners: Iterable[UUID], *, handed_over: bool = False) -> dict[AccountKey, Account]:
    """Lock every account of the owners until the transaction ends, and read them.

    This lock is what serialises all verbs that touch an owner: counters and lots are read and written under it. Raises Contended
    when somebody else took an account over (a merge, since the owner was looked up): a fresh look finds who. `handed_over` locks
    such accounts too.
    """
    accounts = await store.lock_accounts(tx, owners)
    if not handed_over and any(account.successor_id is not None for account in accounts.values()):
        raise Contended
    return accounts


async def lock_owners(tx: Tx, owners: Iterable[UUID]) -> set[UUID]:
    """Lock every account of the owners without reading them; answers who owes. Raises Contended as `lock_accounts` does."""
    special = await store.lock_owners(tx, list(owners))
    if any(special.values()):
        raise Contended
    return set(special)


async def post(tx: Tx, postings: Sequence[Posting], accounts: dict[AccountKey, Account]) -> list[Posting]:
    """Make the transfers of a batch, in order, for accounts locked by this transaction; answers all that were made.

    `accounts` is what `lock_accounts` answered; it holds the new balances afterwards. An account that is missing is
    opened. Lots that are due are opened and expired on the way, as transfers of the same events. A reversal takes its
    event's pending lots, its own, others, and then owes or stops, so it may make several transfers or none.
    Raises InsufficientPoints for a debit that is not covered, NotReversible for what is not there; then the
    transaction must be given up.
    """
    if not postings:
        return []
    keys = [(p.owner_id, p.unit) for p in postings]
    missing = {key: p.program_id for key, p in zip(keys, postings, strict=True) if key not in accounts}
    if missing:
        await open_accounts(tx, [(owner, unit, program) for (owner, unit), program in missing.items()])
        accounts |= {k: a for k, a in (await store.lock_accounts(tx, {o for o, _ in missing})).items() if k in missing}
    posted = Posted()
    purses = await _purses(tx, postings, keys, accounts, posted)
    for key, p in zip(keys, postings, strict=True):
        purses[key].post(p)
    await store.write(tx, posted)
    return posted.transfers


async def _purses(
    tx: Tx, postings: Sequence[Posting], keys: Sequence[AccountKey], accounts: dict[AccountKey, Account], posted: Posted
) -> dict[AccountKey, Purse]:
    """The purses of a batch, whose postings go to the accounts of `keys`; lots are read only where something may take, open or give
    back."""
    undone = sorted({(p.owner_id, *name) for p in postings if p.kind in GIVES_BACK and p.of is not None for name in (p.of, *p.after)})
    taken = await store.taken_by(tx, undone) if undone else {}
    named = {(owner, *lot) for (owner, _, _), lots in taken.items() for lot in lots}
    wanted = {key for key, p in zip(keys, postings, strict=True) if _needs_lots(p, accounts[key])}
    lots = await store.lots_of(tx, sorted(wanted), sorted(named)) if wanted else {}
    by_owner: dict[UUID, dict[tuple[UUID, int], Taken]] = {}
    for (owner, event, line), found in taken.items():
        by_owner.setdefault(owner, {})[event, line] = found
    return {key: Purse(accounts[key], lots.get(key, []) if key in wanted else None, by_owner.get(key[0], {}), posted) for key in set(keys)}


def _needs_lots(p: Posting, account: Account) -> bool:
    if p.kind not in NEEDS_NO_LOTS or p.joins or p.extend_to is not None or (account.due_day is not None and account.due_day <= p.day):
        return True
    return (p.opens_on is not None and p.opens_on <= p.day) or (p.last_day is not None and p.last_day < p.day)


async def settle(tx: Tx, causes: Sequence[Posting], accounts: dict[AccountKey, Account], *, opening_only: bool = False) -> list[Posting]:
    """Open and expire (or only open) what is due for locked accounts; answers the transfers.

    A cause stands for its owner and every unit: of it the event, day and instants count, and the owner's transfers are numbered from
    its line on. One event may settle many owners of its bucket. A second call finds nothing to do.
    """
    by_owner = {cause.owner_id: cause for cause in causes}
    due = {
        key: (account, cause)
        for key, account in accounts.items()
        if (cause := by_owner.get(key[0])) and account.due_day is not None and account.due_day <= cause.day
    }
    if not due:
        return []
    posted = Posted()
    lots = await store.lots_of(tx, sorted(due), [])
    for (owner, unit), (account, cause) in sorted(due.items(), key=lambda one: one[0]):
        mine = replace(cause, unit=unit, program_id=account.program_id)
        Purse(account, lots.get((owner, unit), []), {}, posted, settling=cause.line).settle(mine, opening_only=opening_only)
    await store.write(tx, posted)
    return posted.transfers


async def settle_owners(
    tx: Tx, owners: Sequence[UUID], events: Mapping[int, UUID], cause: Posting, *, opening_only: bool = False
) -> set[UUID]:
    """Lock all accounts of the owners and settle them as `settle` does, each by the event of their bucket; answers the events that
    something was posted for. Of `cause` only the day and the instants count.

    PostgreSQL does it alone for whoever owes nothing, the purse for the others: what opens pays a debt first. Raises Contended.
    """
    owing = await lock_owners(tx, owners)
    used = await store.settle_plain(tx, [o for o in owners if o not in owing], events, cause, opening_only=opening_only)
    if owing:
        causes = [replace(cause, owner_id=owner, event_id=events[bucket_of(owner)], line=0) for owner in sorted(owing)]
        used |= {p.event_id for p in await settle(tx, causes, await lock_accounts(tx, owing), opening_only=opening_only)}
    return used


async def extend(tx: Tx, last_days: Mapping[AccountKey, date], accounts: dict[AccountKey, Account], *, day: date) -> None:
    """Let every lot of locked accounts that would end before its account's last day end on that day. Later ones are left alone, and
    so is what is over by the local `day`, settled or not."""
    posted = Posted()
    lots = await store.lots_of(tx, sorted(last_days), [])
    for key, last_day in last_days.items():
        Purse(accounts[key], lots.get(key, []), {}, posted).extend(last_day, day=day)
    await store.write(tx, posted)


async def hand_over(tx: Tx, cause: Posting, heir: UUID, accounts: dict[AccountKey, Account]) -> list[Posting]:
    """Move everything that the owner of `cause` can use, is promised or owes to the heir, both locked; answers the transfers, numbered
    from the line of `cause` for both. Lots keep their dates and the event that issued them; what is held stays."""
    posted, lines = Posted(), count(cause.line)
    giving = sorted(key for key in accounts if key[0] == cause.owner_id)
    await open_accounts(tx, [(heir, unit, accounts[owner, unit].program_id) for owner, unit in giving if (heir, unit) not in accounts])
    accounts |= {k: a for k, a in (await store.lock_accounts(tx, [heir])).items() if k not in accounts}
    lots = await store.lots_of(tx, [*giving, *((heir, unit) for _, unit in giving)], [])
    purses = {key: Purse(accounts[key], lots.get(key, []), {}, posted) for key in giving}
    # Numbered apart, so that one statement can show both owners' transfers of the event.
    purses |= {
        (heir, unit): Purse(accounts[heir, unit], lots.get((heir, unit), []), {}, posted, settling=2 * SETTLING) for _, unit in giving
    }
    for key in giving:
        purses[key].settle(replace(cause, owner_id=key[0], unit=key[1], program_id=accounts[key].program_id))
        for p in list(handing_over(accounts[key], purses[key].lots(), heir, cause, lines)):  # before any of it happens
            purses[p.owner_id, p.unit].post(p)
    await store.write(tx, posted)
    return posted.transfers


async def name_successor(tx: Tx, owner_id: UUID, heir: UUID | None) -> None:
    """Note on locked accounts who took them over; None: nobody any more."""
    await store.name_successor(tx, owner_id, heir)


async def balances_of(tx: Tx, owner_id: UUID, *, day: date | None = None, as_of: datetime | None = None) -> list[Balance]:
    """What an owner holds, by unit: on the programme's local `day` (what is due by then is opened or expired in the
    figures, posted or not), or as the entries stood at an instant of programme time."""
    if as_of is not None:
        return await store.balances_as_of(tx, owner_id, as_of)
    return (await balances_on(tx, [owner_id], day or date.min))[owner_id]


async def balances_on(tx: Tx, owners: Sequence[UUID], day: date) -> dict[UUID, list[Balance]]:
    """The same for many owners at once, on one local day."""
    found: dict[UUID, list[Balance]] = {owner: [] for owner in owners}
    for (owner, _), balance in (await standing(tx, await store.accounts_of(tx, owners), day)).items():
        found[owner].append(balance)
    return found


async def joint_balances_of(tx: Tx, owners: Sequence[UUID], *, day: date | None = None, as_of: datetime | None = None) -> list[Balance]:
    """The same, added up over the parts of one member."""
    return _added_up([one for owner in owners for one in await balances_of(tx, owner, day=day, as_of=as_of)])


async def standing(tx: Tx, accounts: Mapping[AccountKey, Account], day: date) -> dict[AccountKey, Balance]:
    """The figures of accounts on a local day, with what is due by then opened or expired, without posting it."""
    due = [key for key, a in accounts.items() if a.due_day is not None and a.due_day <= day]
    lots = await store.lots_of(tx, due, []) if due else {}
    looks = dict(accounts)
    for key in due:
        looks[key] = replace(accounts[key])
        Purse(looks[key], lots.get(key, []), {}, Posted()).settle(_looking(looks[key], day))
    return {
        key: Balance(unit=a.unit, available=a.available, pending=a.pending, held=a.held, lifetime=a.lifetime) for key, a in looks.items()
    }


def _looking(account: Account, day: date) -> Posting:
    """A cause for settling in memory only."""
    instant = datetime.combine(day, datetime.min.time())
    return Posting(
        owner_id=account.owner_id,
        event_id=UUID(int=0),
        line=0,
        unit=account.unit,
        program_id=account.program_id,
        kind=Kind.EXPIRE,
        amount=0,
        day=day,
        occurred_at=instant,
        posted_at=instant,
    )


async def open_lots_of(tx: Tx, owner_id: UUID, unit: int) -> list[Lot]:
    """The lots of an account that still hold something, pending ones too."""
    return (await store.lots_of(tx, [(owner_id, unit)], [])).get((owner_id, unit), [])


async def lots_on(tx: Tx, owner_id: UUID, day: date) -> list[Lot]:
    """The lots of an owner on a local day, with what is due by then opened or expired, posted or not: by unit, the first to be
    spent first, pending ones after them."""
    accounts = await store.accounts_of(tx, [owner_id])
    lots = await store.lots_of(tx, sorted(accounts), [])
    found: list[Lot] = []
    for key, account in accounts.items():
        purse = Purse(account, lots.get(key, []), {}, Posted())
        purse.settle(_looking(account, day))
        found += purse.lots()
    return found


async def lots_issued_by(tx: Tx, names: Sequence[TransferKey]) -> dict[TransferKey, Lot]:
    """Lots by name (owner, event and line), also those that hold nothing any more."""
    found = await store.lots_of(tx, [], sorted(names)) if names else {}
    return {(lot.owner_id, lot.event_id, lot.line): lot for lots in found.values() for lot in lots}


async def pieces_of(tx: Tx, owner_id: UUID, event_id: UUID, line: int) -> list[Piece]:
    """What a transfer took from which lot, in the order of use."""
    taken = (await store.taken_by(tx, [(owner_id, event_id, line)])).get((owner_id, event_id, line), {})
    lots = await lots_issued_by(tx, [(owner_id, *name) for name in taken])
    return [
        Piece(amount=amount, last_day=lot.last_day, earned_at=lot.earned_at, origin=lot.issued_by)
        for (event, number), amount in taken.items()
        for lot in [lots[owner_id, event, number]]
    ]


async def uses_of(tx: Tx, owner_id: UUID, event_id: UUID) -> list[Use]:
    """What was taken from the lots that an event issued to an owner, by which transfer; below zero: given back."""
    return await store.uses(tx, owner_id, event_id)


async def expired_of(tx: Tx, owner_id: UUID, unit: int, *, since: date) -> list[Expired]:
    """What expired of an account's lots whose last day was `since` or later, in the order in which it was posted."""
    return await store.expired(tx, owner_id, unit, since=since)


async def due_owners(
    tx: Tx, program_id: int, day: date, *, buckets: tuple[int, int], after: UUID | None = None, waiting: bool = False, limit: int
) -> list[UUID]:
    """Owners in a range of buckets with a lot that opens or has expired by `day` (`waiting`: who have pending points at all), in
    the order of locks, after the given one. Costs a look per bucket, and nothing for owners without anything due."""
    return await store.due_owners(tx, program_id, day, buckets=buckets, after=after, waiting=waiting, limit=limit)


async def owners_holding(
    tx: Tx, program_id: int, least: Mapping[int, int], *, buckets: tuple[int, int], after: UUID | None = None, limit: int
) -> list[UUID]:
    """Owners in a range of buckets whose balance reaches so many quanta of one of the units (unit -> least), as it was posted, in
    the order of locks, after the given one. Looks at every account of the buckets."""
    return await store.owners_holding(tx, program_id, least, buckets=buckets, after=after, limit=limit)


async def next_due(tx: Tx, program_id: int) -> date | None:
    """The first local day on which a lot of anybody opens or has expired."""
    return await store.next_due(tx, program_id)


async def history_of(tx: Tx, owner_id: UUID, *, before: tuple[UUID, int] | None = None, page: int = 50) -> list[Movement]:
    """A page of an owner's transfers, newest first, after the one given by `before`."""
    return await store.movements(tx, owner_id, before=before, page=page)


async def histories_of(tx: Tx, owners: Sequence[UUID], *, before: tuple[UUID, int] | None = None, page: int = 50) -> list[Movement]:
    """The same over several owners whose transfers of one event are numbered apart."""
    found = [movement for owner in owners for movement in await store.movements(tx, owner, before=before, page=page)]
    return sorted(found, key=lambda m: (m.event_id, m.line), reverse=True)[:page]


async def statement_of(
    tx: Tx, owner_id: UUID, *, since: datetime | None, until: datetime, after: tuple[datetime, UUID, int] | None = None, page: int = 200
) -> Statement:
    """A page of the statement of a period (since, until] of posted time; `since` None: from the beginning. Periods that meet join without
    a gap: the opening of one is the closing of the other, and both are what `balances_of` answers as of that instant.
    """
    return await statements_of(tx, [owner_id], since=since, until=until, after=after, page=page)


async def statements_of(
    tx: Tx,
    owners: Sequence[UUID],
    *,
    since: datetime | None,
    until: datetime,
    after: tuple[datetime, UUID, int] | None = None,
    page: int = 200,
) -> Statement:
    """The same as one account of several owners, the parts of one member: what passed between them comes to nothing."""
    opening = {b.unit: b for b in await joint_balances_of(tx, owners, as_of=since)} if since is not None else {}
    closing = {b.unit: b for b in await joint_balances_of(tx, owners, as_of=until)}
    found = await store.statement(tx, owners, since, until, after=after, page=page + 1)
    lines = []
    for movement, (available, pending, held) in found[:page]:
        before = opening.get(movement.unit, Balance(unit=movement.unit, available=0))
        lines.append(
            StatementLine(
                movement=movement, available=before.available + available, pending=before.pending + pending, held=before.held + held
            )
        )
    return Statement(opening=opening, lines=lines, closing=closing, has_more=len(found) > page)


async def transfers_of(tx: Tx, owner_id: UUID, event_id: UUID) -> list[Movement]:
    """The transfers one event caused."""
    return await store.transfers_of(tx, owner_id, event_id)


async def trial_balance(tx: Tx, program_id: int) -> list[tuple[int, str, int, int]]:
    """Quanta by unit and account role over the whole programme; the roles of a unit sum to zero."""
    return await store.totals(tx, program_id)


async def verify(tx: Tx) -> AsyncIterator[tuple[int, list[Discrepancy]]]:
    """Re-derive every balance and lot of the tenant from the transfers, a range of buckets at a time.

    Yields (buckets done, discrepancies of this step); rows are named with what is stored and what the entries say.
    """
    for first in range(0, BUCKETS, _BUCKETS_A_STEP):
        last = first + _BUCKETS_A_STEP - 1
        yield last + 1, await store.discrepancies(tx, first, last)
    yield BUCKETS, await store.unmatched(tx)


def _added_up(balances: Iterable[Balance]) -> list[Balance]:
    sums: dict[int, Balance] = {}
    for one in balances:
        had = sums.get(one.unit, Balance(unit=one.unit, available=0))
        sums[one.unit] = Balance(
            unit=one.unit,
            available=had.available + one.available,
            pending=had.pending + one.pending,
            held=had.held + one.held,
            lifetime=had.lifetime + one.lifetime,
        )
    return [sums[unit] for unit in sorted(sums)]
