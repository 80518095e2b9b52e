"""From transfers to what they mean: the chart of the ledger says which account each kind leaves and enters, nothing else is needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from praemia.insight.model import Flow, Stretch, Totals
from praemia.ledger import CHART, Kind, Role

_OF_MEMBERS = frozenset({Role.AVAILABLE, Role.PENDING, Role.HELD})


def totals_by_unit(flows: Iterable[Flow]) -> dict[int, Totals]:
    """What became of each unit's points."""
    by_unit: dict[int, list[Flow]] = defaultdict(list)
    for flow in flows:
        by_unit[flow.unit].append(flow)
    return {unit: totals(some) for unit, some in sorted(by_unit.items())}


def totals(flows: Iterable[Flow]) -> Totals:
    """What became of points of one unit."""
    balance: dict[Role, int] = defaultdict(int)
    for flow in flows:
        left, entered = CHART[Kind(flow.kind)]
        balance[left] -= flow.amount
        balance[entered] += flow.amount
    return Totals(
        issued=-balance[Role.ISSUED],
        redeemed=balance[Role.REDEEMED],
        expired=balance[Role.EXPIRED],
        corrected=-balance[Role.ADJUSTMENT],
        held=sum(balance[role] for role in _OF_MEMBERS),
    )


def stretches(flows: Iterable[Flow], *, since: date, today: date, days: int) -> list[Stretch]:
    """The period cut into stretches of so many days, the last one ending today; days without a transfer are there with zeros."""
    count = ((today - since).days + days) // days
    first = today - timedelta(days=count * days - 1)
    cut: Mapping[int, list[Flow]] = {n: [] for n in range(count)}
    for flow in flows:
        if flow.day is not None and first <= flow.day <= today:
            cut[(flow.day - first).days // days].append(flow)
    return [Stretch(first_day=first + timedelta(days=n * days), totals=totals(some)) for n, some in sorted(cut.items())]


def percent(part: int, whole: int) -> int | None:
    """A share in whole per cent, rounded half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else None
