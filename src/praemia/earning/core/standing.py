"""A member's state while a batch is judged: each verdict changes what the next one sees, so a batch equals one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from praemia.earning.core.portions import Portion
from praemia.foundation.values import Sheet, field
from praemia.rules import CounterKey, Facts, Scope, Usage, Verdict

PURCHASES = CounterKey(scope=Scope.MEMBER, counter="purchases", period=date.min)


class Standing(Sheet):
    """What is known of one owner, in quanta by unit (`pending` where something is); `used` covers the member's own counters, `shared`
    the programme's. `purchases` counts those before."""

    reference: str | None = None
    segments: frozenset[str] = frozenset()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)
    pending: dict[str, int] = field(default_factory=dict)
    used: dict[CounterKey, Usage] = field(default_factory=dict)
    purchases: int = 0

    def facts(self, shared: Mapping[CounterKey, Usage], tier: str | None = None) -> Facts:
        """What a verdict may look at now, until the next one is applied."""
        coming = self.pending
        return Facts(
            reference=self.reference,
            tier=tier,
            segments=self.segments,
            attributes=self.attributes,
            purchases_before=self.purchases,
            balances={unit: held + coming.get(unit, 0) for unit, held in self.balances.items()} if coming else self.balances,
            used={**self.used, **shared} if shared else self.used,
        )

    def apply(
        self,
        verdict: Verdict,
        *,
        purchase: bool,
        occurred_at: datetime,
        shared: dict[CounterKey, Usage],
        portions: Iterable[Portion] = (),
        day: date = date.min,
    ) -> Mapping[CounterKey, int]:
        """Take the verdict into account, as `portions` on a local day, and answer the counters' increments to be stored."""
        for portion in portions:
            self._receive(portion, day)
        for key, more in verdict.spent.items():
            counters = self.used if key.scope is Scope.MEMBER else shared
            before = counters.get(key) or Usage()
            counters[key] = Usage(used=before.used + more, last_at=later(before.last_at, occurred_at))
        if not purchase:
            return verdict.spent
        self.purchases += 1
        return {**verdict.spent, PURCHASES: 1}

    def _receive(self, portion: Portion, day: date) -> None:
        """What waits is pending; what arrives expired pays a debt, and the rest of it is gone at once."""
        unit, quanta, terms = portion.unit, portion.quanta, portion.terms
        if terms.pending and (terms.opens_on is None or terms.opens_on > day):
            self.pending[unit] = self.pending.get(unit, 0) + quanta
            return
        before = self.balances.get(unit, 0)
        gone = quanta > 0 and terms.last_day is not None and terms.last_day < day
        self.balances[unit] = min(before + quanta, max(before, 0)) if gone else before + quanta


def later(one: datetime | None, other: datetime) -> datetime:
    """The later of two instants, the first of which may be missing."""
    return other if one is None or other > one else one
