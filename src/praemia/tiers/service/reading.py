"""Questions about tiers: what somebody holds, what is missing to the next, how it came about; and the proof of it all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from praemia import ledger
from praemia.foundation.db import Tx
from praemia.ledger import Discrepancy
from praemia.members import Member
from praemia.programs import OpenProgram
from praemia.rules import Tiers
from praemia.tiers import store
from praemia.tiers.core import climbing
from praemia.tiers.core.figures import Figures, figures, missing
from praemia.tiers.core.foresight import is_near, next_fall, sure_until
from praemia.tiers.model import Book, Change, NextTier, View
from praemia.tiers.service.books import read_books
from praemia.tiers.service.following import ground_of


async def tier_of(tx: Tx, program: OpenProgram, member: Member, *, now: datetime) -> tuple[Tiers, View] | None:
    """A member's tier now, with the programme's tiers; None: the programme has none. Nights that are yet to be lived are lived in
    the answer. Locks nothing."""
    at = program.now(now)
    ground = await ground_of(tx, program, at)
    if ground is None:
        return None
    books = await read_books(tx, [ground.wanted(member.member_id, member.enrolled_at, at)])
    book = books[member.member_id]
    today = ground.day_of(at)
    held = {b.unit: b for b in await ledger.balances_of(tx, member.member_id, day=today)}
    balance = held.get(program.units[ground.policy.unit].number)
    if balance is not None:
        book.balance = balance.available + (balance.pending if ground.policy.count_pending else 0)
    climbing.catch_up(ground.policy, book, today)
    policy = ground.policy
    found = figures(policy, book, today)
    fall = next_fall(policy, book, book.state, today)
    return policy, View(
        state=book.state,
        day=today,
        until=sure_until(policy, book, book.state, fall),
        figures={measure.value: n for measure, n in found.items()},
        next_tier=_next_tier(policy, book, found),
        at_risk=fall if fall is not None and is_near(policy, fall, today) else None,
    )


async def changes_of(tx: Tx, member: Member, *, owners: Sequence[UUID] = (), page: int = 50) -> list[Change]:
    """How a member's tier came about, newest first. `owners`: all that became part of the member, where that is known."""
    parts = dict.fromkeys([member.member_id, *owners])
    found = [change for part in parts for change in await store.changes_of(tx, part, page)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:page]


async def discrepancies(tx: Tx, first_bucket: int, last_bucket: int) -> list[Discrepancy]:
    """T1: the sum of all days is the sum of the days. T2: a tier is what its last change made of it."""
    found = [
        Discrepancy(invariant="T1", bucket=r["bucket"], row=f"owner_id={r['owner_id']}", stored=r["stored"], derived=r["derived"])
        for r in await store.wrong_lifetimes(tx, first_bucket, last_bucket)
    ]
    return found + [
        Discrepancy(invariant="T2", bucket=r["bucket"], row=f"owner_id={r['owner_id']}", stored=r["stored"], derived=r["derived"])
        for r in await store.unexplained_tiers(tx, first_bucket, last_bucket)
    ]


def _next_tier(policy: Tiers, book: Book, found: Figures) -> NextTier | None:
    rank = policy.rank(book.state.tier) + 1
    return NextTier(tier=policy.levels[rank].id, missing=missing(policy, rank, found)) if rank < len(policy.levels) else None
