"""Everything one verdict looks at, prepared once: the happening on the programme's wall clock, the facts, the basket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from praemia.rules.core.basket import Basket, Picks
from praemia.rules.core.conditions import activation
from praemia.rules.core.periods import first_day
from praemia.rules.model import PURCHASE, CounterKey, Facts, Happening, Line, Period, Scope, Usage

UNUSED = Usage()


class Sight:
    """`day`, `weekday` and `minute` are local; the repeated hour of autumn counts twice, the skipped one never happens."""

    __slots__ = ("_activation", "_keys", "basket", "day", "facts", "happening", "local", "minute", "weekday")

    def __init__(self, happening: Happening, facts: Facts, timezone: ZoneInfo, picks: Sequence[Picks | None]) -> None:
        self.happening = happening
        self.facts = facts
        self.local = happening.occurred_at.astimezone(timezone)
        self.day: date = self.local.date()
        self.weekday = self.day.weekday()
        self.minute = self.local.hour * 60 + self.local.minute
        self.basket = Basket(happening, picks)
        self._activation: Any = None
        self._keys: dict[str, CounterKey] = {}  # counter names are unique: they carry owner and period

    def counter(self, scope: Scope, name: str, period: Period) -> CounterKey:
        """The key of a stored counter in the period of this happening's local day."""
        key = self._keys.get(name)
        if key is None:
            key = self._keys[name] = CounterKey(scope=scope, counter=name, period=first_day(period, self.day))
        return key

    def usage(self, scope: Scope, name: str, period: Period) -> Usage:
        """The counter's state; a counter nobody stored is unused."""
        used = self.facts.used
        return used.get(self.counter(scope, name, period), UNUSED) if used else UNUSED

    def activation(self) -> Any:
        """`event` and `member` as conditions in CEL see them: plain values, absent things left out."""
        if self._activation is None:
            self._activation = activation({"event": self._event(), "member": self._member()})
        return self._activation

    def _event(self) -> dict[str, Any]:
        happening = self.happening
        basket = self.basket
        event: dict[str, Any] = {"hour": self.local.hour, "weekday": self.weekday, "day": self.day.isoformat()}
        if happening.trigger == PURCHASE:
            event["amount_minor"] = basket.goods_minor(False)
            event["quantity"] = basket.chosen(0).items
            event["lines"] = [_line(line, net) for line, net in zip(basket.lines, basket.nets, strict=True)]
        for name, value in (("channel", happening.channel), ("location", happening.location), ("partner", happening.partner)):
            if value is not None:
                event[name] = value
        for name, value in happening.fields.items():
            if value is not None:
                event.setdefault(name, value)
        return event

    def _member(self) -> dict[str, Any]:
        facts = self.facts
        member: dict[str, Any] = {"segments": sorted(facts.segments), "attributes": dict(facts.attributes)}
        if facts.tier is not None:
            member["tier"] = facts.tier
        if facts.reference is not None:
            member["reference"] = facts.reference
        return member


def _line(line: Line, net: int) -> dict[str, Any]:
    seen: dict[str, Any] = {
        "sku": line.sku,
        "quantity": line.quantity,
        "amount_minor": net,
        "categories": list(line.categories),
        "tags": list(line.tags),
    }
    if line.brand is not None:
        seen["brand"] = line.brand
    return seen
