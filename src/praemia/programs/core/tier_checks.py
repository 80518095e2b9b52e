"""What `tiers` may not say: two windows at once, thresholds that fall, units and tiers nobody declared, words without effect."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from praemia.foundation.errors import Fault
from praemia.programs.core.checks import Subject, check_money, check_points, unknown
from praemia.programs.core.document import Path
from praemia.programs.core.tier_blocks import AtBlock, ReviewBlock, TiersBlock, WindowBlock, WindowWord
from praemia.programs.core.tier_translate import counting_unit
from praemia.programs.core.translate import default_unit
from praemia.rules import Downgrade, Measure

_TIERS: Path = ("tiers",)


def check_tiers(subject: Subject) -> Iterator[Fault]:
    """Every fault of the block, and every place of the file that names a tier."""
    block = subject.file.tiers
    if block is not None:
        yield from _check_units(subject, block)
        yield from _check_levels(subject, block)
        yield from _check_times(subject, block)
    known = _known(subject)
    if known is not None:
        yield from _check_names(subject, known)


def _check_units(subject: Subject, block: TiersBlock) -> Iterator[Fault]:
    for key in ("unit", "to"):
        named = getattr(block, key)
        if named is not None and named not in subject.units:
            yield unknown(subject, (*_TIERS, key), "unit", named, subject.units)


def _check_levels(subject: Subject, block: TiersBlock) -> Iterator[Fault]:
    seen: set[str] = set()
    below: dict[Measure, Fraction] = {}
    for index, level in enumerate(block.levels):
        path: Path = (*_TIERS, "levels", index)
        if level.id in seen:
            yield subject.fault((*path, "id"), "duplicate_id", f"There is already a level {level.id!r}.")
        seen.add(level.id)
        at = _thresholds(block, level.at)
        if not at:
            yield subject.fault((*path, "at"), "empty", "This level asks for nothing.", "name points, spend, visits or balance")
        for measure, value in at.items():
            place = (*path, "at", measure.value) if _is_block(level.at) else (*path, "at")
            yield from _check_threshold(subject, place, measure, value, block)
            if value < below.get(measure, Fraction(0)):
                yield subject.fault(place, "order", f"Levels stand lowest first; this asks for less {measure.value} than one before it.")
            below[measure] = value
        if level.multiplier is not None and level.multiplier > 1000:
            yield subject.fault((*path, "multiplier"), "range", "The factor must be at most 1000.")
        if level.entry_points is not None:
            yield from check_points(subject, (*path, "entry_points"), level.entry_points, block.to or default_unit(subject.file))


def _thresholds(block: TiersBlock, at: AtBlock | Fraction) -> dict[Measure, Fraction]:
    if not isinstance(at, AtBlock):
        return {block.basis: at}
    return {measure: Fraction(value) for measure in Measure if (value := getattr(at, measure.value)) is not None}


def _starts_anew(window: WindowBlock | WindowWord | None) -> bool:
    if isinstance(window, WindowBlock):
        return window.since_joining_days is not None
    return window not in (None, WindowWord.LIFETIME)


def _is_block(at: AtBlock | Fraction) -> bool:
    return isinstance(at, AtBlock)


def _check_threshold(subject: Subject, path: Path, measure: Measure, value: Fraction, block: TiersBlock) -> Iterator[Fault]:
    match measure:
        case Measure.SPEND:
            yield from check_money(subject, path, value)
        case Measure.VISITS:
            if value.denominator != 1:
                yield subject.fault(path, "too_fine", "Visits are whole numbers.")
        case Measure.POINTS | Measure.BALANCE:
            yield from check_points(subject, path, value, counting_unit(subject.file, block))


def _check_times(subject: Subject, block: TiersBlock) -> Iterator[Fault]:
    counted = any(measure is not Measure.BALANCE for level in block.levels for measure in _thresholds(block, level.at))
    if counted and block.window is None:
        message = "It is not said over which time this counts: tiers need a window."
        yield subject.fault(_TIERS, "missing", message, "window: calendar_year, or window: {rolling_months: 12}")
    if not counted and block.window is not None:
        yield subject.fault((*_TIERS, "window"), "misplaced", "A balance is what is held now: it has no window.", "remove it", at_key=True)
    if isinstance(block.window, WindowBlock) and (block.window.rolling_months is None) == (block.window.since_joining_days is None):
        yield subject.fault((*_TIERS, "window"), "one_of", "A window has one length: exactly one of rolling_months and since_joining_days.")
    if isinstance(block.review, ReviewBlock):
        if (block.review.dates is None) == (block.review.every_days is None):
            yield subject.fault((*_TIERS, "review"), "one_of", "Days of review are said in one way: exactly one of dates and every_days.")
        if block.review.then_expire_all and block.review.every_days is None:
            yield subject.fault((*_TIERS, "review", "then_expire_all"), "misplaced", "'then_expire_all' goes with every_days.", at_key=True)
    if block.upgrade and block.downgrade is Downgrade.IMMEDIATE and _starts_anew(block.window):
        message = "A tier that a review gives for the period that ended cannot fall at once when the new one begins."
        yield subject.fault((*_TIERS, "downgrade"), "misplaced", message, "let it fall at_review", at_key=True)
    if block.upgrade and block.purchase_rate:
        message = "A tier that rises at a review is never the new tier of a purchase."
        yield subject.fault((*_TIERS, "purchase_rate"), "misplaced", message, "remove it, or let upgrades be immediate", at_key=True)


def _check_names(subject: Subject, known: frozenset[str]) -> Iterator[Fault]:
    for index, rule in enumerate(subject.file.earning.rules):
        for name in sorted((rule.when.tiers or frozenset()) - known):
            yield unknown(subject, (*subject.path("rules", index), "when", "tiers"), "tier", name, known)
    for index, promotion in enumerate(subject.file.promotions):
        for name in sorted((promotion.when.tiers or frozenset()) - known):
            yield unknown(subject, ("promotions", index, "when", "tiers"), "tier", name, known)
    for index, coupon in enumerate(subject.file.coupons):
        for name in sorted((coupon.tiers or frozenset()) - known):
            yield unknown(subject, ("coupons", index, "tiers"), "tier", name, known)
    for index, reward in enumerate(subject.file.rewards):
        for name in sorted((reward.tiers or frozenset()) - known):
            yield unknown(subject, ("rewards", index, "tiers"), "tier", name, known)
        for name in sorted(reward.cost_by_tier.keys() - known):
            yield unknown(subject, ("rewards", index, "cost_by_tier", name), "tier", name, known)
        if reward.gives.tier is not None and reward.gives.tier not in known:
            yield unknown(subject, ("rewards", index, "gives", "tier"), "tier", reward.gives.tier, known)


def _known(subject: Subject) -> frozenset[str] | None:
    """The tiers of the whole text, also those in levels with a fault of shape; None: it does not speak of tiers at all."""
    root: Any = subject.document.root
    tiers = root.get("tiers") if isinstance(root, dict) else None
    levels = tiers.get("levels") if isinstance(tiers, dict) else None
    if not isinstance(levels, tuple):
        return None
    return frozenset(str(level["id"]) for level in levels if isinstance(level, dict) and isinstance(level.get("id"), str))
