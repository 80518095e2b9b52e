"""From windows to figures: percentiles, medians over rounds, and how far the rounds lie apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A median over rounds with the lowest and the highest round."""

    median: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """How far the rounds lie apart, as a share of the median: 0.1 is ten percent between lowest and highest."""
        return (self.high - self.low) / self.median if self.median else 0.0


def figure(values: Iterable[float | None]) -> Figure | None:
    """The median of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return Figure(median=median(known), low=min(known), high=max(known)) if known else None


def ratio(over: Sequence[float | None], under: Sequence[float | None]) -> Figure | None:
    """The ratio round by round, then its median: what disturbed a whole round disturbs both sides of that round alike."""
    pairs = zip(over, under, strict=False)
    return figure(a / b for a, b in pairs if a is not None and b)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The value that `share` of the sorted values do not exceed (nearest rank)."""
    if not ordered:
        return None
    rank = -(-len(ordered) * share // 1)  # the ceiling
    return ordered[min(len(ordered), max(1, int(rank))) - 1]
