"""A small model of the earning journey, in plain Python: what the real one on the real database must answer.

It is written from the promises (README of earning and rules), not from the code: a clock, members, a dict of used
identities, and the arithmetic of one programme. One command at a time; there is no batch here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from praemia import earning
from praemia.earning import Command

KEY = "key"  # the kind of identity that says nothing of the event itself
BERLIN = ZoneInfo("Europe/Berlin")
LIMIT_DAYS, CAP, LUCKY, LUCKY_TIMES, VISIT, VISITS_A_DAY, WELCOME, CAKE = 10, 30, 7, 3, 2, 2, 5, 11
PROGRAMME = f"""
program: shop
timezone: Europe/Berlin
currency: EUR
units: {{points: {{}}}}
earning:
  backdate_limit_days: {LIMIT_DAYS}
  rules:
    - {{id: base, trigger: purchase, earn: {{points: 1, per_amount: "1.00"}}}}
    - {{id: lucky, trigger: purchase, earn: {{points: {LUCKY}}}, limit: {{times: {LUCKY_TIMES}, per: lifetime, scope: program}}}}
    - {{id: visit, trigger: visit, earn: {{points: {VISIT}}}, limit: {{times: {VISITS_A_DAY}, per: day}}}}
    - {{id: welcome, trigger: signup, earn: {{points: {WELCOME}}}}}
    - {{id: cake, trigger: birthday, earn: {{points: {CAKE}}}}}
  caps: [{{points: {CAP}, per: day}}]
"""


@dataclass
class Member:
    """Who takes part."""

    enrolled_at: datetime
    born: date | None
    points: int = 0
    capped: dict[date, int] = field(default_factory=dict)
    visits: dict[date, int] = field(default_factory=dict)
    birthdays: set[int] = field(default_factory=set)


@dataclass
class Told:
    """What was recorded under an identity."""

    content: str
    points: int | None


class Model:
    """The journey as promised."""

    def __init__(self, clock: datetime) -> None:
        self.clock = clock
        self.members: dict[str, Member] = {}
        self.known: dict[tuple[str, str], Told] = {}
        self.lucky = 0

    def tell(self, command: Command) -> tuple[str, int | None]:
        """What is answered: recorded, replayed or the code of the refusal, and the points right after it (a guest has none)."""
        content = _content(command)
        used = [(kind, self.known[kind, value]) for kind, value in command.identities if (kind, value) in self.known]
        if used:
            return self._repeated(command, content, used)
        refusal = self._refusal(command)
        if refusal is not None:
            return refusal, None
        points = None
        if command.member is not None:
            if command.enrolment is not None:
                self.members[command.member] = Member(command.enrolment.enrolled_at, command.enrolment.birthdate)
            member = self.members[command.member]
            member.points += self._award(command, member)
            points = member.points
        self.known |= dict.fromkeys(command.identities, Told(content, points))
        return "recorded", points

    def live_until(self, to: datetime) -> int:
        """Move the clock; answers the local midnights on the way, on each of which birthdays are paid."""
        day, nights = self.clock.astimezone(BERLIN).date(), 0
        while day < to.astimezone(BERLIN).date():
            day += timedelta(days=1)
            nights += 1
            for member in self.members.values():
                if self._birthday(member, day):
                    member.birthdays.add(day.year)
                    member.points += CAKE
        self.clock = to
        return nights

    def _birthday(self, member: Member, day: date) -> bool:
        midnight = datetime.combine(day, time(), BERLIN)
        if member.born is None or day.year in member.birthdays or midnight <= member.enrolled_at:
            return False
        kept = (member.born.month, member.born.day)
        common = (day + timedelta(days=1)).month == 3 and day.day == 28
        return kept == (day.month, day.day) or (kept == (2, 29) and common)

    def _repeated(self, command: Command, content: str, used: list[tuple[str, Told]]) -> tuple[str, int | None]:
        first = used[0][1]
        for kind, told in used:
            if told is not first or told.content != content:
                return ("journal.key_reused" if kind == KEY else "journal.already_recorded"), None
        key_only = all(kind == KEY for kind, _ in used)
        if key_only and any(kind != KEY for kind, _ in command.identities):
            return "journal.key_reused", None
        self.known |= dict.fromkeys(command.identities, first)
        return "replayed", first.points

    def _refusal(self, command: Command) -> str | None:
        at = command.occurred_at or self.clock
        if command.enrolment is not None:
            if command.member in self.members:
                return "members.already_enrolled"
            return "earning.in_future" if at > self.clock else None
        if command.member is not None and command.member not in self.members:
            return "members.unknown"
        if at > self.clock:
            return "earning.in_future"
        member = self.members[command.member] if command.member is not None else None
        if member is not None and at < member.enrolled_at:
            return "earning.before_enrolment"
        if at < self.clock - timedelta(days=LIMIT_DAYS):
            return "earning.too_old"
        if command.kind == "dance":
            return "earning.activity_unknown"
        if command.kind == earning.ADJUSTMENT and member is not None:
            covered = -command.inputs["amount"] <= max(member.points, 0) or command.inputs.get("may_owe")
            return None if covered else "ledger.insufficient_points"
        return None

    def _award(self, command: Command, member: Member) -> int:
        day = (command.occurred_at or self.clock).astimezone(BERLIN).date()
        room = CAP - member.capped.get(day, 0)
        match command.kind:
            case earning.ADJUSTMENT:
                amount: int = command.inputs["amount"]
                return amount
            case "signup":
                return WELCOME
            case "visit":
                given = min(VISIT if member.visits.get(day, 0) < VISITS_A_DAY else 0, room)
                member.visits[day] = member.visits.get(day, 0) + (given > 0)
            case _:
                base = sum(line["amount_minor"] for line in command.inputs["lines"]) // 100
                kept = min(base, room)
                lucky = min(LUCKY if self.lucky < LUCKY_TIMES else 0, room - kept)
                self.lucky += lucky > 0
                given = kept + lucky
        member.capped[day] = member.capped.get(day, 0) + given
        return given


def _content(command: Command) -> str:
    wish = command.enrolment
    known: list[Any] = [command.kind, command.member, dict(command.inputs), str(command.occurred_at)]
    return json.dumps([*known, None if wish is None else [str(wish.birthdate), wish.segments, dict(wish.attributes)]], sort_keys=True)


def utc(*parts: int) -> datetime:
    """An instant."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
