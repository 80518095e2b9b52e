"""What a file says becomes exact integers of the rule language."""

from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from praemia.programs import read_program, to_earning
from praemia.rules.model import (
    Accrual,
    ActivityType,
    Add,
    Basis,
    Budget,
    Cap,
    Conditions,
    Earning,
    Fixed,
    Limit,
    MultiplierStacking,
    Multiply,
    OnExceed,
    PerAmount,
    Period,
    PerItem,
    PerValue,
    PromotionStacking,
    RoundAt,
    Rounding,
    Rule,
    Scope,
    Selection,
    Stacking,
    Unit,
    Window,
)

EVERYTHING = """
program: everything
timezone: Europe/Berlin
currency: JPY
units:
  points: {}
  cash: { decimals: 2, rounding: half_even, spendable: false, qualifying: true, value: 1.5 }
activities: { run: { fields: { metres: int, fee: money } } }
earning:
  accrual: whole_steps
  round_at: order
  basis: { tax: include, order_discount: ignore }
  stacking: { multipliers: product, promotions: latest, multiply: all }
  backdate_limit_days: 30
  rules:
    - id: amount
      trigger: purchase
      to: cash
      earn: { points: "0.005", per_amount: 100 }
      basis: { tax: exclude, shipping: include, points_tender: include, money_tender: exclude }
      accrual: pro_rata
      round_at: line
    - { id: plain, trigger: purchase, earn: { points: 3, per_amount: 1000 } }
    - id: item
      trigger: purchase
      to: cash
      earn: { points: 0.25, per_item: true }
      match: { sku: a, category: [b, c], brand: d, tag: e }
    - id: distance
      trigger: run
      earn: { points: 0.5, per_value: { field: metres, step: 1000 } }
      exclusive: true
      stop: true
      priority: -3
    - { id: fee, trigger: run, earn: { points: 1, per_value: { field: fee, step: 200 } }, enabled: false }
    - { id: leap, trigger: birthday, earn: { points: 7 }, leap_day: mar1 }
    - { id: x, trigger: purchase, to: cash, multiply: "1.50", created: 2025-01-02, exclude: { tag: red } }
    - id: plus
      name: Plus
      trigger: purchase
      to: cash
      add: 1.5
      limit: { times: 2, per: week, scope: program }
      cooldown: 90m
      cap: { points: 3, per: month, on_exceed: refuse }
      when:
        from: 2025-01-01
        until: 2025-12-31
        days: [sun, mon]
        hours: "22:00-24:00"
        min_amount: 500
        min_amount_tax: include
        min_quantity: 2
        tiers: gold
        segments: [vip]
        channels: [web]
        locations: [7]
        partners: [fuel]
        members: [ann]
        first_purchase: true
        if: event.quantity > 1
  caps: [{ points: 10, per: balance, unit: cash }, { points: 5, per: day, on_exceed: refuse }]
  budgets: [{ id: yen, rules: [plus, x], money: 5000 }, { id: all, rules: plain, points: 9, per: year, on_exceed: refuse }]
"""


_GENERAL = Basis(tax=True, spread_order_discount=False)
_OWN = Basis(shipping=True, points_tender=True, money_tender=False, spread_order_discount=False)
_WHOLE, _ORDER = Accrual.WHOLE_STEPS, RoundAt.ORDER
_CONDITIONS = Conditions(
    window=Window(first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), weekdays=frozenset({0, 6}), hours=(1320, 1440)),
    min_amount_minor=500,
    min_amount_with_tax=True,
    min_quantity=2,
    tiers=frozenset({"gold"}),
    segments=frozenset({"vip"}),
    channels=frozenset({"web"}),
    locations=frozenset({"7"}),
    partners=frozenset({"fuel"}),
    members=frozenset({"ann"}),
    first_purchase=True,
    expression="event.quantity > 1",
)
_SELECTION = Selection(skus=frozenset({"a"}), categories=frozenset({"b", "c"}), brands=frozenset({"d"}), tags=frozenset({"e"}))
EXPECTED = Earning(
    timezone=ZoneInfo("Europe/Berlin"),
    currency="JPY",
    units=(
        Unit(code="points"),
        Unit(code="cash", decimals=2, rounding=Rounding.HALF_EVEN, spendable=False, qualifying=True, value_minor=Fraction(3, 2)),
    ),
    activities=(ActivityType(name="run", fields={"metres": "int", "fee": "money"}),),
    rules=(
        Rule(
            id="amount",
            trigger="purchase",
            unit="cash",
            effect=PerAmount(quanta=Fraction(1, 2), per_minor=100, accrual=Accrual.PRO_RATA, round_at=RoundAt.LINE, basis=_OWN),
        ),
        Rule(
            id="plain",
            trigger="purchase",
            unit="points",
            effect=PerAmount(quanta=Fraction(3), per_minor=1000, accrual=_WHOLE, round_at=_ORDER, basis=_GENERAL),
        ),
        Rule(id="item", trigger="purchase", unit="cash", effect=PerItem(quanta=25), match=_SELECTION),
        Rule(
            id="distance",
            trigger="run",
            unit="points",
            effect=PerValue(quanta=Fraction(1, 2), per=1000, value_field="metres", accrual=_WHOLE),
            exclusive=True,
            stop=True,
            priority=-3,
        ),
        Rule(
            id="fee",
            trigger="run",
            unit="points",
            effect=PerValue(quanta=Fraction(1), per=200, value_field="fee", accrual=_WHOLE),
            enabled=False,
        ),
        Rule(id="leap", trigger="birthday", unit="points", effect=Fixed(quanta=7), leap_day="mar1"),
        Rule(
            id="x",
            trigger="purchase",
            unit="cash",
            effect=Multiply(factor=Fraction(3, 2)),
            created=date(2025, 1, 2),
            exclude=Selection(tags=frozenset({"red"})),
        ),
        Rule(
            id="plus",
            trigger="purchase",
            unit="cash",
            effect=Add(quanta=150),
            name={"de": "Plus", "en": "Plus"},
            when=_CONDITIONS,
            limit=Limit(times=2, per=Period.WEEK, scope=Scope.PROGRAM),
            cooldown_seconds=5400,
            cap=Cap(quanta=300, per=Period.MONTH, unit="cash", on_exceed=OnExceed.REFUSE),
        ),
    ),
    caps=(
        Cap(quanta=1000, per=Period.BALANCE, unit="cash"),
        Cap(quanta=5, per=Period.DAY, unit="points", on_exceed=OnExceed.REFUSE),
    ),
    budgets=(
        Budget(id="yen", rules=("plus", "x"), unit="cash", money_minor=5000),
        Budget(id="all", rules=("plain",), unit="points", quanta=9, per=Period.YEAR, on_exceed=OnExceed.REFUSE),
    ),
    stacking=Stacking(multipliers=MultiplierStacking.PRODUCT, promotions=PromotionStacking.LATEST, multiply_all_points=True),
    backdate_limit_days=30,
    basis=_GENERAL,
)


def test_every_key_reaches_the_rule_language() -> None:
    assert to_earning(read_program(EVERYTHING).file) == EXPECTED


def test_what_is_left_out_has_the_defaults_of_the_rule_language() -> None:
    text = "program: small\nunits: { points: {} }\nearning: { rules: [{ id: a, trigger: purchase, earn: { points: 1, per_amount: 1 } }] }\n"
    assert to_earning(read_program(text).file) == Earning(
        timezone=ZoneInfo("UTC"),
        currency="EUR",
        units=(Unit(code="points"),),
        rules=(Rule(id="a", trigger="purchase", unit="points", effect=PerAmount(quanta=Fraction(1), per_minor=100)),),
    )


@pytest.mark.parametrize(("currency", "minor"), [("EUR", 250), ("KWD", 2500), ("CLF", 25000)])
def test_amounts_are_minor_units_of_the_currency(currency: str, minor: int) -> None:
    text = (
        f"program: small\ncurrency: {currency}\nunits: {{ points: {{}} }}\n"
        "earning: { rules: [{ id: a, trigger: purchase, earn: { points: 1, per_amount: 2.5 } }] }\n"
    )
    effect = to_earning(read_program(text).file).rules[0].effect
    assert isinstance(effect, PerAmount)
    assert effect.per_minor == minor
