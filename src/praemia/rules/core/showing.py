"""What conditions in CEL see of a happening and of the member: `event` and `member` as plain values, absent things left out.

Only fields that some expression reads are shown: the engine copies everything it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from praemia.rules.core.sight import Sight
from praemia.rules.model import PURCHASE, Line

Read = Callable[[Sight], Any]


class Shown:
    """The fields that the expressions of one version read, noted while it is compiled; all of them are shown at once, once a happening."""

    def __init__(self) -> None:
        self._read: dict[str, dict[str, Read]] = {"event": {}, "member": {}}
        self._whole: set[str] = set()

    def note(self, variable: str, names: Iterable[str] | None) -> None:
        """An expression reads these fields of a variable; None: it looks at the whole."""
        if names is None:
            self._whole.add(variable)
        self._read[variable] |= {name: reader(variable, name) for name in (_OWN[variable] if names is None else names)}

    def of(self, sight: Sight) -> dict[str, dict[str, Any]]:
        """The value of `event` and of `member`."""
        seen = {
            variable: {name: value for name, read in fields.items() if (value := read(sight)) is not None}
            for variable, fields in self._read.items()
        }
        if "event" in self._whole:
            seen["event"] = {name: value for name, value in sight.happening.fields.items() if value is not None} | seen["event"]
        return seen


def reader(variable: str, name: str) -> Read:
    """Reads one field; None when it is absent. What every event has hides an activity's own field of the same name."""
    own = _OWN[variable].get(name)
    if variable == "member":
        return own or (lambda sight: None)
    if own is None:
        return lambda sight: sight.happening.fields.get(name)
    return lambda sight: sight.happening.fields.get(name) if (value := own(sight)) is None else value


def _lines(sight: Sight) -> list[dict[str, Any]]:
    return [_line(line, sight.basket.net_of(index)) for index, line in enumerate(sight.basket.lines) if not line.free]


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
