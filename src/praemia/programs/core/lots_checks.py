"""What a unit or a rule may not say about the life of points: two ends at once, activities nobody declared, words without effect."""

from __future__ import annotations

from collections.abc import Iterator

from praemia.foundation.errors import Fault
from praemia.programs.core.checks import Subject, unknown
from praemia.programs.core.document import Path
from praemia.programs.core.lots_blocks import ExpiryBlock, PendingBlock, RuleExpiryBlock
from praemia.rules import BUILT_IN_TRIGGERS

_ENDS = ("days", "months", "end_of", "each_year", "inactivity_months")
_ALWAYS_KNOWN = frozenset({"earn", "redeem"})


def check_lots(subject: Subject) -> Iterator[Fault]:
    """Every fault of every unit's and rule's words about it."""
    for code, unit in subject.file.units.items():
        path: Path = ("units", code)
        if unit.pending is not None:
            yield from _check_pending(subject, (*path, "pending"), unit.pending)
        if unit.expiry is not None:
            yield from _check_expiry(subject, (*path, "expiry"), unit.expiry)
            yield from _check_activities(subject, (*path, "expiry"), unit.expiry)
    for index, rule in enumerate(subject.file.earning.rules):
        if isinstance(rule.expiry, RuleExpiryBlock):
            yield from _check_expiry(subject, (*subject.path("rules", index), "expiry"), rule.expiry)


def _check_pending(subject: Subject, path: Path, block: PendingBlock) -> Iterator[Fault]:
    if (block.days is None) == (block.until is None):
        yield subject.fault(path, "one_of", "Points wait for one thing: exactly one of days and until.")


def _check_expiry(subject: Subject, path: Path, block: RuleExpiryBlock) -> Iterator[Fault]:
    ends = [key for key in _ENDS if getattr(block, key, None) is not None]
    if not ends:
        known = _ENDS if isinstance(block, ExpiryBlock) else _ENDS[:-1]
        yield subject.fault(path, "one_of", f"This does not say when points end: exactly one of {', '.join(known)}.")
    for extra in ends[1:]:
        message = f"Points end in one way; {ends[0]!r} is already there."
        yield subject.fault((*path, extra), "one_of", message, "remove it", at_key=True)


def _check_activities(subject: Subject, path: Path, block: ExpiryBlock) -> Iterator[Fault]:
    by_inactivity = block.inactivity_months is not None
    for key, wrong, why in (
        ("resets_on", not by_inactivity, "counts only with inactivity_months; elsewhere it is 'extend_on'"),
        ("extend_on", by_inactivity, "has no place beside inactivity_months; there it is 'resets_on'"),
    ):
        named = getattr(block, key)
        if named is None:
            continue
        if wrong:
            yield subject.fault((*path, key), "misplaced", f"'{key}' {why}.", at_key=True)
        known = _ALWAYS_KNOWN.union(BUILT_IN_TRIGGERS, subject.activities)
        for name in sorted(named - known):
            yield unknown(subject, (*path, key), "activity", name, known)
