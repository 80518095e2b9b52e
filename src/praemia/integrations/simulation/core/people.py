"""The population: who they are and when they join. The same seed makes the same people."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from random import Random

from praemia.integrations.simulation.model import Article, Chain, Person, Persona

PERSONAS = (
    Persona(name="regular", share=22, weekday_per_mille=520, weekend_per_mille=180),
    Persona(name="weekender", share=26, weekday_per_mille=30, weekend_per_mille=420),
    Persona(name="occasional", share=38, weekday_per_mille=45, weekend_per_mille=60),
    Persona(name="lapsed", share=14, weekday_per_mille=260, weekend_per_mille=150, stays_days=75),
)
_HERE_FROM_THE_START_PER_CENT = 40
_BIRTHDATE_KNOWN_PER_CENT = 70
_OLDEST, _YOUNGEST = 78, 16
_DAYS_A_YEAR = 365


def population(chain: Chain, *, seed: int, members: int, first_day: date, days: int) -> list[Person]:
    """The members-to-be, by reference. Two in five join on the first day, the others over the months."""
    dice = Random(f"people:{chain.name}:{seed}")
    width = len(str(members))
    return [_person(chain, dice, f"M{number:0{width}d}", first_day, days) for number in range(1, members + 1)]


def is_around(person: Person, day: date) -> bool:
    """Whether the person still comes: joined, and not lapsed."""
    stays = person.persona.stays_days
    return person.joins <= day and (stays is None or (day - person.joins).days < stays)


def _person(chain: Chain, dice: Random, reference: str, first_day: date, days: int) -> Person:
    joins = first_day if dice.randrange(100) < _HERE_FROM_THE_START_PER_CENT else first_day + timedelta(days=dice.randrange(days))
    return Person(
        reference=reference,
        persona=dice.choices(PERSONAS, weights=[p.share for p in PERSONAS])[0],
        joins=joins,
        birthdate=_birthdate(dice, first_day) if dice.randrange(100) < _BIRTHDATE_KNOWN_PER_CENT else None,
        shop=dice.choice(chain.shops),
        taste=choose(chain, dice),
    )


def _birthdate(dice: Random, first_day: date) -> date:
    year = first_day.year - dice.randint(_YOUNGEST, _OLDEST)
    return date(year, 1, 1) + timedelta(days=dice.randrange(_DAYS_A_YEAR + calendar.isleap(year)))


def choose(chain: Chain, dice: Random) -> Article:
    """An article, as often as it is bought."""
    return dice.choices(chain.articles, weights=[a.weight for a in chain.articles])[0]
