"""A member's state while a batch is judged: each verdict changes what the next one sees, so a batch equals one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from praemia.rules import CounterKey, Facts, Scope, Usage, Verdict

PURCHASES = CounterKey(scope=Scope.MEMBER, counter="purchases", period=date.min)


@dataclass(slots=True, kw_only=True)
class Standing:
    """What is known of one owner; `used` covers the member's own counters, `shared` the programme's."""

    reference: str | None = None
    segments: frozenset[str] = frozenset()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)
    used: dict[CounterKey, Usage] = field(default_factory=dict)

    def facts(self, shared: Mapping[CounterKey, Usage]) -> Facts:
        """What a verdict may look at now."""
        return Facts(
            reference=self.reference,
            segments=self.segments,
            attributes=self.attributes,
            purchases_before=self.used.get(PURCHASES, Usage()).used,
            balances=self.balances,
            used={**self.used, **shared} if shared else self.used,
        )

    def apply(self, verdict: Verdict, *, purchase: bool, occurred_at: datetime, shared: dict[CounterKey, Usage]) -> dict[CounterKey, int]:
        """Take the verdict into account and answer the counters' increments to be stored."""
        for unit, quanta in verdict.awards.items():
            self.balances[unit] = self.balances.get(unit, 0) + quanta
        spent = dict(verdict.spent)
        if purchase:
            spent[PURCHASES] = 1
        for key, more in spent.items():
            book = self.used if key.scope is Scope.MEMBER else shared
            before = book.get(key, Usage())
            book[key] = Usage(used=before.used + more, last_at=later(before.last_at, occurred_at))
        return spent


def later(one: datetime | None, other: datetime) -> datetime:
    """The later of two instants, the first of which may be missing."""
    return other if one is None or other > one else one
