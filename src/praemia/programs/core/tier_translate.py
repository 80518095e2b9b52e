"""Checked `tiers` -> the rule language's values, in quanta and minor units, with what a programme leaves unsaid filled in."""

from __future__ import annotations

from fractions import Fraction

from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.schema import ProgramFile
from praemia.programs.core.tier_blocks import (
    AtBlock,
    Criteria,
    HoldBlock,
    LevelBlock,
    ReviewBlock,
    ReviewWord,
    TiersBlock,
    WindowBlock,
    WindowWord,
)
from praemia.programs.core.translate import basis_of, default_unit, selection_of
from praemia.rules import Level, Measure, ReviewOn, Tiers, TierWindow

_NATURAL_REVIEW = {
    TierWindow.LIFETIME: ReviewOn.NEVER,
    TierWindow.CALENDAR_YEAR: ReviewOn.YEAR_START,
    TierWindow.CALENDAR_QUARTER: ReviewOn.QUARTER_START,
    TierWindow.CALENDAR_MONTH: ReviewOn.MONTH_START,
    TierWindow.ROLLING_MONTHS: ReviewOn.DAILY,
    TierWindow.SINCE_JOINING: ReviewOn.EVERY_DAYS,
}


def to_tiers(file: ProgramFile) -> Tiers | None:
    """Everything the file says about tiers; None: there are none."""
    return None if file.tiers is None else _Translation(file, file.tiers).tiers()


def counting_unit(file: ProgramFile, block: TiersBlock) -> str:
    """The unit whose points count."""
    return block.unit or next((code for code, unit in file.units.items() if unit.qualifying), None) or default_unit(file)


class _Translation:
    def __init__(self, file: ProgramFile, block: TiersBlock) -> None:
        self._file = file
        self._block = block
        self._unit = counting_unit(file, block)
        self._to = block.to or default_unit(file)
        self._minor = 10 ** MINOR_DIGITS[file.currency]

    def tiers(self) -> Tiers:
        block = self._block
        levels = tuple(self._level(level) for level in block.levels)
        window, length = _window(block.window)
        by_balance = any(Measure.BALANCE in level.at for level in levels)
        review, every = _review(block.review)
        if review is None:
            review, every = self._usual_review(window, length, by_balance)
        hold_months = block.hold.months if isinstance(block.hold, HoldBlock) else 0
        hold_to_next_year = block.hold is not None and not isinstance(block.hold, HoldBlock)
        if review is ReviewOn.TIER_END and block.hold is None and window is TierWindow.ROLLING_MONTHS:
            hold_months = length  # a tier ends when the time is over in which it was reached
        own = block.review if isinstance(block.review, ReviewBlock) else ReviewBlock()
        return Tiers(
            levels=levels,
            unit=self._unit,
            to=self._to,
            every_criterion=block.criteria is Criteria.ALL,
            window=window,
            length=length,
            basis=basis_of(self._file.earning.basis, block.spend),
            match=selection_of(block.match),
            exclude=selection_of(block.exclude),
            upgrade_at_review=block.upgrade,
            downgrade=block.downgrade,
            one_level=block.downgrade_step,
            review=review,
            review_dates=tuple(sorted(own.dates or ())),
            review_days=every,
            expire_all=own.then_expire_all,
            hold_months=hold_months,
            hold_to_next_year=hold_to_next_year,
            grace_months=block.grace.months if block.grace else 0,
            grace_to=block.grace.round_up if block.grace else None,
            count_pending=block.count_pending,
            new_tier_rate=block.purchase_rate,
            at_risk_days=block.at_risk_days,
        )

    def _level(self, level: LevelBlock) -> Level:
        return Level(
            id=level.id,
            at=self._at(level.at),
            name=level.name or {},
            factor=Fraction(1) if level.multiplier is None else level.multiplier,
            entry_quanta=0 if level.entry_points is None else self._quanta(level.entry_points, self._to),
            benefits=level.benefits,
        )

    def _at(self, at: AtBlock | Fraction) -> dict[Measure, int]:
        if not isinstance(at, AtBlock):
            return {self._block.basis: self._threshold(self._block.basis, at)}
        given = ((measure, getattr(at, measure.value)) for measure in Measure)
        return {measure: self._threshold(measure, Fraction(value)) for measure, value in given if value is not None}

    def _threshold(self, measure: Measure, value: Fraction) -> int:
        match measure:
            case Measure.SPEND:
                return int(value * self._minor)
            case Measure.VISITS:
                return int(value)
            case Measure.POINTS | Measure.BALANCE:
                return self._quanta(value, self._unit)

    def _usual_review(self, window: TierWindow, length: int, by_balance: bool) -> tuple[ReviewOn, int]:
        if self._block.hold is not None:
            return ReviewOn.TIER_END, 0
        if by_balance:
            return ReviewOn.DAILY, 0
        return _NATURAL_REVIEW[window], length if window is TierWindow.SINCE_JOINING else 0

    def _quanta(self, points: Fraction, unit: str) -> int:
        return int(points * 10 ** self._file.units[unit].decimals)


def _window(said: WindowBlock | WindowWord | None) -> tuple[TierWindow, int]:
    match said:
        case WindowBlock(rolling_months=int() as months):
            return TierWindow.ROLLING_MONTHS, months
        case WindowBlock(since_joining_days=int() as days):
            return TierWindow.SINCE_JOINING, days
        case WindowWord() as word:
            return TierWindow(word.value), 0
        case _:
            return TierWindow.LIFETIME, 0


def _review(said: ReviewBlock | ReviewWord | None) -> tuple[ReviewOn | None, int]:
    match said:
        case ReviewWord() as word:
            return ReviewOn(word.value), 0
        case ReviewBlock(every_days=int() as days):
            return ReviewOn.EVERY_DAYS, days
        case ReviewBlock():
            return ReviewOn.DATES, 0
        case None:
            return None, 0
