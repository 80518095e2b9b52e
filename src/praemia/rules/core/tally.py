"""The working sheet of one verdict: per rule its quanta, the clause that stopped it and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praemia.rules.clauses import Clause
from praemia.rules.core.prepared import Prepared
from praemia.rules.model import Cut


class Tally:
    """Three columns by rule index, and the cuts. Mutable while a verdict is being reached, never seen outside."""

    __slots__ = ("applied", "clauses", "cuts", "numbers", "quanta")

    def __init__(self, size: int) -> None:
        self.quanta = [0] * size
        self.clauses: list[Clause | None] = [None] * size
        self.numbers: list[Mapping[str, Any]] = [_NOTHING] * size
        self.applied: list[Prepared] = []
        self.cuts: list[Cut] = []

    def refuse(self, rule: Prepared, clause: Clause, numbers: Mapping[str, Any] | None = None) -> None:
        """The rule gives nothing, by this clause."""
        self.quanta[rule.index] = 0
        self.clauses[rule.index] = clause
        if numbers:
            self.numbers[rule.index] = numbers

    def give(self, rule: Prepared, quanta: int) -> None:
        """The rule gives these quanta; none at all is the clause of zero."""
        self.quanta[rule.index] = quanta
        if quanta == 0:
            self.clauses[rule.index] = Clause.ZERO

    def cut(self, rule: Prepared, quanta: int, by: str, clause: Clause, room: int) -> None:
        """Takes quanta back from a rule; when nothing is left the rule did not fire, by the clause of the cut."""
        self.cuts.append(Cut(by=by, rule=rule.id, unit=rule.unit, quanta=quanta, room=room))
        self.quanta[rule.index] -= quanta
        if self.quanta[rule.index] == 0:
            self.clauses[rule.index] = clause


_NOTHING: Mapping[str, Any] = {}
