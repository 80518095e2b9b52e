"""Checked `rewards` and `pay_with_points` -> the rule language's values, in quanta and minor units."""

from __future__ import annotations

from fractions import Fraction

from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.reward_blocks import DEFAULT_PATTERN, CodeBlock, GivesBlock, Over, RewardBlock
from praemia.programs.core.schema import ProgramFile
from praemia.rules import (
    AmountOff,
    CardOf,
    Cashback,
    CodeTerms,
    Donation,
    Experience,
    FreeItem,
    Gift,
    Other,
    PayWithPoints,
    PercentOff,
    Price,
    Reward,
    RewardLimit,
    Rewards,
    TierFor,
)


def to_rewards(file: ProgramFile) -> Rewards:
    """Everything the file says about spending."""
    return _Translation(file).rewards()


class _Translation:
    def __init__(self, file: ProgramFile) -> None:
        self._file = file
        self._minor = 10 ** MINOR_DIGITS[file.currency]

    def rewards(self) -> Rewards:
        return Rewards(rewards={block.id: self._reward(block) for block in self._file.rewards}, pay_with_points=self._pay())

    def _reward(self, block: RewardBlock) -> Reward:
        unit = block.unit or next(iter(self._file.units))
        steps = block.fulfilment.steps if block.fulfilment else ()
        return Reward(
            id=block.id,
            unit=unit,
            price=Price(quanta=self._quanta(block.cost, unit)),
            gift=self._gift(block.gives),
            name=block.name or {},
            description=block.description or {},
            by_tier={tier: self._quanta(cost, unit) for tier, cost in block.cost_by_tier.items()},
            options=tuple(Price(quanta=self._quanta(o.points, unit), cash_minor=self._money(o.cash)) for o in block.options),
            value_minor=None if block.value is None else self._money(block.value),
            stock=block.stock,
            per_member=None if block.per_member is None else RewardLimit(times=block.per_member.times, per=block.per_member.per),
            first_day=block.first_day,
            last_day=block.last_day,
            tiers=block.tiers or frozenset(),
            segments=block.segments or frozenset(),
            code=None if block.code is None else _code(block.code),
            automatic=block.auto,
            steps=steps,
            automatic_steps=(block.fulfilment.automatic if block.fulfilment else None) or frozenset(),
        )

    def _gift(self, gives: GivesBlock) -> Gift:
        if gives.amount_off is not None:
            return AmountOff(amount_minor=self._money(gives.amount_off))
        if gives.percent_off is not None:
            return PercentOff(percent=gives.percent_off, most_minor=None if gives.max is None else self._money(gives.max))
        if gives.free is not None:
            return FreeItem(sku=gives.free.sku, quantity=gives.free.quantity)
        if gives.gift_card is not None:
            return CardOf(value_minor=self._money(gives.gift_card))
        if gives.donation is not None and gives.to is not None:
            return Donation(amount_minor=self._money(gives.donation), receiver=gives.to)
        if gives.tier is not None and gives.months is not None:
            return TierFor(tier=gives.tier, months=gives.months)
        if gives.experience is not None:
            named = next(iter(gives.experience.name.values()))
            return Experience(name=named, dates=gives.experience.dates, places=gives.experience.places, seats=gives.experience.seats)
        if gives.cashback is not None:
            return Cashback(amount_minor=self._money(gives.cashback))
        assert gives.other is not None, "a checked reward gives something"
        return Other(text=gives.other)

    def _pay(self) -> PayWithPoints | None:
        block = self._file.pay_with_points
        if block is None:
            return None
        unit = block.unit or next(iter(self._file.units))
        return PayWithPoints(
            unit=unit,
            quanta=self._quanta(block.points, unit),
            worth_minor=self._money(block.worth),
            min_quanta=0 if block.min_points is None else self._quanta(block.min_points, unit),
            max_percent=block.max_percent,
            clamp=block.over is Over.CLAMP,
        )

    def _quanta(self, points: Fraction, unit: str) -> int:
        return _exactly(points * 10 ** self._file.units[unit].decimals)

    def _money(self, amount: Fraction) -> int:
        return _exactly(amount * self._minor)


def _code(block: CodeBlock) -> CodeTerms:
    return CodeTerms(
        pattern=block.pattern or DEFAULT_PATTERN,
        pool=block.pool,
        starts_after_days=block.starts_after_days,
        valid_days=block.valid_days,
        bound=block.bound,
        uses=block.uses,
    )


def _exactly(number: Fraction) -> int:
    assert number.denominator == 1, "checks refuse an amount finer than its unit"
    return number.numerator
