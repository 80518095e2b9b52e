"""The calendar: birthdays and anniversaries, once a year whatever happens. Each is an event whose identity is the member and the
year, so a night that is lived twice pays once.
"""

from __future__ import annotations

from uuid import UUID

from praemia import earning, members
from praemia.earning import Command
from praemia.foundation.db import Tx
from praemia.members import Member
from praemia.nights.model import Night, Page
from praemia.rules import ANNIVERSARY, BIRTHDAY, Rule

_FIRST_YEAR = 1970
_MEMBERS = 2000


def occasions_of(night: Night) -> dict[str, str]:
    """The calendar triggers that the night's version pays for, with where 29 February goes."""
    first: dict[str, Rule] = {}
    for rule in night.policies.rules.earning.rules:
        if rule.enabled and rule.trigger in (BIRTHDAY, ANNIVERSARY):
            first.setdefault(rule.trigger, rule)
    return {trigger: rule.leap_day for trigger, rule in first.items()}


async def celebrate(tx: Tx, night: Night, page: Page, last_bucket: int) -> tuple[int, UUID | None]:
    """Pay those whose day it is and who joined before it began."""
    celebrated = 0
    for trigger, leap_day in occasions_of(night).items():
        who = await _whose_day(tx, night, trigger, leap_day, (page.bucket, last_bucket))
        commands = [_occasion(night, trigger, member) for member in who if member.enrolled_at < night.midnight]
        celebrated += len(commands)
        for first in range(0, len(commands), _MEMBERS):
            await earning.record(tx, commands[first : first + _MEMBERS], now=night.now, day=night.day_before)
    return celebrated, None


async def _whose_day(tx: Tx, night: Night, trigger: str, leap_day: str, buckets: tuple[int, int]) -> list[Member]:
    program_id = night.program.program_id
    if trigger == BIRTHDAY:
        return await members.birthdays_on(tx, program_id, night.day, leap_day=leap_day, buckets=buckets)
    return await members.anniversaries_on(
        tx, program_id, night.day, zone=night.zone, first_year=_FIRST_YEAR, leap_day=leap_day, buckets=buckets
    )


def _occasion(night: Night, trigger: str, member: Member) -> Command:
    return Command(
        program=night.program.slug,
        kind=trigger,
        member=member.reference,
        inputs={"day": night.day.isoformat()},
        identities=((trigger, f"{member.member_id}:{night.day.year}"),),
        occurred_at=night.midnight,
    )
