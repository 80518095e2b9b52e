"""A checked programme file -> the rule language's values. Here whole units become quanta and amounts become minor units.

Assumes what `checks` has proved: every name is known and every fixed amount fits the decimals of its unit or currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from zoneinfo import ZoneInfo

from praemia.programs.core.blocks import BasisBlock, SelectionBlock, WhenBlock
from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.lots_translate import lot_policy, rule_expiry
from praemia.programs.core.schema import (
    BudgetBlock,
    CapBlock,
    EarnBlock,
    ProgramCapBlock,
    ProgramFile,
    RuleBlock,
)
from praemia.rules import (
    ActivityType,
    Add,
    Basis,
    Budget,
    Cap,
    Conditions,
    Earning,
    Effect,
    Fixed,
    Limit,
    Multiply,
    PerAmount,
    PerItem,
    PerValue,
    Rule,
    Selection,
    Stacking,
    TierRate,
    Unit,
    Window,
)


def to_earning(file: ProgramFile) -> Earning:
    """Everything the file says about earning, as the rule language takes it."""
    return _Translation(file).earning()


def default_unit(file: ProgramFile) -> str:
    """The unit of rules and caps that name none: the first of the file."""
    return next(iter(file.units))


def budget_unit(file: ProgramFile, budget: BudgetBlock) -> str:
    """The unit a budget counts: its own, or that of its first known rule."""
    if budget.unit is not None:
        return budget.unit
    units = {rule.id: rule.to for rule in file.earning.rules}
    return next((units[name] for name in budget.rules if units.get(name)), None) or default_unit(file)


class _Translation:
    def __init__(self, file: ProgramFile) -> None:
        self._file = file
        self._digits = MINOR_DIGITS[file.currency]
        self._field_types = {name: block.fields for name, block in file.activities.items()}

    def earning(self) -> Earning:
        file, earning = self._file, self._file.earning
        return Earning(
            timezone=ZoneInfo(file.timezone),
            currency=file.currency,
            units=tuple(self._unit(code) for code in file.units),
            activities=tuple(
                ActivityType(name=name, fields={key: kind.value for key, kind in block.fields.items()})
                for name, block in file.activities.items()
            ),
            rules=tuple(self._rule(rule) for rule in earning.rules),
            caps=tuple(self._program_cap(cap) for cap in earning.caps),
            budgets=tuple(self._budget(budget) for budget in earning.budgets),
            stacking=Stacking(
                multipliers=earning.stacking.multipliers,
                promotions=earning.stacking.promotions,
                multiply_all_points=earning.stacking.multiply,
            ),
            backdate_limit_days=earning.backdate_limit_days,
            basis=basis_of(earning.basis),
            tiers=tuple(self._rates()),
        )

    def _rates(self) -> Iterator[TierRate]:
        tiers = self._file.tiers
        unit = default_unit(self._file) if tiers is None else tiers.to or default_unit(self._file)
        for level in tiers.levels if tiers else ():
            entry = 0 if level.entry_points is None else self._quanta(level.entry_points, unit)
            yield TierRate(tier=level.id, unit=unit, factor=level.multiplier or Fraction(1), name=level.name or {}, entry_quanta=entry)

    def _unit(self, code: str) -> Unit:
        block = self._file.units[code]
        return Unit(
            code=code,
            decimals=block.decimals,
            rounding=block.rounding,
            spendable=block.spendable,
            qualifying=block.qualifying,
            value_minor=None if block.value is None else block.value * 10**self._digits,
            money=block.money,
            lots=lot_policy(block),
        )

    def _rule(self, rule: RuleBlock) -> Rule:
        unit = rule.to or default_unit(self._file)
        return Rule(
            id=rule.id,
            trigger=rule.trigger,
            unit=unit,
            effect=self._effect(rule, unit),
            name=rule.name or {},
            enabled=rule.enabled,
            match=selection_of(rule.match),
            exclude=selection_of(rule.exclude),
            when=conditions_of(rule.when, self._digits),
            limit=None if rule.limit is None else Limit(times=rule.limit.times, per=rule.limit.per, scope=rule.limit.scope),
            cooldown_seconds=rule.cooldown,
            cap=None if rule.cap is None else self._cap(rule.cap, unit),
            exclusive=rule.exclusive,
            stop=rule.stop,
            priority=rule.priority,
            created=rule.created,
            leap_day=rule.leap_day.value,
            expiry=rule_expiry(rule.expiry),
        )

    def _effect(self, rule: RuleBlock, unit: str) -> Effect:
        if rule.multiply is not None:
            return Multiply(factor=rule.multiply)
        if rule.add is not None:
            return Add(quanta=self._quanta(rule.add, unit))
        assert rule.earn is not None, "a checked rule has one of earn, multiply and add"
        return self._earn(rule, rule.earn, unit)

    def _earn(self, rule: RuleBlock, earn: EarnBlock, unit: str) -> Effect:
        share = earn.points * 10 ** self._file.units[unit].decimals
        accrual = rule.accrual or self._file.earning.accrual
        if earn.per_amount is not None:
            return PerAmount(
                quanta=share,
                per_minor=self._minor(earn.per_amount),
                accrual=accrual,
                round_at=rule.round_at or self._file.earning.round_at,
                basis=basis_of(self._file.earning.basis, rule.basis),
            )
        if earn.per_value is not None:
            step = earn.per_value.step
            is_money = self._field_types.get(rule.trigger, {}).get(earn.per_value.field) == "money"
            per = self._minor(step) if is_money else _exactly(step)
            return PerValue(quanta=share, per=per, value_field=earn.per_value.field, accrual=accrual)
        return PerItem(quanta=_exactly(share)) if earn.per_item else Fixed(quanta=_exactly(share))

    def _cap(self, cap: CapBlock, unit: str) -> Cap:
        return Cap(quanta=self._quanta(cap.points, unit), per=cap.per, unit=unit, on_exceed=cap.on_exceed)

    def _program_cap(self, cap: ProgramCapBlock) -> Cap:
        return self._cap(cap, cap.unit or default_unit(self._file))

    def _budget(self, budget: BudgetBlock) -> Budget:
        unit = budget_unit(self._file, budget)
        return Budget(
            id=budget.id,
            rules=budget.rules,
            unit=unit,
            quanta=None if budget.points is None else self._quanta(budget.points, unit),
            money_minor=None if budget.money is None else self._minor(budget.money),
            per=budget.per,
            on_exceed=budget.on_exceed,
        )

    def _quanta(self, points: Fraction, unit: str) -> int:
        return _exactly(points * 10 ** self._file.units[unit].decimals)

    def _minor(self, amount: Fraction) -> int:
        return _exactly(amount * 10**self._digits)


def basis_of(general: BasisBlock, own: BasisBlock | None = None) -> Basis:
    """The rule's own words first, then the programme's, then the defaults."""
    default = Basis()

    def pick(key: str, otherwise: bool) -> bool:
        for block in (own, general):
            said: bool | None = getattr(block, key, None)
            if said is not None:
                return said
        return otherwise

    return Basis(
        tax=pick("tax", default.tax),
        shipping=pick("shipping", default.shipping),
        points_tender=pick("points_tender", default.points_tender),
        money_tender=pick("money_tender", default.money_tender),
        spread_order_discount=pick("order_discount", default.spread_order_discount),
    )


def conditions_of(when: WhenBlock, digits: int) -> Conditions:
    """Conditions as written; `digits` are the decimals of the currency."""
    window = Window(first_day=when.first_day, last_day=when.last_day, weekdays=when.days or frozenset(), hours=when.hours)
    return Conditions(
        window=window,
        min_amount_minor=None if when.min_amount is None else _exactly(when.min_amount * 10**digits),
        min_amount_with_tax=when.min_amount_tax,
        min_quantity=when.min_quantity,
        tiers=when.tiers or frozenset(),
        segments=when.segments or frozenset(),
        channels=when.channels or frozenset(),
        locations=when.locations or frozenset(),
        partners=when.partners or frozenset(),
        members=when.members or frozenset(),
        first_purchase=when.first_purchase,
        expression=when.expression,
    )


def selection_of(block: SelectionBlock | None) -> Selection | None:
    """Lines by product, category, brand or tag; None: not said."""
    if block is None:
        return None
    nothing: frozenset[str] = frozenset()
    return Selection(
        skus=block.sku or nothing, categories=block.category or nothing, brands=block.brand or nothing, tags=block.tag or nothing
    )


def _exactly(number: Fraction) -> int:
    assert number.denominator == 1, "checks refuse a fixed amount finer than its unit"
    return number.numerator
