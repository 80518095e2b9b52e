"""Values of the simulation: a chain of shops, its articles, its people, and what living through months came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Something on sale. `weight` is how often it is bought, relative to the others."""

    sku: str
    price_minor: int
    categories: tuple[str, ...]
    tags: tuple[str, ...] = ()
    weight: int = 10
    most: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What members report besides buying: how often in a thousand purchases, and fields with their possible values."""

    name: str
    per_thousand: int
    fields: Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain of shops. `hours` are weights of the opening hours on a weekday, by local hour; `busy_days` weigh Monday to Sunday."""

    name: str
    shops: tuple[str, ...]
    articles: tuple[Article, ...]
    lines: tuple[int, int]
    hours: Mapping[int, int]
    busy_days: tuple[int, ...]
    web_per_cent: int = 0
    guests_per_cent: int = 10
    activity: Activity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A way of being a customer. `per_mille` is the chance of coming on a weekday and on a Saturday or Sunday.

    `stays_days` is how long after joining they keep coming; None: for good.
    """

    name: str
    share: int
    weekday_per_mille: int
    weekend_per_mille: int
    stays_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member to be. `taste` is an article they come back to."""

    reference: str
    persona: Persona
    joins: date
    birthdate: date | None
    shop: str
    taste: Article


@dataclass(slots=True, kw_only=True)
class Summary:
    """What the months came to. `points` are quanta by unit; refused commands are counted by code."""

    days: int = 0
    events: int = 0
    enrolled: int = 0
    nights: int = 0
    points: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
