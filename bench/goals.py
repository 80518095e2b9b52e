"""The goals a run is held against: ratios to reference loads of the same round, and a few plain limits.

Two numbers for each: the floor, below which a release does not ship, and the ambition. Names P1.. follow the list of
goals in docs/performance.md. What needs a later capability or another machine's product is listed there as not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bench.figures import Figure, figure, ratio
from bench.model import Report, Window

Quantity = Literal["rate", "p50_ms", "p99_ms", "cpu_us", "wal", "wal_books"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One figure with its goal lines. `over` divided by the best of `under`; without `under` the figure itself.

    `under` names loads whose best rate of the round counts; of a quantity that is a time there is one. `less_is_better`
    turns floor and ambition into upper limits.
    """

    id: str
    title: str
    over: str
    under: tuple[str, ...] = ()
    quantity: Quantity = "rate"
    floor: float | None = None
    ambition: float | None = None
    less_is_better: bool = False
    unit: str = "×"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A goal and what this run says of it."""

    goal: Goal
    figure: Figure

    @property
    def verdict(self) -> str:
        """`ambition`, `floor`, `below`, or `-` where there is no goal."""
        for name, line in (("ambition", self.goal.ambition), ("floor", self.goal.floor)):
            if line is not None and (self.figure.median <= line if self.goal.less_is_better else self.figure.median >= line):
                return name
        return "-" if self.goal.floor is None and self.goal.ambition is None else "below"


def _ratio(id: str, title: str, over: str, *under: str, goal: tuple[float, float] | None = None) -> Goal:
    """More is better; the goal as (floor, ambition)."""
    floor, ambition = goal or (None, None)
    return Goal(id=id, title=title, over=over, under=under, floor=floor, ambition=ambition)


def _limit(id: str, title: str, over: str, quantity: Quantity, unit: str, *under: str, goal: tuple[float, float] | None = None) -> Goal:
    """Less is better; the goal as (floor, ambition)."""
    floor, ambition = goal or (None, None)
    return Goal(
        id=id, title=title, over=over, under=under, quantity=quantity, unit=unit, floor=floor, ambition=ambition, less_is_better=True
    )


_RICH: tuple[Goal, ...] = (
    _ratio("P1", "purchases, 32 connections / TPC-B, 32 clients", "earn-32", "tpcb-32", goal=(1.2, 2.5)),
    _ratio("P2", "purchases, 32 connections / best TPC-B", "earn-32", "tpcb-8", "tpcb-32", goal=(1.0, 2.0)),
    _ratio("P3", "purchases, 32 connections / pgledger, 32 clients", "earn-32", "pgledger-32", goal=(2, 4)),
    _ratio("P5", "bulk / COPY of the transfer rows", "bulk", "copy-transfers", goal=(0.2, 0.4)),
    _ratio("P5b", "bulk / COPY of every row an event leaves", "bulk", "copy-all"),
    _ratio("P6", "bulk / TPC-B, 32 clients", "bulk", "tpcb-32", goal=(5, 11)),
    _ratio("P6b", "bulk / pgledger, 1000 per call", "bulk", "pgledger-batch", goal=(3, 7)),
    _ratio("P8", "100 hot members / all members, 32 connections", "hot", "earn-32", goal=(0.9, 1.1)),
    _ratio("P8b", "100 hot members / pgledger, one issuer", "hot", "pgledger-issuer", goal=(5, 12)),
    _ratio("R1", "points held and captured, 32 connections / TPC-B, 32 clients", "redeem-32", "tpcb-32", goal=(0.75, 1.5)),
    _ratio("P11", "balance reads, 32 connections / select-only", "balance", "select-8", goal=(0.1, 0.3)),
    _ratio("P15", "repeated batches / first posting", "replay", "bulk", goal=(1, 3)),
    _ratio("F1", "purchases, 32 connections / bare framework route", "earn-32", "bare-route"),
    _ratio("F2", "purchases, 32 connections / best simple-update", "earn-32", "simple-8", "simple-32"),
    _ratio("F3", "rules / the same ten rules by hand, unexplained", "rules", "rules-by-hand"),
    _limit("P10", "p50 of a lone purchase / p50 of fdatasync", "earn-1", "p50_ms", "×", "fdatasync", goal=(20, 10)),
    _limit("P9", "p99 of purchases, 8 connections", "earn-8", "p99_ms", "ms", goal=(25, 8)),
    _limit("P9b", "p99 of purchases, 32 connections", "earn-32", "p99_ms", "ms", goal=(40, 15)),
    _limit("P11b", "p99 of balance reads during bulk", "balance-during-bulk", "p99_ms", "ms", goal=(20, 6)),
    _limit("P14", "processor time of a purchase, 32 connections", "earn-32", "cpu_us", "µs", goal=(300, 180)),
    _limit("P14b", "processor time of an event in bulk", "bulk", "cpu_us", "µs", goal=(120, 60)),
    _limit("F4", "processor time of a purchase / of TPC-B, 32 each", "earn-32", "cpu_us", "×", "tpcb-32"),
    _limit("F5", "processor time of an event in bulk / COPY of its rows", "bulk", "cpu_us", "×", "copy-all"),
    _limit("P13", "log of an event in bulk: its keys, transfers and lots", "bulk", "wal_books", "B", goal=(4096, 2048)),
    _limit("P13a", "log of an event in bulk, everything", "bulk", "wal", "B"),
)
# The plain loads record what the prototype did from which these lines come, so that like stands beside like.
PLAIN: tuple[Goal, ...] = tuple(
    replace(goal, id=f"{goal.id}p", title=f"{goal.title}; plain", over=f"{goal.over}-plain")
    for goal in _RICH
    if goal.id in ("P1", "P3", "P5", "P6", "P6b", "P14", "P14b", "F4", "P13", "P13a")
)
# What a second process brings on this machine. PostgreSQL and the load generator want processors too.
TWO: tuple[Goal, ...] = (
    _ratio("T1", "purchases, 32 connections: two processes / one", "earn-32-two", "earn-32"),
    _ratio("T2", "bulk: two processes / one", "bulk-two", "bulk"),
    _ratio("P1t", "purchases, 32 connections / TPC-B, 32 clients; two processes", "earn-32-two", "tpcb-32"),
    _ratio("P6t", "bulk / TPC-B, 32 clients; two processes", "bulk-two", "tpcb-32"),
    _limit("T3", "processor time of a purchase, 32 connections: two processes / one", "earn-32-two", "cpu_us", "×", "earn-32"),
    _limit("T4", "processor time of an event in bulk: two processes / one", "bulk-two", "cpu_us", "×", "bulk"),
)
GOALS = (*_RICH, *PLAIN, *TWO)

# Figures of the whole run, by where they are in the report's sizes.
LIMITS: Mapping[str, Goal] = {
    "disk_bytes_per_event": _limit("P13b", "disk of an event, every table and index", "", "wal", "B"),
    "books_bytes_per_event": _limit("P13c", "disk of an event: its keys, transfers and lots", "", "wal", "B", goal=(700, 450)),
    "plain_disk_bytes_per_event": _limit("P13bp", "disk of an event, every table and index; plain", "", "wal", "B"),
    "plain_books_bytes_per_event": _limit("P13cp", "disk of an event: its key, transfer and lot; plain", "", "wal", "B", goal=(700, 450)),
    "server_rss_mib": _limit("P17", "memory of the server at the end", "", "rate", "MiB", goal=(150, 80)),
}


def judge(report: Report) -> list[Judged]:
    """Every goal that this run can say something about, in the order of the list."""
    by_round = _by_round(report)
    found = [Judged(goal=goal, figure=value) for goal in GOALS if (value := _figure_of(goal, by_round)) is not None]
    for key, goal in LIMITS.items():
        value = figure([report.sizes.get(key)])
        if value is not None:
            found.append(Judged(goal=goal, figure=value))
    return found


def needed_by(names: frozenset[str]) -> frozenset[str]:
    """The named workloads and the loads their goals are divided by."""
    return names | {under for goal in GOALS if goal.over in names for under in goal.under}


def _figure_of(goal: Goal, rounds: list[Mapping[str, Window]]) -> Figure | None:
    over = [quantity_of(r.get(goal.over), goal.quantity) for r in rounds]
    if not goal.under:
        return figure(over)
    under = [_best(r, goal) for r in rounds]
    return ratio(over, under)


def _best(windows: Mapping[str, Window], goal: Goal) -> float | None:
    """The best of the loads divided by; None unless every one of them ran, since the best could be the missing one."""
    found = [quantity_of(windows.get(name), goal.quantity) for name in goal.under]
    known = [value for value in found if value is not None]
    return max(known) if known and len(known) == len(found) else None


def quantity_of(window: Window | None, quantity: Quantity) -> float | None:
    """What a goal is about, as one window measured it."""
    if window is None or not window.units:
        return None
    match quantity:
        case "rate":
            return window.rate
        case "p50_ms":
            return window.p50_ms
        case "p99_ms":
            return window.p99_ms
        case "cpu_us":
            # A reference has no server of ours, the framework's route no PostgreSQL: what there is counts.
            return window.cpu_us(*(who for who in ("server", "postgres") if who in window.cpu)) if window.cpu else None
        case "wal":
            return None if window.wal_bytes is None else window.wal_bytes / window.units
        case "wal_books":
            return None if window.wal_books_bytes is None else window.wal_books_bytes / window.units


def _by_round(report: Report) -> list[Mapping[str, Window]]:
    rounds: dict[int, dict[str, Window]] = {}
    for window in report.windows:
        rounds.setdefault(window.round, {})[window.workload] = window
    return [rounds[number] for number in sorted(rounds)]
