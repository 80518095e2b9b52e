"""The working sheet of one verdict: per rule its quanta, the clause that stopped it and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from praemia.rules.core.clauses import Clause
from praemia.rules.core.prepared import Prepared
from praemia.rules.model import Cut, Outcome


class Tally:
    """Columns by rule index, and the cuts. Mutable while a verdict is being reached, never seen outside.

    A rule refused before it gave anything has its final outcome in `refused`; the others get theirs when the verdict is written.
    """

    __slots__ = ("clauses", "cuts", "numbers", "quanta", "refused")

    def __init__(self, size: int) -> None:
        self.quanta = [0] * size
        self.refused: list[Outcome | None] = [None] * size
        self.clauses: list[Clause | None] = [None] * size
        self.numbers: list[Mapping[str, Any] | None] = [None] * size
        self.cuts: list[Cut] = []

    def refuse(self, rule: Prepared, clause: Clause, by: str) -> None:
        """The rule gives nothing, by this clause, because of another rule."""
        self.refused[rule.index] = Outcome(rule=rule.id, unit=rule.unit, fired=False, clause=clause, numbers={"by": by})

    def cut(self, rule: Prepared, quanta: int, by: str, clause: Clause, room: int) -> None:
        """Takes quanta back from a rule; when nothing is left the rule did not fire, by the clause of the cut."""
        self.cuts.append(Cut(by=by, rule=rule.id, unit=rule.unit, quanta=quanta, room=room))
        self.quanta[rule.index] -= quanta
        if self.quanta[rule.index] == 0:
            self.clauses[rule.index] = clause

    def level(self, rules: Sequence[Prepared]) -> None:
        """What a multiplier below one takes is no more than caps and budgets left: no unit ends below zero."""
        if not any(quanta < 0 for quanta in self.quanta):
            return
        for unit in {rule.unit for rule in rules}:
            missing = -sum(self.quanta[rule.index] for rule in rules if rule.unit == unit)
            for rule in reversed(rules):
                if missing > 0 and rule.unit == unit and self.quanta[rule.index] < 0:
                    back = min(missing, -self.quanta[rule.index])
                    self.quanta[rule.index] += back
                    missing -= back

    def outcome(self, rule: Prepared) -> Outcome:
        """The rule's outcome after every cut; giving nothing at all is the clause of zero."""
        index = rule.index
        refused = self.refused[index]
        if refused is not None:
            return refused
        quanta = self.quanta[index]
        clause = None if quanta else self.clauses[index] or Clause.ZERO
        return Outcome(rule=rule.id, unit=rule.unit, fired=quanta != 0, quanta=quanta, clause=clause, numbers=self.numbers[index] or {})
