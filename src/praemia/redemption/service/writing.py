"""The second half of every deed: what was decided is posted, handed over and written down, for a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia import catalogue, journal, ledger
from praemia.catalogue import Stock
from praemia.foundation import jobs
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of
from praemia.foundation.jobs import NewJob
from praemia.foundation.values import Sheet, field
from praemia.members import Member
from praemia.redemption import store
from praemia.redemption.core.promises import hands_over
from praemia.redemption.model import CAPTURE, REDEMPTION, USE, Done, Redemption
from praemia.redemption.service.giving import give
from praemia.redemption.service.reading import shown
from praemia.redemption.service.scene import Accounts, Claim, Scene, balances_of, event_from, extended_days
from praemia.redemption.service.tiers import follow, follows_balance

_EXTENDS = frozenset({REDEMPTION, CAPTURE})


class Change(Sheet):
    """What a deed makes of a redemption, decided under the locks of `member`'s accounts and of the redemption, and not yet written.

    `redemption` is as it will be; `gives` says that what was promised is handed over. `verdict` is what the event keeps besides the
    balances afterwards, `inputs` what was sent, `claim` the key that it uses up.
    """

    scene: Scene
    kind: str
    inputs: Mapping[str, Any]
    claim: Claim | None
    member: Member
    event_id: UUID
    redemption: Redemption
    verdict: Mapping[str, Any]
    postings: Sequence[ledger.Posting] = ()
    counters: Mapping[journal.OwnedCounter, tuple[int, datetime]] = field(default_factory=dict)
    jobs: Sequence[NewJob] = ()
    gives: bool = False
    spent: int = 0
    returned: int = 0


async def write(tx: Tx, changes: Sequence[Change], accounts: Accounts, stocks: Iterable[Stock]) -> list[Done]:
    """Write changes, each of another member, and answer them. Raises Contended when another request was first with a key.

    One round trip, unless something follows from the postings that reads them.
    """
    async with tx.together():
        await ledger.post(tx, [posting for change in changes for posting in change.postings], accounts)
        await journal.spend_counters(tx, {key: used for change in changes for key, used in change.counters.items()})
        for stock in stocks:
            await catalogue.write_stock(tx, stock)
        further = any(_goes_further(change, accounts) for change in changes)
        after = {} if further else await _write_rows(tx, changes, accounts)
    if further:
        await _go_further(tx, changes, accounts)
        async with tx.together():
            after = await _write_rows(tx, changes, accounts)
    return [await _answer(tx, change, after[change.member.member_id]) for change in changes]


def _goes_further(change: Change, accounts: Accounts) -> bool:
    """Whether something is handed over, or follows from the points that went."""
    return (
        (change.gives and hands_over(change.redemption.terms))
        or (change.kind != USE and follows_balance(change.scene))
        or (change.kind in _EXTENDS and bool(extended_days(change.scene, change.member.member_id, accounts)))
    )


async def _go_further(tx: Tx, changes: Sequence[Change], accounts: Accounts) -> None:
    """What was promised is given, and tiers follow the points; both read what was posted."""
    await _extend(tx, changes, accounts)
    for change in changes:
        if change.gives:
            change.redemption = await give(tx, change.scene, change.redemption, accounts, event_id=change.event_id)
        if change.kind != USE:
            await follow(tx, change.scene, change.member, accounts, event_id=change.event_id)


async def _extend(tx: Tx, changes: Sequence[Change], accounts: Accounts) -> None:
    """Redeeming may move the last day of every open lot."""
    days: dict[date, dict[ledger.AccountKey, date]] = {}
    for change in changes:
        if change.kind in _EXTENDS:
            days.setdefault(change.scene.day, {}).update(extended_days(change.scene, change.member.member_id, accounts))
    for day, moved in days.items():
        if moved:
            await ledger.extend(tx, moved, accounts, day=day)


async def _after(tx: Tx, changes: Sequence[Change], accounts: Accounts) -> dict[UUID, dict[str, int]]:
    found: dict[UUID, dict[str, int]] = {}
    for scene in {change.scene.program_id: change.scene for change in changes}.values():
        ours = [change.member.member_id for change in changes if change.scene.program_id == scene.program_id]
        found |= await balances_of(tx, scene, ours, accounts)
    return found


async def _write_rows(tx: Tx, changes: Sequence[Change], accounts: Accounts) -> dict[UUID, dict[str, int]]:
    """Redemptions, keys, events and jobs; answers the balances afterwards, which the events keep."""
    after = await _after(tx, changes, accounts)
    new = [change.redemption for change in changes if change.kind == REDEMPTION]
    old = [change.redemption for change in changes if change.kind != REDEMPTION]
    if new:
        await store.insert_redemptions(tx, new)
    if old:
        await store.write_redemptions(tx, old)
    await journal.claim_keys(tx, [(*change.claim, change.event_id) for change in changes if change.claim])
    events = [
        event_from(
            change.scene,
            change.kind,
            change.event_id,
            change.redemption.member_id,
            change.inputs,
            {**change.verdict, "after": after[change.member.member_id]},
        )
        for change in changes
    ]
    await journal.insert_events(tx, events, [bucket_of(event.event_id) for event in events])
    await jobs.enqueue(tx, [job for change in changes for job in change.jobs])
    return after


async def _answer(tx: Tx, change: Change, after: Mapping[str, int]) -> Done:
    return await shown(
        tx,
        change.redemption,
        change.event_id,
        change.kind,
        change.member.reference,
        change.scene.at,
        spent=change.spent,
        returned=change.returned,
        after=after,
    )
