"""Outcomes of rules that did not fire. Most events refuse most rules for the same few reasons, so those outcomes are made once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from praemia.rules.core.clauses import Clause
from praemia.rules.model import Outcome, Rule
from praemia.rules.model.verdict import outcome_of

KEPT = 64  # per rule and clause; more observed values are not worth the memory; what is seen now is likely to be seen again soon


class Refusal:
    """The outcomes of one rule refused by one clause. Outcomes are immutable, so sharing them is safe."""

    __slots__ = ("_clause", "_known", "_name", "_rule", "_unit", "plain")

    def __init__(self, rule: Rule, clause: Clause, name: str = "") -> None:
        self._rule = rule.id
        self._unit = rule.unit
        self._clause = clause.value
        self._name = name
        self._known: dict[Hashable, Outcome] = {}
        self.plain = self.with_numbers({})

    def with_numbers(self, numbers: dict[str, Any]) -> Outcome:
        """A refusal with the figures behind it."""
        return outcome_of((self._rule, self._unit, 0, self._clause, numbers))

    def seeing(self, value: Any) -> Outcome:
        """A refusal by the one value seen, under the name given at first; a date is kept as text."""
        known = self._known.get(value)
        if known is None:
            if value is None:
                return self.plain
            known = self.with_numbers({self._name: value if isinstance(value, int | str) else value.isoformat()})
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[value] = known
        return known
