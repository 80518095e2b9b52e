"""What happens in the chain's shops on one local day, as commands for the API, in the order of the clock.

A day depends only on the seed, the population and its date: a simulation that was interrupted can live a day again, and sends
the same under the same identities.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from praemia.integrations.simulation.core.people import choose, is_around
from praemia.integrations.simulation.model import Chain, Person

CLOSING = time(22, 0)
_SATURDAY = 5
_TASTE_PER_CENT = 60
_ELSEWHERE_PER_CENT = 15
_JOINS_AT = time(6, 30)

Command = dict[str, Any]


def commands_of_day(chain: Chain, people: Sequence[Person], *, seed: int, day: date, zone: ZoneInfo) -> list[Command]:
    """The day's enrolments, purchases and activities."""
    dice = Random(f"day:{chain.name}:{seed}:{day}")
    joining = [_enrolment(person, day, zone) for person in people if person.joins == day]
    busy = chain.busy_days[day.weekday()]
    if not busy:
        return joining
    average = sum(chain.busy_days) / len(chain.busy_days)
    buyers: list[Person | None] = [p for p in people if is_around(p, day) and dice.randrange(1000) < _chance(p, day) * busy / average]
    buyers += [None] * (len(buyers) * chain.guests_per_cent // 100)
    events: list[Command] = []
    for number, buyer in enumerate(buyers, 1):
        at = _moment(chain, dice, day, zone)
        events.append(_purchase(chain, dice, buyer, f"{chain.name}-{day}-{number:04d}", at))
        if buyer and chain.activity and dice.randrange(1000) < chain.activity.per_thousand:
            events.append(_activity(chain, dice, buyer, f"{chain.name}-{day}-a{number:04d}", at + timedelta(minutes=40)))
    return joining + sorted(events, key=lambda event: str(event["occurred_at"]))


def closing_of(day: date, zone: ZoneInfo) -> datetime:
    """When the day's business is done; the clock moves there before the day is told."""
    return datetime.combine(day, CLOSING, zone)


def _chance(person: Person, day: date) -> int:
    weekend = day.weekday() >= _SATURDAY
    return person.persona.weekend_per_mille if weekend else person.persona.weekday_per_mille


def _enrolment(person: Person, day: date, zone: ZoneInfo) -> Command:
    command: Command = {
        "type": "member",
        "reference": person.reference,
        "enrolled_at": datetime.combine(day, _JOINS_AT, zone).isoformat(),
    }
    if person.birthdate:
        command["birthdate"] = person.birthdate.isoformat()
    return command


def _purchase(chain: Chain, dice: Random, buyer: Person | None, order: str, at: datetime) -> Command:
    count = dice.randint(*chain.lines)
    articles = [choose(chain, dice) for _ in range(count)]
    if buyer and dice.randrange(100) < _TASTE_PER_CENT:
        articles[0] = buyer.taste
    lines = []
    for article in dict.fromkeys(articles):
        quantity = dice.randint(1, article.most)
        line: Command = {"sku": article.sku, "amount_minor": article.price_minor * quantity, "categories": list(article.categories)}
        if quantity > 1:
            line["quantity"] = quantity
        if article.tags:
            line["tags"] = list(article.tags)
        lines.append(line)
    on_the_web = dice.randrange(100) < chain.web_per_cent
    away = buyer is None or dice.randrange(100) < _ELSEWHERE_PER_CENT
    shop = dice.choice(chain.shops) if away or buyer is None else buyer.shop
    command: Command = {"type": "purchase", "order": order, "occurred_at": at.isoformat(), "lines": lines}
    command |= {"channel": "web"} if on_the_web else {"channel": "store", "location": shop}
    if buyer:
        command["member"] = buyer.reference
    return command


def _activity(chain: Chain, dice: Random, person: Person, event: str, at: datetime) -> Command:
    assert chain.activity is not None
    fields = {name: dice.choice(values) for name, values in chain.activity.fields.items()}
    return {
        "type": "activity",
        "id": event,
        "activity": chain.activity.name,
        "member": person.reference,
        "occurred_at": at.isoformat(),
        "fields": fields,
    }


def _moment(chain: Chain, dice: Random, day: date, zone: ZoneInfo) -> datetime:
    hour = dice.choices(list(chain.hours), weights=list(chain.hours.values()))[0]
    return datetime.combine(day, time(hour, dice.randrange(60), dice.randrange(60)), zone)
