"""What growth costs: each load at a larger size over itself at the first, and the goals P12 and P13."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figures import Figure, figure, ratio
from bench.goals import LIMITS, Goal, Judged, Quantity, quantity_of
from bench.model import Report
from bench.scale import Scale

# Purchases and lists must hold their rate; the others are shown beside them, TPC-B to see what the machine itself did.
_LOADS = {
    "earn-32": "purchases one by one",
    "bulk": "purchases in lists",
    "redeem-32": "holds and captures",
    "balance": "balance reads",
    "tpcb-32": "TPC-B",
}
_MUST_HOLD, _HOLD = ("earn-32", "bulk"), (0.6, 0.85)
_LOG, _DISK = (4096, 2048), "books_bytes_per_event"


def compare(reports: Sequence[Report]) -> list[Judged]:
    """Every later run against the first, round by round: rates and processor times; then log and disk of an event at each size."""
    found: list[Judged] = []
    for report in reports[1:]:
        found += _against(report, reports[0])
    for report in reports:
        found += _alone(report)
    return found


def size_of(scale: Scale) -> str:
    """A run by its size."""
    return f"{scale.members:,} members, {scale.entries:,} entries"


def _against(report: Report, first: Report) -> list[Judged]:
    grown = f"{size_of(report.scale)} / {size_of(first.scale)}"
    found = []
    for load, what in _LOADS.items():
        floor, ambition = _HOLD if load in _MUST_HOLD else (None, None)
        rate = Goal(id="P12", title=f"rate of {what}: {grown}", over=load, floor=floor, ambition=ambition)
        cost = Goal(id="G1", title=f"processor time of {what}", over=load, quantity="cpu_us", less_is_better=True)
        found += [(goal, ratio(_rounds(report, goal), _rounds(first, goal))) for goal in (rate, cost)]
    return _known(found)


def _alone(report: Report) -> list[Judged]:
    at = size_of(report.scale)
    found = []
    for load, what, lines in (("bulk", "", _LOG), ("bulk-fresh", " right after a checkpoint", (None, None))):
        log = _limit("P13", f"log of an event in lists, keys, transfers and lots{what}: {at}", load, "wal_books", lines)
        whole = _limit("P13a", f"log of an event in lists, everything{what}: {at}", load, "wal", (None, None))
        found += [(goal, figure(_rounds(report, goal))) for goal in (log, whole)]
    disk = LIMITS[_DISK]
    found.append((_limit(disk.id, f"{disk.title}: {at}", "", "wal", (disk.floor, disk.ambition)), figure([report.sizes.get(_DISK)])))
    return _known(found)


def _limit(id: str, title: str, over: str, quantity: Quantity, lines: tuple[float | None, float | None]) -> Goal:
    floor, ambition = lines
    return Goal(id=id, title=title, over=over, quantity=quantity, floor=floor, ambition=ambition, less_is_better=True, unit="B")


def _rounds(report: Report, goal: Goal) -> list[float | None]:
    return [quantity_of(window, goal.quantity) for window in report.windows_of(goal.over)]


def _known(found: Sequence[tuple[Goal, Figure | None]]) -> list[Judged]:
    return [Judged(goal=goal, figure=value) for goal, value in found if value is not None]
