"""What a purchase counts for, and what is counted in a window: the figures that thresholds are held against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from praemia.rules import PURCHASE, VISIT, Happening, Measure, Tiers, TierWindow, amount_of_spend
from praemia.tiers.core.windows import window_start
from praemia.tiers.model import Book, Counts

Figures = Mapping[Measure, int]


def qualifying(policy: Tiers, happening: Happening, awards: Mapping[str, int]) -> Counts:
    """What an event counts for. Only purchases bring points and spend; purchases and visits are visits."""
    if happening.trigger == PURCHASE:
        spend = amount_of_spend(happening, policy.basis, policy.match, policy.exclude) if Measure.SPEND in policy.measures else 0
        return Counts(points=max(awards.get(policy.unit, 0), 0), spend_minor=spend, visits=1)
    return Counts(visits=1) if happening.trigger == VISIT else Counts()


def figures(policy: Tiers, book: Book, as_of: date) -> Figures:
    """What counts on a local day, for the measures the programme looks at."""
    counts = counted(policy, book, as_of)
    return {measure: _figure(measure, counts, book) for measure in policy.in_order}


def counted(policy: Tiers, book: Book, as_of: date) -> Counts:
    """The sum over the window that ends on a local day."""
    if policy.window is TierWindow.LIFETIME:
        return book.lifetime
    start = window_start(policy, as_of, book.joined_on)
    points = spend_minor = visits = 0
    for day, counts in book.days.items():
        if start <= day <= as_of:
            points += counts.points
            spend_minor += counts.spend_minor
            visits += counts.visits
    return Counts(points=points, spend_minor=spend_minor, visits=visits)


def reached(policy: Tiers, found: Figures) -> int:
    """The rank that the figures reach; -1: not even the first."""
    return policy.reached_by(found)


def bottom(policy: Tiers) -> int:
    """The rank of a member for whom nothing counts."""
    return policy.bottom


def missing(policy: Tiers, rank: int, found: Figures) -> dict[str, int]:
    """What is missing to a rank, by measure."""
    return {measure.value: least - found[measure] for measure, least in policy.levels[rank].at.items() if found[measure] < least}


def _figure(measure: Measure, counts: Counts, book: Book) -> int:
    match measure:
        case Measure.POINTS:
            return counts.points
        case Measure.SPEND:
            return counts.spend_minor
        case Measure.VISITS:
            return counts.visits
        case Measure.BALANCE:
            return max(book.balance, 0)
