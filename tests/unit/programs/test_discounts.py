"""Promotions, coupons and their budgets in a programme file: what they come to, and every fault at its place."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from praemia.foundation.errors import InvalidInput
from praemia.programs import read_program
from praemia.programs.core.discount_translate import to_discounts
from praemia.rules import AmountOff, Bonus, BuyGet, Combine, FreeItem, PercentOf, PercentOff, Period

HEAD = "program: p\nunits: { points: {}, cents: { decimals: 2 } }\n"


def faults(text: str) -> list[tuple[str, str]]:
    """Place and code of every fault."""
    with pytest.raises(InvalidInput) as refusal:
        read_program(HEAD + text)
    return [(fault.path, fault.code) for fault in refusal.value.faults]


def test_amounts_become_minor_units_and_points_quanta() -> None:
    told = to_discounts(
        read_program(
            HEAD
            + """
promotions:
  - { id: a, code: A, gives: { amount_off: 5.00 }, limits: { total: 3, per_member: 1 }, incompatible_with: b }
  - id: b
    match: { sku: X }
    when: { min_amount: 20.00, hours: "16:00-18:00" }
    gives: { percent_off: 12.5, max: 1.50, scope: cheapest }
  - { id: c, gives: { buy: 2, get: 1 } }
  - { id: d, gives: { free: { sku: MUG, quantity: 2 } } }
coupons:
  - { id: e, codes: [ONE, TWO], uses: 9, min_amount: 1.00, gives: { points: "1.5", unit: cents } }
  - { id: f, pattern: F-########, starts_after_days: 2, valid_days: 30, until: 2025-03-31, gives: { percent_off: 10 } }
discounts: { sequence: initial, combine: best_order_level, budgets: [{ id: g, of: [a, e], money: 10.00, per: month, on_exceed: cut }] }
"""
        ).file
    )
    a, b, c, d = told.promotions
    assert (a.takes, a.code, a.total, a.per_member, a.incompatible_with) == (AmountOff(amount_minor=500), "A", 3, 1, frozenset({"b"}))
    assert (b.takes, b.cheapest) == (PercentOff(percent=Fraction("12.5"), most_minor=150), True)
    assert (b.when.min_amount_minor, b.when.window.hours) == (2000, (960, 1080))
    assert (c.takes, d.takes) == (BuyGet(buy=2, get=1), FreeItem(sku="MUG", quantity=2))
    e, f = told.coupons
    assert (e.gives, e.codes, e.uses, e.min_amount_minor) == (Bonus(unit="cents", quanta=150), frozenset({"ONE", "TWO"}), 9, 100)
    assert (f.pattern, f.starts_after_days, f.valid_days, f.last_day) == ("F-########", 2, 30, date(2025, 3, 31))
    (budget,) = told.budgets
    assert (budget.of, budget.money_minor, budget.per, budget.cut) == (frozenset({"a", "e"}), 1000, Period.MONTH, True)
    assert (told.sequence, told.combine) == (PercentOf.INITIAL, Combine.BEST_ORDER_LEVEL)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("promotions: [{ id: a, gives: {} }]", [("/promotions/0/gives", "one_of")]),
        ("promotions: [{ id: a, gives: { amount_off: 1, percent_off: 5 } }]", [("/promotions/0/gives/percent_off", "one_of")]),
        ("promotions: [{ id: a, gives: { amount_off: 0.001 } }]", [("/promotions/0/gives/amount_off", "too_fine")]),
        ("promotions: [{ id: a, gives: { percent_off: 101 } }]", [("/promotions/0/gives/percent_off", "range")]),
        ("promotions: [{ id: a, gives: { buy: 2 } }]", [("/promotions/0/gives/buy", "missing")]),
        ("promotions: [{ id: a, gives: { amount_off: 1, max: 1 } }]", [("/promotions/0/gives/max", "misplaced")]),
        ("promotions: [{ id: a, gives: { buy: 1, get: 1, scope: cheapest } }]", [("/promotions/0/gives/scope", "misplaced")]),
        ("promotions: [{ id: a, match: {}, gives: { amount_off: 1 } }]", [("/promotions/0/match", "empty")]),
        ("promotions: [{ id: a, gives: { amount_off: 1 }, incompatible_with: z }]", [("/promotions/0/incompatible_with", "unknown_name")]),
        (
            "promotions: [{ id: a, gives: { amount_off: 1 }, when: { if: event.colour } }]",
            [("/promotions/0/when/if", "expression")],
        ),
        ("promotions: [{ id: a, gives: { amount_off: 1 } }, { id: a, gives: { amount_off: 1 } }]", [("/promotions/1/id", "duplicate_id")]),
        (
            "promotions: [{ id: a, code: x-1, gives: { amount_off: 1 } }]\ncoupons: [{ id: b, codes: X1, gives: { points: 1 } }]",
            [("/coupons/0/codes/0", "duplicate_code")],
        ),
        ("coupons: [{ id: b, gives: { points: 1 } }]", [("/coupons/0", "one_of")]),
        ("coupons: [{ id: b, codes: X, pattern: '########', gives: { points: 1 } }]", [("/coupons/0/pattern", "one_of")]),
        ("coupons: [{ id: b, pattern: '#######', gives: { points: 1 } }]", [("/coupons/0/pattern", "guessable")]),
        ("coupons: [{ id: b, codes: X, valid_days: 3, gives: { points: 1 } }]", [("/coupons/0/valid_days", "misplaced")]),
        ("coupons: [{ id: b, codes: X, gives: { points: 0.5 } }]", [("/coupons/0/gives/points", "too_fine")]),
        ("coupons: [{ id: b, codes: X, gives: { points: 1, unit: stars } }]", [("/coupons/0/gives/unit", "unknown_name")]),
        ("coupons: [{ id: b, codes: X, from: 2025-02-01, until: 2025-01-01, gives: { points: 1 } }]", [("/coupons/0/until", "dates")]),
        ("discounts: { budgets: [{ id: g, of: a, uses: 1 }] }", [("/discounts/budgets/0/of", "unknown_name")]),
        (
            "coupons: [{ id: b, codes: X, gives: { points: 1 } }]\ndiscounts: { budgets: [{ id: g, of: b, uses: 1, money: 1 }] }",
            [("/discounts/budgets/0", "one_of")],
        ),
    ],
)
def test_every_fault_is_told_at_its_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert faults(text) == expected


def test_a_unit_of_money_is_counted_like_the_currency() -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_program("program: p\nunits: { wallet: { money: true }, purse: { money: true, decimals: 2, spendable: false } }\n")
    assert [(fault.path, fault.code) for fault in refusal.value.faults] == [
        ("/units/wallet/money", "decimals"),
        ("/units/purse/money", "not_spendable"),
    ]
