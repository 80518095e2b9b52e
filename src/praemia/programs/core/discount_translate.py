"""Checked `promotions`, `coupons` and `discounts` -> the rule language's values, in minor units and quanta."""

from __future__ import annotations

from fractions import Fraction

from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.discount_blocks import CouponBlock, DiscountBudgetBlock, PromotionBlock, TakesBlock
from praemia.programs.core.schema import ProgramFile
from praemia.programs.core.translate import conditions_of, selection_of
from praemia.rules import (
    AmountOff,
    Bonus,
    BuyGet,
    Coupon,
    DiscountBudget,
    Discounts,
    FreeItem,
    OnExceed,
    PercentOff,
    Promotion,
    TakesOff,
)


def to_discounts(file: ProgramFile) -> Discounts:
    """Everything the file says about prices at the till."""
    return _Translation(file).discounts()


class _Translation:
    def __init__(self, file: ProgramFile) -> None:
        self._file = file
        self._digits = MINOR_DIGITS[file.currency]

    def discounts(self) -> Discounts:
        file = self._file
        return Discounts(
            promotions=tuple(self._promotion(block) for block in file.promotions),
            coupons=tuple(self._coupon(block) for block in file.coupons),
            budgets=tuple(self._budget(block) for block in file.discounts.budgets),
            sequence=file.discounts.sequence,
            combine=file.discounts.combine,
        )

    def _promotion(self, block: PromotionBlock) -> Promotion:
        return Promotion(
            id=block.id,
            takes=self._takes(block.gives),
            name=block.name or {},
            code=block.code,
            enabled=block.enabled,
            when=conditions_of(block.when, self._digits),
            match=selection_of(block.match),
            exclude=selection_of(block.exclude),
            cheapest=block.gives.scope is not None,
            total=block.limits.total,
            per_member=block.limits.per_member,
            incompatible_with=block.incompatible_with or frozenset(),
        )

    def _takes(self, gives: TakesBlock) -> TakesOff:
        if gives.amount_off is not None:
            return AmountOff(amount_minor=self._money(gives.amount_off))
        if gives.percent_off is not None:
            return PercentOff(percent=gives.percent_off, most_minor=None if gives.max is None else self._money(gives.max))
        if gives.free is not None:
            return FreeItem(sku=gives.free.sku, quantity=gives.free.quantity)
        assert gives.buy is not None, "a checked promotion takes something off"
        assert gives.get is not None, "checks want `get` beside `buy`"
        return BuyGet(buy=gives.buy, get=gives.get, percent=gives.off_percent or Fraction(100))

    def _coupon(self, block: CouponBlock) -> Coupon:
        return Coupon(
            id=block.id,
            gives=self._gives(block),
            name=block.name or {},
            codes=frozenset(block.codes or ()),
            pattern=block.pattern,
            uses=block.uses,
            campaign_uses=block.campaign_uses,
            per_member=block.per_member,
            member=block.member,
            segments=block.segments or frozenset(),
            tiers=block.tiers or frozenset(),
            min_amount_minor=None if block.min_amount is None else self._money(block.min_amount),
            first_day=block.first_day,
            last_day=block.last_day,
            starts_after_days=block.starts_after_days,
            valid_days=block.valid_days,
        )

    def _gives(self, block: CouponBlock) -> AmountOff | PercentOff | Bonus:
        gives = block.gives
        if gives.amount_off is not None:
            return AmountOff(amount_minor=self._money(gives.amount_off))
        if gives.percent_off is not None:
            return PercentOff(percent=gives.percent_off, most_minor=None if gives.max is None else self._money(gives.max))
        assert gives.points is not None, "a checked coupon gives something"
        unit = gives.unit or next(iter(self._file.units))
        return Bonus(unit=unit, quanta=_exactly(gives.points * 10 ** self._file.units[unit].decimals))

    def _budget(self, block: DiscountBudgetBlock) -> DiscountBudget:
        return DiscountBudget(
            id=block.id,
            of=frozenset(block.of),
            money_minor=None if block.money is None else self._money(block.money),
            uses=block.uses,
            per=block.per,
            cut=block.on_exceed is OnExceed.CUT,
        )

    def _money(self, amount: Fraction) -> int:
        return _exactly(amount * 10**self._digits)


def _exactly(number: Fraction) -> int:
    assert number.denominator == 1, "checks refuse an amount finer than its unit"
    return number.numerator
