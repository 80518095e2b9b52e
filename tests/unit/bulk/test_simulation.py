"""The simulated shops: the same seed tells the same story, and nobody buys before joining."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from praemia.integrations.simulation import ChainUnknown, Story, chain_called, days_of, founder_of
from praemia.integrations.simulation.core.chains import CHAINS
from praemia.integrations.simulation.core.days import Command, closing_of, commands_of_day
from praemia.integrations.simulation.core.people import PERSONAS, population

ZONE = ZoneInfo("Europe/Berlin")
FIRST = date(2025, 1, 1)
DAYS = 120


def story_of(chain: str, seed: int) -> list[tuple[date, list[Command]]]:
    people = population(CHAINS[chain], seed=seed, members=60, first_day=FIRST, days=DAYS)
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    return [(day, commands_of_day(CHAINS[chain], people, seed=seed, day=day, zone=ZONE)) for day in days]


@pytest.mark.parametrize("chain", sorted(CHAINS))
def test_the_same_seed_tells_the_same_story_and_another_seed_another(chain: str) -> None:
    assert story_of(chain, 1) == story_of(chain, 1)
    assert story_of(chain, 1) != story_of(chain, 2)


@pytest.mark.parametrize("chain", sorted(CHAINS))
def test_every_member_joins_once_and_buys_only_afterwards(chain: str) -> None:
    joined: dict[str, datetime] = {}
    for _, commands in story_of(chain, 3):
        for command in commands:
            if command["type"] == "member":
                assert command["reference"] not in joined
                joined[command["reference"]] = datetime.fromisoformat(command["enrolled_at"])
            elif command.get("member"):
                assert datetime.fromisoformat(command["occurred_at"]) > joined[command["member"]]
    assert len(joined) == 60


@pytest.mark.parametrize("chain", sorted(CHAINS))
def test_a_day_is_over_at_closing_time_and_its_identities_are_its_own(chain: str) -> None:
    seen: set[str] = set()
    for day, commands in story_of(chain, 4):
        identities = [c.get("order") or c.get("id") or c["reference"] for c in commands]
        assert len(set(identities)) == len(identities)
        assert not seen & set(identities)
        seen |= set(identities)
        assert all(datetime.fromisoformat(c["occurred_at"]) < closing_of(day, ZONE) for c in commands if c["type"] != "member")


def test_the_grocer_is_closed_on_sundays_and_the_cafe_is_not() -> None:
    sundays = {chain: sum(len(c) for day, c in story_of(chain, 5) if day.weekday() == 6 and day > FIRST) for chain in CHAINS}
    assert sundays["cafe"] > 0
    assert all(c["type"] == "member" for day, commands in story_of("grocer", 5) if day.weekday() == 6 for c in commands)


def test_people_differ_by_persona_and_the_lapsed_stop_coming() -> None:
    people = population(CHAINS["cafe"], seed=6, members=200, first_day=FIRST, days=DAYS)
    lapsed = {p.reference: p.joins + timedelta(days=75) for p in people if p.persona.name == "lapsed"}
    assert {p.persona.name for p in people} == {p.name for p in PERSONAS}
    assert lapsed
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        for command in commands_of_day(CHAINS["cafe"], people, seed=6, day=day, zone=ZONE):
            assert command["type"] == "member" or command.get("member") not in lapsed or day < lapsed[command["member"]]


def test_a_founder_is_there_on_the_first_day() -> None:
    story = Story(chain=CHAINS["cafe"], seed=1, members=50, first_day=FIRST, days=DAYS)
    assert founder_of(story).joins == FIRST


@pytest.mark.parametrize(
    ("first", "months", "days"),
    [(date(2025, 1, 31), 1, 28), (date(2025, 11, 22), 12, 365), (date(2024, 2, 29), 12, 365), (date(2025, 12, 1), 1, 31)],
)
def test_months_end_on_a_day_that_exists(first: date, months: int, days: int) -> None:
    assert days_of(first, months) == days


def test_an_unknown_chain_is_refused() -> None:
    with pytest.raises(ChainUnknown, match="cafe, grocer"):
        chain_called("bakery")
