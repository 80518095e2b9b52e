"""The calendar: birthdays and anniversaries, paid at local midnight, once a year whatever happens.

A sandbox programme lives its nights when its clock is moved; a live one when the worker looks. Running a night
twice changes nothing: each occasion is an event whose identity is the member and the year.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from praemia import members, programs
from praemia.earning import store
from praemia.earning.errors import ClockBackwards, NotASandbox
from praemia.earning.model import Command
from praemia.earning.service.recording import record
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.members import Member
from praemia.programs import OpenProgram
from praemia.rules import ANNIVERSARY, BIRTHDAY, Rule, RuleSet

_ALL = (0, BUCKETS - 1)
_FIRST_YEAR = 1970


async def set_clock(tx: Tx, slug: str, to: datetime, *, now: datetime) -> int:
    """Move a sandbox programme's clock forward to `to`, living every local midnight on the way; answers how many.

    Raises NotASandbox and ClockBackwards.
    """
    program = await programs.open_program(tx, slug)
    clock, lived_until = await store.lock_clock(tx, program.program_id)
    if program.mode != "sandbox" or clock is None:
        raise NotASandbox(program=slug)
    if to < clock:
        raise ClockBackwards(clock=clock.isoformat(), to=to.isoformat())
    zone = await _zone(tx, program, clock)
    day = lived_until or clock.astimezone(zone).date()
    last = to.astimezone(zone).date()
    nights = 0
    while day < last:
        day += timedelta(days=1)
        nights += 1
        if await _occasions_of(tx, program, day, zone):
            await store.set_clock(tx, program.program_id, _midnight(day, zone), day)
            await _live(tx, program, day, zone, now)
    await store.set_clock(tx, program.program_id, to, max(day, last))
    return nights


async def live_due_nights(tx: Tx, slug: str, *, now: datetime) -> int:
    """Live the nights of a live programme that are due at `now`; answers how many. The first call starts the count today."""
    program = await programs.open_program(tx, slug)
    if program.mode != "live":
        return 0
    _, lived_until = await store.lock_clock(tx, program.program_id)
    zone = await _zone(tx, program, now)
    today = now.astimezone(zone).date()
    day = lived_until or today
    nights = (today - day).days
    for n in range(1, nights + 1):
        await _live(tx, program, day + timedelta(days=n), zone, now)
    if lived_until is None or nights > 0:
        await store.note_night(tx, program.program_id, today)
    return max(nights, 0)


async def _live(tx: Tx, program: OpenProgram, day: date, zone: ZoneInfo, now: datetime) -> None:
    midnight = _midnight(day, zone)
    for trigger, leap_day in await _occasions_of(tx, program, day, zone):
        if trigger == BIRTHDAY:
            who = await members.birthdays_on(tx, program.program_id, day, leap_day=leap_day, buckets=_ALL)
        else:
            who = await members.anniversaries_on(
                tx, program.program_id, day, zone=zone, first_year=_FIRST_YEAR, leap_day=leap_day, buckets=_ALL
            )
        commands = [_occasion(program, trigger, member, day, midnight) for member in who if member.enrolled_at < midnight]
        if commands:
            await record(tx, commands, now=now)


def _occasion(program: OpenProgram, trigger: str, member: Member, day: date, midnight: datetime) -> Command:
    return Command(
        program=program.slug,
        kind=trigger,
        member=member.reference,
        inputs={"day": day.isoformat()},
        identities=((trigger, f"{member.member_id}:{day.year}"),),
        occurred_at=midnight,
    )


async def _occasions_of(tx: Tx, program: OpenProgram, day: date, zone: ZoneInfo) -> list[tuple[str, str]]:
    """The calendar triggers that the version of that day pays for, with where 29 February goes."""
    rules = await _rules(tx, program, _midnight(day, zone))
    paying = [r for r in rules.earning.rules if r.enabled and r.trigger in (BIRTHDAY, ANNIVERSARY)]
    first: dict[str, Rule] = {}
    for rule in paying:
        first.setdefault(rule.trigger, rule)
    return [(trigger, rule.leap_day) for trigger, rule in first.items()]


async def _rules(tx: Tx, program: OpenProgram, at: datetime) -> RuleSet:
    return await programs.ruleset_of(tx, program, program.version_at(at))


async def _zone(tx: Tx, program: OpenProgram, at: datetime) -> ZoneInfo:
    return (await _rules(tx, program, at)).earning.timezone


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
