"""What was decided: awards, what each rule did, what caps and budgets cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from praemia.foundation.values import Value, field
from praemia.rules.model.happening import CounterKey


class Outcome(NamedTuple):
    """What one rule did. `quanta` is what it gave after every cut; `clause` names what stopped it (None when it fired).

    `numbers` are the figures behind it (basis, factor, threshold, room ...), JSON values only, for the explanation. A tuple, because
    every event makes some: nothing is made faster, and it is stored as it is.
    """

    rule: str
    unit: str
    quanta: int = 0
    clause: str | None = None
    numbers: Mapping[str, Any] = {}

    @property
    def fired(self) -> bool:
        """Whether the rule gave (or took) anything."""
        return self.quanta != 0


outcome_of: Callable[[tuple[str, str, int, str | None, Mapping[str, Any]]], Outcome] = partial(tuple.__new__, Outcome)
"""An outcome from all its fields in order, at half the cost."""


class Cut(Value):
    """Quanta taken from a rule's award by a cap or budget, which had `room` left."""

    by: str
    rule: str
    unit: str
    quanta: int
    room: int


class Verdict(Value):
    """The whole decision for one happening. `awards` holds quanta by unit, without zeros. `spent` are the increments of
    the counters; whoever stores one also moves its `last_at` on to the happening's instant, never back."""

    awards: Mapping[str, int]
    outcomes: tuple[Outcome, ...]
    cuts: tuple[Cut, ...] = ()
    spent: Mapping[CounterKey, int] = field(default_factory=dict)
