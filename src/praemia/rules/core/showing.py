"""What conditions in CEL see of a happening and of the member: `event` and `member` as plain values, absent things left out.

An expression is shown only the fields it reads: the engine copies everything it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from praemia.rules.core.sight import Sight
from praemia.rules.model import PURCHASE, Line

Read = Callable[[Sight], Any]


def shown(variable: str, names: Iterable[str] | None) -> Callable[[Sight], dict[str, Any]]:
    """Makes the value of `event` or `member` with these fields; None means all."""
    if names is None:
        return lambda sight: shown(variable, _OWN[variable].keys() | (sight.happening.fields if variable == "event" else {}))(sight)
    fields = [(name, reader(variable, name)) for name in names]
    return lambda sight: {name: value for name, read in fields if (value := read(sight)) is not None}


def reader(variable: str, name: str) -> Read:
    """Reads one field; None when it is absent. What every event has hides an activity's own field of the same name."""
    own = _OWN[variable].get(name)
    if variable == "member":
        return own or (lambda sight: None)
    if own is None:
        return lambda sight: sight.happening.fields.get(name)
    return lambda sight: sight.happening.fields.get(name) if (value := own(sight)) is None else value


def _lines(sight: Sight) -> list[dict[str, Any]]:
    return [_line(line, sight.basket.net_of(index)) for index, line in enumerate(sight.basket.lines)]


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


def _of_goods(read: Read) -> Read:
    return lambda sight: read(sight) if sight.happening.trigger == PURCHASE else None


_EVENT: Mapping[str, Read] = {
    "hour": lambda sight: sight.minute // 60,
    "weekday": lambda sight: sight.weekday,
    "day": lambda sight: sight.day.isoformat(),
    "amount_minor": _of_goods(lambda sight: sight.basket.goods_minor(False)),
    "quantity": _of_goods(lambda sight: sight.basket.items[0]),
    "lines": _of_goods(_lines),
    "channel": lambda sight: sight.happening.channel,
    "location": lambda sight: sight.happening.location,
    "partner": lambda sight: sight.happening.partner,
}
_MEMBER: Mapping[str, Read] = {
    "tier": lambda sight: sight.facts.tier,
    "segments": lambda sight: sorted(sight.facts.segments),
    "reference": lambda sight: sight.facts.reference,
    "attributes": lambda sight: dict(sight.facts.attributes),
}
_OWN = {"event": _EVENT, "member": _MEMBER}
