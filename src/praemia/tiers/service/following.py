"""What others do to a member's tier: points spent or expired, purchases returned, orders fulfilled, memberships merged.

The caller has locked the accounts of the members (`ledger.lock_accounts`) and hands them on; programmes without tiers cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from praemia import programs
from praemia.foundation.db import Tx
from praemia.members import Member
from praemia.programs import OpenProgram
from praemia.rules import Happening, Tiers
from praemia.tiers.core import climbing
from praemia.tiers.core.figures import qualifying
from praemia.tiers.model import Book, Cause, Counts
from praemia.tiers.service.books import Accounts, Wanted, read_books, write_books


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a tier is worked out: the programme, the version in force, its tiers and clock."""

    program: OpenProgram
    version: int
    policy: Tiers
    zone: ZoneInfo

    def wanted(self, owner_id: UUID, joined_at: datetime | None, since: datetime) -> Wanted:
        """A member's book by this version."""
        return Wanted(
            owner_id=owner_id,
            joined_at=joined_at,
            program_id=self.program.program_id,
            policy=self.policy,
            version=self.version,
            zone=self.zone,
            since=since,
        )

    def day_of(self, instant: datetime) -> date:
        """The programme's local day."""
        return instant.astimezone(self.zone).date()


async def ground_of(tx: Tx, program: OpenProgram, at: datetime) -> Ground | None:
    """The tiers in force at an instant; None: there are none."""
    version = program.version_at(at)
    policies = await programs.policies_of(tx, program, version)
    if policies.tiers is None:
        return None
    return Ground(program=program, version=version, policy=policies.tiers, zone=policies.rules.earning.timezone)


async def follow_balance(
    tx: Tx, program: OpenProgram, members: Sequence[Member], accounts: Accounts, *, cause: Cause, now: datetime, day: date | None = None
) -> None:
    """Let tiers follow what members hold now, where the balance decides; otherwise nothing. `day`: on which points are posted."""
    ground = await ground_of(tx, program, cause.at)
    if ground is None or not ground.policy.by_balance or not members:
        return
    books = await read_books(tx, [ground.wanted(m.member_id, m.enrolled_at, cause.at) for m in members])
    weigh(ground, books.values(), accounts)
    for book in books.values():
        climbing.look(ground.policy, book, cause)
    await write_books(tx, books.values(), {program.program_id: program}, accounts, day=day or cause.day, now=now)


async def follow_owners(
    tx: Tx, program: OpenProgram, owners: Sequence[UUID], accounts: Accounts, *, cause: Cause, now: datetime, day: date | None = None
) -> None:
    """The same for owners whose membership is not at hand: those who never had anything that counts stay where they are."""
    ground = await ground_of(tx, program, cause.at)
    if ground is None or not ground.policy.by_balance:
        return
    books = await read_books(tx, [ground.wanted(owner, None, cause.at) for owner in owners])
    weigh(ground, books.values(), accounts)
    for book in books.values():
        climbing.look(ground.policy, book, cause)
    await write_books(tx, books.values(), {program.program_id: program}, accounts, day=day or cause.day, now=now)


async def count_back(
    tx: Tx,
    program: OpenProgram,
    member: Member,
    accounts: Accounts,
    *,
    counts: Counts,
    purchase_id: UUID,
    purchased_at: datetime,
    cause: Cause,
    now: datetime,
) -> None:
    """Take back what a purchase counted for, or a part of it, on its own day. A tier falls only as the programme lets it fall."""
    ground = await ground_of(tx, program, cause.at)
    if ground is None:
        return
    books = await read_books(tx, [ground.wanted(member.member_id, member.enrolled_at, min(purchased_at, cause.at))])
    weigh(ground, books.values(), accounts)
    for book in books.values():
        climbing.count_back(ground.policy, book, counts, ground.day_of(purchased_at), cause, purchase_id)
    await write_books(tx, books.values(), {program.program_id: program}, accounts, day=cause.day, now=now)


async def counted_for(tx: Tx, program: OpenProgram, version: int, happening: Happening, awards: dict[str, int]) -> Counts:
    """What an event (or the part of it that was kept) counts for, by the tiers of a version: for whoever counts back."""
    policy = (await programs.policies_of(tx, program, version)).tiers
    return Counts() if policy is None else qualifying(policy, happening, awards)


async def count_opened(
    tx: Tx, program: OpenProgram, member: Member, accounts: Accounts, *, event_id: UUID, cause: Cause, now: datetime
) -> None:
    """The points of an event can be used now (its order was fulfilled), so they count."""
    ground = await ground_of(tx, program, cause.at)
    if ground is None:
        return
    books = await read_books(tx, [ground.wanted(member.member_id, member.enrolled_at, cause.at)])
    weigh(ground, books.values(), accounts)
    for book in books.values():
        if event_id in book.waiting:
            climbing.come(book, book.waiting[event_id])
        climbing.look(ground.policy, book, cause)
    await write_books(tx, books.values(), {program.program_id: program}, accounts, day=cause.day, now=now)


async def merge(
    tx: Tx, program: OpenProgram, keep: Member, drop: Member, accounts: Accounts, *, recompute: bool, cause: Cause, now: datetime
) -> None:
    """Two memberships become one: what both counted counts for `keep`, who has the higher tier, and a higher one if the sum reaches it.

    With `recompute` the sum alone decides.
    """
    ground = await ground_of(tx, program, cause.at)
    if ground is None:
        return
    books = await read_books(tx, [ground.wanted(m.member_id, m.enrolled_at, min(m.enrolled_at, cause.at)) for m in (keep, drop)])
    kept, dropped = books[keep.member_id], books[drop.member_id]
    weigh(ground, [kept], accounts)
    climbing.merge(ground.policy, kept, dropped, cause, recompute=recompute)
    await write_books(tx, [kept, dropped], {program.program_id: program}, accounts, day=cause.day, now=now)


def weigh(ground: Ground, books: Iterable[Book], accounts: Accounts) -> None:
    """Put into books what their members hold by now of the unit that counts."""
    number = ground.program.units[ground.policy.unit].number
    for book in books:
        account = accounts.get((book.owner_id, number))
        if account is not None:
            book.balance = account.available + (account.pending if ground.policy.count_pending else 0)
