"""The ledger's verbs. Callers lock first, post in batches, and never write an entry themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.ledger import store
from praemia.ledger.core import posting
from praemia.ledger.core.chart import GAINS
from praemia.ledger.model import Account, AccountKey, Balance, Discrepancy, Movement, Posting

_BUCKETS_A_STEP = 64


async def open_accounts(tx: Tx, accounts: Sequence[tuple[UUID, int, int]]) -> None:
    """Open accounts given as (owner, unit, program); harmless for those already open."""
    if accounts:
        await store.open_accounts(tx, sorted(set(accounts)))


async def lock_accounts(tx: Tx, owners: Iterable[UUID]) -> dict[AccountKey, Account]:
    """Lock every account of the owners until the transaction ends, and read them.

    This lock is what serialises all verbs that touch an owner: counters and lots are read and written under it.
    """
    return await store.lock_accounts(tx, owners)


async def post(tx: Tx, postings: Sequence[Posting], accounts: dict[AccountKey, Account]) -> None:
    """Make the transfers of a batch, in order, for accounts locked by this transaction.

    `accounts` is what `lock_accounts` answered; it holds the new balances afterwards. An account that is missing is
    opened. Raises InsufficientPoints for a debit the balance does not cover; then nothing of the batch is written.
    """
    if not postings:
        return
    missing = {(p.owner_id, p.unit): p.program_id for p in postings if (p.owner_id, p.unit) not in accounts}
    if missing:
        await open_accounts(tx, [(owner, unit, program) for (owner, unit), program in missing.items()])
        accounts |= {k: a for k, a in (await store.lock_accounts(tx, {o for o, _ in missing})).items() if k in missing}
    debited = sorted({(p.owner_id, p.unit) for p in postings if p.kind not in GAINS})
    lots = await store.open_lots(tx, debited) if debited else {}
    await store.write(tx, postings, posting.post(postings, accounts, lots))


async def balances_of(tx: Tx, owner_id: UUID, *, as_of: datetime | None = None) -> list[Balance]:
    """What an owner holds, by unit: now, or at an instant of programme time."""
    if as_of is None:
        return await store.balances(tx, owner_id)
    return await store.balances_as_of(tx, owner_id, as_of)


async def history_of(tx: Tx, owner_id: UUID, *, before: tuple[UUID, int] | None = None, page: int = 50) -> list[Movement]:
    """A page of an owner's transfers, newest first, after the one given by `before`."""
    return await store.movements(tx, owner_id, before=before, page=page)


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
