"""An hour of quiet mixed load: does the server's memory stop growing? Values here, the run in `__main__`, its papers in `telling`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bench.model import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What was read at the end of a minute (0: before the first). Processor time since the minute before, in milliseconds."""

    number: int
    resident_kib: int
    server_ms: int
    postgres_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What one kind of traffic came to over the whole run."""

    name: str
    units: int
    refused: int
    p50_ms: float | None
    p99_ms: float | None
    complaint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """Everything a soak found."""

    started_at: str
    members: int
    machine: Mapping[str, str]
    minutes: tuple[Minute, ...]
    flows: tuple[Flow, ...]
    events: int
    proof: Proof

    @property
    def growth(self) -> Fraction:
        """KiB a minute that the second half of the run added."""
        late = self.minutes[len(self.minutes) // 2 :]
        return slope([(minute.number, minute.resident_kib) for minute in late])

    @property
    def sound(self) -> bool:
        """Whether everything was accepted and counted, and the books are clean."""
        return self.proof.clean and all(flow.units and not flow.refused for flow in self.flows)


def slope(points: Sequence[tuple[int, int]]) -> Fraction:
    """The rise of the straight line that lies nearest to the points (least squares), exact; 0 when there are too few for a line."""
    n = len(points)
    sum_x, sum_y = sum(x for x, _ in points), sum(y for _, y in points)
    below = n * sum(x * x for x, _ in points) - sum_x**2
    return Fraction(n * sum(x * y for x, y in points) - sum_x * sum_y, below) if below else Fraction(0)
