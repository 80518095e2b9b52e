"""What a run consists of: windows measured, workloads that measure them, and what was found at the end. Values only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.scale import Scale
from bench.stage import Stage

BOOKS = ("event_keys", "transfers", "lot_states")  # what makes points money-like; beside them lie what was sent and why it was judged so


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One measured window. Times of single requests in milliseconds, processor times in seconds over the window.

    `cpu` holds seconds by who used them: server, postgres, load. `other_cpus` is how many processors were kept busy by
    anybody else; `wal_books_bytes` how much of the log went into the books (`BOOKS`). None: cannot be known here, or makes no
    sense for this load.
    """

    workload: str
    round: int
    seconds: float
    units: int
    p50_ms: float | None = None
    p99_ms: float | None = None
    refused: int = 0
    cpu: Mapping[str, float] = field(default_factory=dict)
    wal_bytes: int | None = None
    wal_books_bytes: int | None = None
    other_cpus: float | None = None
    complaint: str | None = None

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.units / self.seconds if self.seconds else 0.0

    def cpu_us(self, *whose: str) -> float | None:
        """Microseconds of processor time per unit, of those together."""
        if not self.units or not all(who in self.cpu for who in whose):
            return None
        return sum(self.cpu[who] for who in whose) * 1e6 / self.units


async def nothing(stage: Stage) -> None:
    """A workload that needs no preparation."""


def always(stage: Stage) -> str | None:
    """A workload that can run wherever the bench can."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A named load. `unit` is what it counts, `reference` tells somebody else's work from ours. `apart`: its events are plainer than
    those of the other loads, so what they leave on disk is counted for itself.

    `missing` answers why it cannot run here, or None; `prepare` is done once, before the first round, untimed.
    """

    name: str
    title: str
    unit: str
    reference: bool
    run: Callable[[Stage, int], Awaitable[Window]]
    prepare: Callable[[Stage], Awaitable[None]] = nothing
    missing: Callable[[Stage], str | None] = always
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What `praemia verify` said about the books afterwards."""

    clean: bool
    seconds: float
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a run found: the input of table, JSON and picture."""

    started_at: str
    scale: Scale
    machine: Mapping[str, str]
    workloads: tuple[Workload, ...]
    missing: Mapping[str, str]
    windows: tuple[Window, ...]
    sizes: Mapping[str, Any]
    proof: Proof
    warnings: tuple[str, ...]
    seconds: float

    def windows_of(self, name: str) -> list[Window]:
        """The windows of one workload, by round."""
        return sorted((w for w in self.windows if w.workload == name), key=lambda w: w.round)
