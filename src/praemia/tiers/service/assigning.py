"""Tiers given by hand or by a reward, and what counted before the programme did: events like any other, with keys of their own."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from praemia import journal, ledger, members, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.ids import bucket_of
from praemia.members import Member, MemberClosed
from praemia.programs import OpenProgram
from praemia.tiers.core import climbing
from praemia.tiers.core.windows import ONE_DAY, months_later
from praemia.tiers.errors import NoTiers, TierUnknown, UntilPast
from praemia.tiers.model import Book, Cause, Counts, Mode
from praemia.tiers.service.books import Accounts, read_books, stored_event, write_books
from praemia.tiers.service.following import Ground, ground_of, weigh

ASSIGNMENT = "tier_assignment"  # the kinds of the two events
CREDIT = "tier_credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A tier for a member. None takes back what was assigned. `until` is its last day; FIXED and FLOOR may go on for ever."""

    member: str
    tier: str | None
    mode: Mode = Mode.FLOOR
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What counts for a tier and happened elsewhere: before the programme began, in another system. Below zero: a correction.

    Without `greet` nobody is welcomed to a tier that it leads to: they are there already.
    """

    member: str
    day: date
    counts: Counts = field(default_factory=Counts)
    reason: str = ""
    greet: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The event an assignment or a credit became; `replayed`: it was recorded before."""

    event_id: UUID
    replayed: bool = False


async def assign(tx: Tx, slug: str, wish: Assignment, names: Sequence[tuple[str, str]], *, now: datetime) -> Given:
    """Assign a tier from now on. `names` are the identities it is sent under (kind, value).

    Raises ProgramUnknown, MemberUnknown, MemberClosed, NoTiers, TierUnknown, UntilPast, KeyReused. Locks the member's accounts.
    """
    sent = [wish.member, wish.tier, wish.mode.value, str(wish.until), wish.reason]
    return await _record(tx, slug, wish.member, ASSIGNMENT, sent, names, wish, now)


async def credit(tx: Tx, slug: str, wish: Credit, names: Sequence[tuple[str, str]], *, now: datetime) -> Given:
    """Count something for a member's tier on a day of its own. Raises what `assign` raises."""
    counts = wish.counts
    sent = [wish.member, wish.day.isoformat(), counts.points, counts.spend_minor, counts.visits, wish.reason, wish.greet]
    return await _record(tx, slug, wish.member, CREDIT, sent, names, wish, now)


async def give_for_months(
    tx: Tx, program: OpenProgram, member: Member, accounts: Accounts, *, tier: str, months: int, cause: Cause, now: datetime
) -> date:
    """A reward's tier for some months from the day of its cause, as a floor; answers its last day. Raises NoTiers, TierUnknown."""
    ground = await _ground(tx, program, cause.at)
    _check_tier(ground, tier)
    last = months_later(cause.day, months) - ONE_DAY
    books = await read_books(tx, [ground.wanted(member.member_id, member.enrolled_at, cause.at)])
    weigh(ground, books.values(), accounts)
    climbing.assign(ground.policy, books[member.member_id], tier, Mode.FLOOR, last, cause)
    await write_books(tx, books.values(), {program.program_id: program}, accounts, day=cause.day, now=now)
    return last


async def _record(
    tx: Tx,
    slug: str,
    reference: str,
    kind: str,
    sent: Sequence[object],
    names: Sequence[tuple[str, str]],
    wish: Assignment | Credit,
    now: datetime,
) -> Given:
    program = await programs.open_program(tx, slug)
    identities = [journal.identity_of(tx, program.program_id, *name) for name in names]
    content = journal.content_of(kind, sent, None)
    match journal.recognise(names, identities, content, await journal.find_keys(tx, identities)):
        case UUID() as known:
            return Given(event_id=known, replayed=True)
        case Exception() as refusal:
            raise refusal
    member = await members.get_member(tx, program.program_id, reference)
    if member.status != "active":
        raise MemberClosed(reference=reference)
    at = program.now(now)
    ground = await _ground(tx, program, at)
    today = ground.day_of(at)
    accounts = await ledger.lock_accounts(tx, [member.member_id])
    books = await read_books(tx, [ground.wanted(member.member_id, member.enrolled_at, at)])
    book = books[member.member_id]
    weigh(ground, [book], accounts)
    climbing.catch_up(ground.policy, book, today)
    event = stored_event(book, kind, at, _inputs(wish))
    _do(ground, book, wish, Cause(at=at, day=today, event=event.event_id, greet=wish.greet if isinstance(wish, Credit) else True))
    await journal.claim_keys(tx, [(identity, content, event.event_id) for identity in identities])
    await journal.insert_events(tx, [event], [bucket_of(event.event_id)])
    await write_books(tx, [book], {program.program_id: program}, accounts, day=today, now=now)
    return Given(event_id=event.event_id)


def _do(ground: Ground, book: Book, wish: Assignment | Credit, cause: Cause) -> None:
    if isinstance(wish, Credit):
        if wish.day > cause.day:
            raise InvalidInput([Fault(path="/day", code="in_future", message=f"{wish.day} lies in the future.")])
        climbing.count(ground.policy, book, wish.counts, wish.day, cause)
        return
    if wish.tier is not None:
        _check_tier(ground, wish.tier)
    if wish.until is not None and wish.until < cause.day:
        raise UntilPast(until=wish.until.isoformat(), today=cause.day.isoformat())
    climbing.assign(ground.policy, book, wish.tier, wish.mode, wish.until, cause)


def _inputs(wish: Assignment | Credit) -> dict[str, object]:
    if isinstance(wish, Credit):
        counts = {"points": wish.counts.points, "spend_minor": wish.counts.spend_minor, "visits": wish.counts.visits}
        return {"day": wish.day.isoformat(), **{name: n for name, n in counts.items() if n}, "reason": wish.reason}
    until = {} if wish.until is None else {"until": wish.until.isoformat()}
    return {"tier": wish.tier, "as": wish.mode.value, **until, "reason": wish.reason}


async def _ground(tx: Tx, program: OpenProgram, at: datetime) -> Ground:
    ground = await ground_of(tx, program, at)
    if ground is None:
        raise NoTiers(program=program.slug)
    return ground


def _check_tier(ground: Ground, tier: str) -> None:
    known = [level.id for level in ground.policy.levels]
    if tier not in known:
        near = difflib.get_close_matches(tier, known, n=1)
        raise TierUnknown(tier=tier, hint=f"; did you mean {near[0]!r}?" if near else f": known are {', '.join(known)}")
