"""Everything one verdict looks at, prepared once: the happening on the programme's wall clock, the facts, the basket."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from praemia.rules.core.basket import Basket
from praemia.rules.core.counters import NO_COUNTERS, Counters
from praemia.rules.core.selections import Selections
from praemia.rules.model import Facts, Happening, Usage

UNUSED = Usage()


class Sight:
    """`day`, `weekday` and `minute` are local; the repeated hour of autumn counts twice, the skipped one never happens.

    `keys` are the day's stored counters by name. `activation` is the engine's view, made when a condition first asks for it.
    """

    __slots__ = ("activation", "basket", "day", "facts", "happening", "keys", "minute", "weekday")

    def __init__(
        self, happening: Happening, facts: Facts, timezone: ZoneInfo, selections: Selections, counters: Counters = NO_COUNTERS
    ) -> None:
        self.happening = happening
        self.facts = facts
        local = happening.occurred_at.astimezone(timezone)
        self.day: date = local.date()
        self.weekday = local.weekday()
        self.minute = local.hour * 60 + local.minute
        self.basket = Basket(happening, selections)
        self.keys = counters.on(self.day)
        self.activation: Any = None

    def usage(self, counter: str) -> Usage:
        """A counter's state; one that nobody stored is unused."""
        return self.facts.used.get(self.keys[counter], UNUSED)
