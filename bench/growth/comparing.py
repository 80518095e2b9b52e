"""What growth costs: each load at a larger size against itself at the first, the machine's own drift beside it, and the goals P12, P13."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figures import Figure, figure
from bench.goals import LIMITS, Goal, Judged, Quantity, quantity_of
from bench.growth.loads import REFERENCE
from bench.model import Report

# Purchases and lists must hold their rate; reads and redemptions are shown beside them.
_LOADS = (
    ("earn-32", "purchases one by one"),
    ("bulk", "purchases in lists"),
    ("balance", "balance reads"),
    ("redeem-32", "holds and captures"),
)
_HOLD = (0.6, 0.85)
_LOG, _DISK = (4096, 2048), "ledger_bytes_per_event"


def compare(reports: Sequence[Report]) -> list[Judged]:
    """Every later run against the first: rates and processor times, both also over those of TPC-B in the same rounds; then log and disk."""
    found: list[Judged] = []
    for report in reports[1:]:
        found += _against(report, reports[0])
    for report in reports:
        found += _alone(report)
    return found


def size_of(report: Report) -> str:
    """A run by its size."""
    return f"{report.scale.members:,} members, {report.scale.entries:,} entries"


def _against(report: Report, first: Report) -> list[Judged]:
    grown = f"{size_of(report)} / {size_of(first)}"
    found = []
    for n, (load, what) in enumerate(_LOADS):
        floor, ambition = _HOLD if n < 2 else (None, None)
        rate = Goal(id="P12", title=f"{what}: rate at {grown}", over=load, floor=floor, ambition=ambition)
        found.append((rate, _ratio(report, first, load, "rate")))
        beside = Goal(id="G1", title=f"{what}: the same over the rates of TPC-B", over=load, under=(REFERENCE.name,))
        found.append((beside, _over(_ratio(report, first, load, "rate"), _ratio(report, first, REFERENCE.name, "rate"))))
        cost = Goal(id="G2", title=f"{what}: processor time", over=load, quantity="cpu_us", less_is_better=True)
        found.append((cost, _ratio(report, first, load, "cpu_us")))
        beside = Goal(id="G3", title=f"{what}: the same over that of TPC-B", over=load, under=(REFERENCE.name,), less_is_better=True)
        found.append((beside, _over(_ratio(report, first, load, "cpu_us"), _ratio(report, first, REFERENCE.name, "cpu_us"))))
    return [Judged(goal=goal, figure=value) for goal, value in found if value is not None]


def _alone(report: Report) -> list[Judged]:
    at = size_of(report)
    found = []
    for load, what, goal in (("bulk", "", _LOG), ("bulk-fresh", " right after a checkpoint", None)):
        floor, ambition = goal or (None, None)
        title = f"log of an event in lists{what}: {at}"
        log = Goal(id="P13", title=title, over=load, floor=floor, ambition=ambition, less_is_better=True, unit="B")
        found.append((log, _figure(report, load, "wal")))
    line = LIMITS[_DISK]
    disk = Goal(
        id=line.id, title=f"{line.title}: {at}", over="", floor=line.floor, ambition=line.ambition, less_is_better=True, unit=line.unit
    )
    found.append((disk, figure([report.sizes.get(_DISK)])))
    return [Judged(goal=goal, figure=value) for goal, value in found if value is not None]


def _figure(report: Report, load: str, quantity: Quantity) -> Figure | None:
    return figure(quantity_of(window, quantity) for window in report.windows_of(load))


def _ratio(report: Report, first: Report, load: str, quantity: Quantity) -> Figure | None:
    return _over(_figure(report, load, quantity), _figure(first, load, quantity))


def _over(above: Figure | None, below: Figure | None) -> Figure | None:
    """The ratio of the medians; rounds of two runs are no pairs, so low and high are the farthest that any two rounds can be apart."""
    if above is None or below is None or not (below.low and below.median):
        return None
    return Figure(median=above.median / below.median, low=above.low / below.high, high=above.high / below.low)
