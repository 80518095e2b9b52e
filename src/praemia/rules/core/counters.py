"""The stored counters of a trigger's rules and ceilings. Every event of a local day reads the same ones, so a day's keys are made once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from praemia.rules.core.periods import first_day
from praemia.rules.model import CounterKey, Period, Scope

Counter = tuple[Scope, str, Period]
KEPT = 64  # days: late events come from a few


class Counters:
    """Counters by name; names are unique, they carry owner and period."""

    def __init__(self, counters: Iterable[Counter] = ()) -> None:
        self._counters = tuple(dict.fromkeys(counters))
        self._days: dict[date, Mapping[str, CounterKey]] = {}

    def on(self, day: date) -> Mapping[str, CounterKey]:
        """The keys of the periods that hold a local day, by the counters' names."""
        keys = self._days.get(day)
        if keys is None:
            keys = {name: CounterKey(scope=scope, counter=name, period=first_day(period, day)) for scope, name, period in self._counters}
            if len(self._days) >= KEPT:
                self._days.clear()
            self._days[day] = keys
        return keys


NO_COUNTERS = Counters()
