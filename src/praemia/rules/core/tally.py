"""The working sheet of one verdict: per rule its quanta, the clause that stopped it and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from praemia.rules.core.clauses import Clause
from praemia.rules.core.prepared import Prepared
from praemia.rules.model import Cut, Outcome

_NO_NUMBERS: Mapping[str, Any] = {}


class Tally:
    """Columns by rule index, and the cuts. Mutable while a verdict is being reached, never seen outside.

    A rule refused before it gave anything has its final outcome in `outcomes`, disabled rules from the start; the others get theirs
    in the end. `clauses` names what took everything a rule gave.
    """

    __slots__ = ("clauses", "cuts", "numbers", "outcomes", "quanta")

    def __init__(self, outcomes: Sequence[Outcome | None]) -> None:
        self.quanta = [0] * len(outcomes)
        self.outcomes = list(outcomes)
        self.numbers = [_NO_NUMBERS] * len(outcomes)
        self.clauses: dict[int, str] = {}
        self.cuts: list[Cut] = []

    def refuse(self, rule: Prepared, clause: Clause, by: str) -> None:
        """The rule gives nothing, by this clause, because of another rule."""
        self.outcomes[rule.index] = Outcome(rule.id, rule.unit, 0, clause.value, {"by": by})

    def cut(self, rule: Prepared, quanta: int, by: str, clause: Clause, room: int) -> None:
        """Takes quanta back from a rule; when nothing is left the rule did not fire, by the clause of the cut."""
        self.cuts.append(Cut(by=by, rule=rule.id, unit=rule.unit, quanta=quanta, room=room))
        self.quanta[rule.index] -= quanta
        if self.quanta[rule.index] == 0:
            self.clauses[rule.index] = clause.value

    def level(self, rules: Sequence[Prepared]) -> None:
        """What a multiplier below one takes is no more than caps and budgets left: no unit ends below zero."""
        if min(self.quanta) >= 0:
            return
        for unit in {rule.unit for rule in rules}:
            missing = -sum(self.quanta[rule.index] for rule in rules if rule.unit == unit)
            for rule in reversed(rules):
                if missing > 0 and rule.unit == unit and self.quanta[rule.index] < 0:
                    back = min(missing, -self.quanta[rule.index])
                    self.quanta[rule.index] += back
                    missing -= back
