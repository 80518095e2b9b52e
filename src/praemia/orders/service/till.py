"""A till: a programme at the instant of an order, the version in force then, the member behind lock, and what prices look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia import journal, ledger, members, programs, tiers
from praemia.earning import PURCHASES, Command
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.journal import StoredEvent
from praemia.members import Member, MemberClosed
from praemia.orders.errors import NeedsMember
from praemia.programs import OpenProgram, Policies
from praemia.rules import CounterKey, Facts, Scope, Unit, Usage, extended_day
from praemia.tiers import Cause

REDEEM = "redeem"  # what a programme calls spending where it says which activity extends


@dataclass(slots=True, kw_only=True)
class Till:
    """`at` is when the order happens (it decides the version), `clock` the programme's time, `day` its local day of posting."""

    program: OpenProgram
    version: int
    policies: Policies
    at: datetime
    clock: datetime
    day: date
    now: datetime
    member: Member | None = None
    accounts: dict[ledger.AccountKey, ledger.Account] = field(default_factory=dict)
    tier: str | None = None
    used: dict[CounterKey, Usage] = field(default_factory=dict)

    @property
    def program_id(self) -> int:
        return self.program.program_id

    @property
    def happens_on(self) -> date:
        """The local day of the order."""
        return self.at.astimezone(self.policies.rules.earning.timezone).date()

    @property
    def owner(self) -> Member:
        """The member. Raises NeedsMember for a guest."""
        if self.member is None:
            raise NeedsMember()
        return self.member

    def unit(self, code: str) -> Unit:
        """What the version says about a unit."""
        return self.policies.rules.unit(code)

    def new_event(self, guest_bucket: int) -> UUID:
        """A new event's id: with the member's points, or in the given bucket for a guest."""
        return new_id(bucket_of(self.member.member_id) if self.member else guest_bucket)


async def open_till(tx: Tx, slug: str, *, member: str | None, at: datetime | None, now: datetime) -> Till:
    """The programme, and the member with their accounts locked. Raises ProgramUnknown, MemberUnknown, MemberClosed."""
    program = await programs.open_program(tx, slug)
    clock = program.now(now)
    version = program.version_at(at or clock)
    till = Till(
        program=program,
        version=version,
        policies=await programs.policies_of(tx, program, version),
        at=at or clock,
        clock=clock,
        day=await programs.local_day(tx, program, now),
        now=now,
    )
    if member is not None:
        till.member = await members.get_member(tx, program.program_id, member)
        if till.member.status != "active":
            raise MemberClosed(reference=member)
        till.accounts = await ledger.lock_accounts(tx, [till.member.member_id])
        if till.policies.prices.needs_tier:
            found = await tiers.tier_of(tx, program, till.member, now=now)
            till.tier = None if found is None else found[1].state.tier
    return till


async def facts_of(tx: Tx, till: Till, counters: Iterable[CounterKey]) -> Facts:
    """What prices may look at, with the counters behind lock: a member's under that of their accounts."""
    wanted = set(counters)
    till.used |= await journal.lock_program_counters(tx, till.program_id, [key for key in wanted if key.scope is Scope.PROGRAM])
    if till.member is None:
        return Facts(used=till.used)
    own = [(till.member.member_id, key) for key in {*wanted, PURCHASES} if key.scope is Scope.MEMBER]
    till.used |= {key: usage for (_, key), usage in (await journal.lock_counters(tx, own)).items()}
    attributes: Mapping[str, Any] = {}
    if till.policies.prices.needs_attributes:
        profile = (await members.profiles_of(tx, [till.member.member_id])).get(till.member.member_id)
        attributes = profile.attributes if profile else {}
    return Facts(
        reference=till.member.reference,
        tier=till.tier,
        segments=till.member.segments,
        attributes=attributes,
        purchases_before=till.used[PURCHASES].used if PURCHASES in till.used else 0,
        used=till.used,
    )


async def available(tx: Tx, till: Till) -> dict[str, int]:
    """What the member may spend now, by unit code; nothing for a guest."""
    standing = await ledger.standing(tx, till.accounts, till.day)
    codes = {unit.number: unit.code for unit in till.program.units.values()}
    return {codes[unit]: balance.available for (_, unit), balance in standing.items()}


async def count(tx: Tx, till: Till, increments: Mapping[CounterKey, int]) -> None:
    """Add to counters that are locked; a guest has none of their own."""
    owned = {}
    for key, more in increments.items():
        if key.scope is Scope.PROGRAM:
            owned[journal.counter_owner(tx, till.program_id, key), key] = (more, till.at)
        elif till.member is not None:
            owned[till.member.member_id, key] = (more, till.at)
    await journal.spend_counters(tx, owned)


async def move(tx: Tx, till: Till, postings: Sequence[ledger.Posting], event_id: UUID) -> None:
    """Post, let spending put off what the programme says it puts off, and let a tier follow that the balance makes."""
    if till.member is None or not postings:
        return
    await ledger.post(tx, postings, till.accounts)
    days = {
        (till.member.member_id, till.program.units[unit.code].number): moved
        for unit in till.policies.rules.earning.units
        if (moved := extended_day(unit.lots, REDEEM, till.happens_on)) is not None
    }
    spends = any(posting.kind in (ledger.Kind.SPEND, ledger.Kind.HOLD) for posting in postings)
    reached = {key: moved for key, moved in days.items() if key in till.accounts}
    if spends and reached:
        await ledger.extend(tx, reached, till.accounts, day=till.day)
    cause = Cause(at=till.clock, day=till.day, event=event_id)
    await tiers.follow_balance(tx, till.program, [till.member], till.accounts, cause=cause, now=till.now)


def posting(till: Till, kind: ledger.Kind, event_id: UUID, line: int, unit: str, amount: int) -> ledger.Posting:
    """A transfer of the member's points today."""
    known = {spoken.code: spoken for spoken in till.policies.rules.earning.units}
    return ledger.Posting(
        owner_id=till.owner.member_id,
        event_id=event_id,
        line=line,
        unit=till.program.units[unit].number,
        program_id=till.program_id,
        kind=kind,
        amount=amount,
        day=till.day,
        occurred_at=till.at,
        posted_at=till.clock,
        oldest_first=known[unit].lots.oldest_first if unit in known else False,
    )


async def write_event(tx: Tx, till: Till, kind: str, event_id: UUID, inputs: Mapping[str, Any], verdict: Mapping[str, Any]) -> StoredEvent:
    """Append an event around a purchase. Its awards, if any, are in the verdict."""
    awards: Mapping[str, int] = verdict.get("awards", {})
    event = StoredEvent(
        event_id=event_id,
        program_id=till.program_id,
        kind=kind,
        member_id=till.member.member_id if till.member else None,
        occurred_at=till.at,
        posted_at=till.clock,
        version=till.version,
        inputs=inputs,
        verdict={"awards": awards, "verdict": {"awards": awards, "outcomes": []}, **verdict},
    )
    await journal.insert_events(tx, [event], [bucket_of(event_id)])
    return event


def counted_to_json(increments: Mapping[CounterKey, int]) -> list[list[Any]]:
    """Increments of counters as an event keeps them."""
    return [[key.scope.value, key.counter, key.period.isoformat(), more] for key, more in increments.items()]


def counted_from_json(kept: Iterable[Sequence[Any]]) -> dict[CounterKey, int]:
    """The inverse."""
    return {
        CounterKey(scope=Scope(scope), counter=counter, period=date.fromisoformat(period)): more for scope, counter, period, more in kept
    }


def guest_bucket(tx: Tx, till: Till, command: Command) -> int:
    """Where the events of an order without a member are kept: with its first identity."""
    names = command.identities
    return journal.identity_of(tx, till.program_id, *names[0]).bucket if names else 0
