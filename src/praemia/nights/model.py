"""Values of the nights: the fixed order of what happens at a local midnight, and how far a night has come."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from praemia.foundation.ids import BUCKETS
from praemia.foundation.values import Value
from praemia.programs import OpenProgram, Policies

NIGHT = "night"  # the kind of the events that own what opens and expires


class Step(StrEnum):
    """What happens at a local midnight, in this order."""

    OPEN = "open"  # pending points become usable
    REWARD = "reward"  # rewards that are given as soon as the balance reaches their cost
    CELEBRATE = "celebrate"  # birthdays and anniversaries
    REVIEW = "review"  # tiers, while what ends tonight still counts
    EXPIRE = "expire"  # points whose last day is over; tiers that follow the balance follow at once


class Night(Value):
    """The local midnight at which `day` begins, by the version in force then. `now` is the wall clock."""

    program: OpenProgram
    day: date
    midnight: datetime
    zone: ZoneInfo
    version: int
    policies: Policies
    now: datetime

    @property
    def day_before(self) -> date:
        """The day that ends: until EXPIRE its last points can still be used."""
        return self.day - timedelta(days=1)


class Page(Value):
    """What comes next in a night: a step, from a bucket on, after an owner of it when set."""

    day: date
    step: Step
    bucket: int = 0
    after: UUID | None = None


class Lane(Value):
    """A range of buckets in which a step is still to be lived, by one at a time: from its page to its last bucket."""

    number: int
    page: Page
    last_bucket: int

    @property
    def is_done(self) -> bool:
        """Whether nothing of the step is left here."""
        return self.page.bucket > self.last_bucket

    @property
    def is_whole(self) -> bool:
        """Whether nobody has split the night: then whoever is at work may go on to the next step."""
        return self.number == 0 and self.last_bucket == BUCKETS - 1


class Lived(Value):
    """What a call did: nights it finished, and whether there is more to do now."""

    nights: int = 0
    more: bool = False
