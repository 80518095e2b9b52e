"""Living through months: every day the clock moves to closing time, then the day's business is sent in batches.

Starts where the sandbox's clock stands, so an interrupted simulation goes on: the day it was in is sent again under the same
identities, which changes nothing that was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from praemia.integrations.simulation.client import Client
from praemia.integrations.simulation.core.chains import CHAINS
from praemia.integrations.simulation.core.days import Command, closing_of, commands_of_day
from praemia.integrations.simulation.core.people import population
from praemia.integrations.simulation.errors import ChainUnknown
from praemia.integrations.simulation.model import Chain, Person, Summary

BATCH = 1000
_LIVED_BEFORE = "members.already_enrolled"
Progress = Callable[[int, int, Summary], None]
"""Called after each day with the days lived, the days in all, and the summary so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What to live through: `days` from `first_day` on, with so many members. The same story is always told the same way."""

    chain: Chain
    seed: int
    members: int
    first_day: date
    days: int


def chain_called(name: str) -> Chain:
    """A chain by name. Refuses with ChainUnknown."""
    if name not in CHAINS:
        raise ChainUnknown(chain=name, known=", ".join(CHAINS))
    return CHAINS[name]


def days_of(first_day: date, months: int) -> int:
    """How many days so many months from that day are."""
    year, month = divmod(first_day.year * 12 + first_day.month - 1 + months, 12)
    last = min(first_day.day, (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day)
    return (date(year, month + 1, last) - first_day).days


async def live(client: Client, story: Story, *, progress: Progress | None = None) -> Summary:
    """Tell the story to the API, from the day of the sandbox's clock on. Raises ApiRefused and ApiOutOfReach.

    A refused command is counted, not raised: a programme that knows no reviews still sells coffee.
    """
    program = await client.program()
    zone = ZoneInfo(program["timezone"])
    clock = datetime.fromisoformat(program["clock"])
    people = _people(story)
    summary = Summary()
    begin = max((clock.astimezone(zone).date() - story.first_day).days, 0)
    for number in range(begin, story.days):
        day = story.first_day + timedelta(days=number)
        closing = closing_of(day, zone)
        if closing > clock:
            summary.nights += await client.move_clock(closing)
        commands = commands_of_day(story.chain, people, seed=story.seed, day=day, zone=zone)
        for start in range(0, len(commands), BATCH):
            sent = commands[start : start + BATCH]
            _count(summary, sent, await client.batch(sent))
        summary.days += 1
        if progress is not None:
            progress(number + 1, story.days, summary)
    return summary


def founder_of(story: Story) -> Person:
    """Somebody who is there from the first day, if anybody is; else the first to join."""
    return min(_people(story), key=lambda person: (person.joins, person.reference))


def _people(story: Story) -> list[Person]:
    return population(story.chain, seed=story.seed, members=story.members, first_day=story.first_day, days=story.days)


def _count(summary: Summary, commands: Sequence[Command], results: Sequence[dict[str, Any]]) -> None:
    for command, result in zip(commands, results, strict=True):
        problem = result.get("problem")
        if problem and problem["code"] == _LIVED_BEFORE:
            continue
        if problem:
            summary.refused[problem["code"]] = summary.refused.get(problem["code"], 0) + 1
            continue
        if command["type"] == "member":
            summary.enrolled += 1
        else:
            summary.events += 1
        for award in result["answer"]["awards"]:
            summary.points[award["unit"]] = summary.points.get(award["unit"], 0) + award["amount"]
