"""The figures the rule language must give: amounts, rounding, stacking, in the order of the rules' own page."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from praemia.rules import (
    Accrual,
    ActivityType,
    Add,
    Basis,
    MultiplierStacking,
    PerItem,
    PerValue,
    PromotionStacking,
    RoundAt,
    Rounding,
    Stacking,
    Unit,
)
from tests.unit.rules.making import bought, by_rule, did, earning, judged, line, of, once, outcome, points, rule, spend, times, when

WHOLE = {"accrual": Accrual.WHOLE_STEPS}


@pytest.mark.parametrize(("cents", "expected"), [(10500, 10), (999, 0), (1000, 1)])
def test_only_whole_steps_count_where_asked(cents: int, expected: int) -> None:
    assert points(earning(spend(per=1000, with_=WHOLE)), bought(cents)) == expected


def test_a_step_of_three_points_is_shared_pro_rata_by_default() -> None:
    assert points(earning(spend(quanta=3, per=1000)), bought(10500)) == 31
    assert points(earning(spend(quanta=3, per=1000, with_=WHOLE)), bought(10500)) == 30


@pytest.mark.parametrize(
    ("rounding", "expected"), [(Rounding.DOWN, 28), (Rounding.HALF_UP, 29), (Rounding.HALF_EVEN, 28), (Rounding.UP, 29)]
)
def test_a_half_goes_where_the_unit_says(rounding: Rounding, expected: int) -> None:
    programme = earning(spend(), times("boost", "1.5"), units=(Unit(code="pts", rounding=rounding),))
    assert points(programme, bought(1900)) == expected


def test_half_even_takes_the_even_neighbour_upwards_too() -> None:
    programme = earning(spend(), times("boost", "1.5"), units=(Unit(code="pts", rounding=Rounding.HALF_EVEN),))
    assert points(programme, bought(2100)) == 32


def test_the_base_is_rounded_before_it_is_multiplied() -> None:
    programme = earning(spend(), times("boost", "1.5"), units=(Unit(code="pts", rounding=Rounding.HALF_UP),))
    assert points(programme, bought(49)) == 0
    assert by_rule(judged(programme, bought(50))) == {"base": 1, "boost": 1}


def test_rounding_by_line_loses_what_every_line_loses() -> None:
    assert points(earning(spend(with_={"round_at": RoundAt.LINE})), bought(99, 99, 99)) == 0
    assert points(earning(spend()), bought(99, 99, 99)) == 2


@pytest.mark.parametrize(("round_at", "expected"), [(RoundAt.LINE, 18), (RoundAt.RULE, 17), (RoundAt.ORDER, 17)])
def test_cashback_by_line_differs_by_a_cent_from_the_order(round_at: RoundAt, expected: int) -> None:
    cents = Unit(code="pts", decimals=2, rounding=Rounding.HALF_UP)
    assert points(earning(spend(quanta=5, with_={"round_at": round_at}), units=(cents,)), bought(110, 110, 110)) == expected
    assert points(earning(spend(quanta=5, with_={"round_at": round_at}), units=(cents,)), bought(5999)) == 300


def test_rules_rounded_once_per_order_share_the_sum() -> None:
    half = {"round_at": RoundAt.ORDER}
    programme = earning(spend("a", "1/2", with_=half), spend("b", "1/2", with_=half))
    verdict = judged(programme, bought(100))
    assert by_rule(verdict) == {"a": 0, "b": 1}
    assert verdict.awards == {"pts": 1}
    assert points(earning(spend("a", "1/2"), spend("b", "1/2")), bought(100)) == 0


def test_selections_take_and_leave_lines_by_sku_and_tag() -> None:
    lines = (line(1200, "123", tags=("red",)), line(10000, "000", tags=("blue",)), line(4000, "0001", tags=("delivery",)))
    cases: list[tuple[int, dict[str, Any]]] = [
        (608, {}),
        (208, {"exclude": of(skus="000")}),
        (560, {"exclude": of(tags="red")}),
        (48, {"match": of(tags="red")}),
        (400, {"exclude": of(tags="red delivery")}),
    ]
    for expected, more in cases:
        assert points(earning(spend(quanta=4, **more)), bought(*lines)) == expected


def test_a_line_in_two_rewarded_categories_counts_once() -> None:
    programme = earning(spend(match=of(categories="summer sale")))
    basket = bought(line(3000, categories=("summer", "sale")), line(2000, categories=("winter",)))
    assert points(programme, basket) == 30


def test_an_order_discount_is_spread_over_the_lines_or_ignored_by_a_category_rule() -> None:
    basket = bought(line(10000, categories=("food",)), line(5000), order_discount_minor=1500)
    assert points(earning(spend(match=of(categories="food"))), basket) == 90
    assert points(earning(spend(match=of(categories="food"), with_={"basis": Basis(spread_order_discount=False)})), basket) == 100
    assert points(earning(spend(with_={"basis": Basis(spread_order_discount=False)})), basket) == 135


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (Basis(), 80),
        (Basis(tax=True), 99),
        (Basis(shipping=True), 85),
        (Basis(tax=True, shipping=True), 104),
        (Basis(points_tender=True), 100),
        (Basis(money_tender=False), 50),
    ],
)
def test_the_basis_holds_what_the_programme_counts(basis: Basis, expected: int) -> None:
    basket = bought(
        line(11000, discount_minor=1000, tax_minor=1900),
        shipping_minor=500,
        shipping_tax_minor=95,
        points_tender_minor=2000,
        money_tender_minor=3000,
    )
    assert points(earning(spend(with_={"basis": basis})), basket) == expected


def test_shipping_belongs_to_no_product() -> None:
    basket = bought(line(1000, "A"), shipping_minor=500)
    assert points(earning(spend(match=of(skus="A"), with_={"basis": Basis(shipping=True)})), basket) == 10
    assert points(earning(spend(exclude=of(skus="B"), with_={"basis": Basis(shipping=True)})), basket) == 15


def test_points_paid_on_the_order_lower_a_category_in_proportion() -> None:
    basket = bought(line(10000, categories=("food",)), line(10000), points_tender_minor=5000)
    assert points(earning(spend(match=of(categories="food"))), basket) == 75


def test_a_free_line_earns_nothing_and_takes_no_discount() -> None:
    basket = bought(line(10000), line(5000, "gift", free=True), order_discount_minor=1000)
    assert points(earning(spend()), basket) == 90
    assert points(earning(rule("item", PerItem(quanta=10))), basket) == 10


def test_a_returned_deposit_lowers_the_basis_but_is_no_item() -> None:
    basket = bought(1000, line(-300, "deposit"))
    assert points(earning(spend()), basket) == 7
    assert points(earning(rule("item", PerItem(quanta=10))), basket) == 10
    assert points(earning(spend()), bought(100, line(-300))) == 0


def test_spend_rules_add_up() -> None:
    verdict = judged(earning(spend("ten", 10), spend("four", 4)), bought(15200))
    assert (verdict.awards, by_rule(verdict)) == ({"pts": 2128}, {"ten": 1520, "four": 608})


def test_a_promotion_multiplies_or_adds_to_the_base() -> None:
    programme = earning(
        spend(),
        times("triple", "3", when=when(channels=frozenset("a"))),
        times("half_more", "1.5", when=when(channels=frozenset("b"))),
        rule("plus3", Add(quanta=3), when=when(channels=frozenset("c"))),
    )
    for cents, channel, expected in ((500, "a", 15), (400, "b", 6), (500, "b", 7), (500, "c", 8), (50, "c", 0)):
        assert points(programme, bought(cents, channel=channel)) == expected


@pytest.mark.parametrize(
    ("stacking", "expected"), [(MultiplierStacking.SUM, 40), (MultiplierStacking.PRODUCT, 60), (MultiplierStacking.BEST, 30)]
)
@pytest.mark.parametrize("lines", [{}, {"match": of(skus="A")}])
def test_two_multipliers_stack_as_the_programme_says(stacking: MultiplierStacking, expected: int, lines: dict[str, object]) -> None:
    programme = earning(spend(), times("x2", "2", **lines), times("x3", "3", **lines), stacking=Stacking(multipliers=stacking))
    verdict = judged(programme, bought(1000))
    assert verdict.awards == {"pts": expected}
    assert sum(by_rule(verdict).values()) == expected
    if stacking is MultiplierStacking.BEST:
        assert by_rule(verdict) == {"base": 10, "x2": 0, "x3": 20}
        assert outcome(verdict, "x2").clause == "multipliers"


@pytest.mark.parametrize(
    ("promotions", "expected"), [(PromotionStacking.ALL, 32), (PromotionStacking.LATEST, 12), (PromotionStacking.BEST, 30)]
)
def test_several_promotions_all_latest_or_best(promotions: PromotionStacking, expected: int) -> None:
    programme = earning(
        spend(),
        times("triple", "3", created=date(2025, 1, 1)),
        rule("plus2", Add(quanta=2), created=date(2025, 2, 1)),
        stacking=Stacking(promotions=promotions),
    )
    assert points(programme, bought(1000)) == expected


def test_a_line_multiplier_takes_only_its_lines_share() -> None:
    programme = earning(spend(), times("x2", "2", match=of(skus="D2")), times("x3", "3", match=of(skus="D3")))
    verdict = judged(programme, bought(line(10000, "D1"), line(20000, "D2"), line(30000, "D3")))
    assert by_rule(verdict) == {"base": 600, "x2": 200, "x3": 600}


def test_lines_with_different_multipliers_keep_their_own_product() -> None:
    programme = earning(
        spend(),
        times("x15", "1.5", match=of(skus="A")),
        times("x25", "2.5", match=of(skus="A B")),
        stacking=Stacking(multipliers=MultiplierStacking.PRODUCT),
    )
    verdict = judged(programme, bought(line(1000, "A"), line(1000, "B"), line(1000, "C")))
    assert by_rule(verdict) == {"base": 30, "x15": 5, "x25": 37}  # 37.5 + 25 + 10 in all


def test_a_line_multiplier_shares_whole_steps_by_value() -> None:
    programme = earning(spend(per=1000, with_=WHOLE), times("x2", "2", match=of(skus="C")))
    assert by_rule(judged(programme, bought(line(1500, "C")))) == {"base": 1, "x2": 1}
    assert by_rule(judged(programme, bought(line(1500, "C"), line(900, "T")))) == {"base": 2, "x2": 1}


def test_line_multipliers_come_before_rounding_and_order_multipliers_after() -> None:
    programme = earning(spend(), times("x15", "1.5", match=of(skus="A")), times("x2", "2"))
    assert by_rule(judged(programme, bought(line(150, "A"), line(50, "B")))) == {"base": 2, "x15": 0, "x2": 2}
    assert by_rule(judged(programme, bought(line(200, "A"), line(50, "B")))) == {"base": 2, "x15": 1, "x2": 3}


def test_a_multiplier_leaves_fixed_and_item_points_alone_unless_it_multiplies_all() -> None:
    rules = (spend(), once("hello", 5), rule("item", PerItem(quanta=3)), times("x2", "2"))
    assert points(earning(*rules), bought(1000)) == 10 + 5 + 3 + 10
    assert points(earning(*rules, stacking=Stacking(multiply_all_points=True)), bought(1000)) == 2 * (10 + 5 + 3)


def test_a_multiplier_acts_on_its_own_unit() -> None:
    programme = earning(spend(), spend("status", unit="qp"), times("x2", "2", unit="qp"), units=(Unit(code="pts"), Unit(code="qp")))
    assert judged(programme, bought(1000)).awards == {"pts": 10, "qp": 20}


def test_the_best_exclusive_rule_stands_alone_among_base_rules_and_promotions_still_apply() -> None:
    programme = earning(spend(), spend("club", 2, exclusive=True), spend("vip", 5, exclusive=True, priority=1), times("x2", "2"))
    verdict = judged(programme, bought(1000))
    assert by_rule(verdict) == {"vip": 50, "base": 0, "club": 0, "x2": 50}
    assert outcome(verdict, "base").clause == "exclusive"


def test_an_exclusive_rule_that_does_not_apply_excludes_nobody() -> None:
    programme = earning(spend(), spend("club", 2, exclusive=True, when=when(tiers=frozenset({"gold"}))))
    assert points(programme, bought(1000)) == 10


def test_stop_ends_the_list_only_when_its_rule_applied() -> None:
    programme = earning(
        spend("first"),
        spend("last_a", stop=True, when=when(channels=frozenset("a"))),
        spend("last_b", stop=True, when=when(channels=frozenset("b"), min_amount_minor=100_000_000)),
        spend("after_a", 10, when=when(channels=frozenset("a"))),
        spend("after_b", 2, when=when(channels=frozenset("b"))),
    )
    assert by_rule(judged(programme, bought(15200, channel="a"))) == {"first": 152, "last_a": 152, "last_b": 0, "after_a": 0, "after_b": 0}
    assert by_rule(judged(programme, bought(15200, channel="b"))) == {"first": 152, "last_a": 0, "last_b": 0, "after_a": 0, "after_b": 304}


def test_a_base_rule_beaten_by_an_exclusive_one_cannot_stop() -> None:
    programme = earning(spend("vip", 5, exclusive=True), spend("beaten", stop=True), times("x2", "2"))
    assert by_rule(judged(programme, bought(1000))) == {"vip": 50, "beaten": 0, "x2": 50}


def test_priority_decides_before_file_order() -> None:
    programme = earning(spend("late", stop=True), spend("early", priority=1))
    assert [one.rule for one in judged(programme, bought(1000)).outcomes] == ["early", "late"]


def test_an_activity_earns_by_its_number_and_can_be_multiplied() -> None:
    walk = ActivityType(name="walk", fields={"value": "int"})
    per = rule("steps", PerValue(quanta=Fraction(1), per=1000), trigger="walk")
    programme = earning(per, times("weekend", "2", trigger="walk"), activities=(walk,))
    assert by_rule(judged(programme, did("walk", value=7999))) == {"steps": 7, "weekend": 7}
    assert outcome(judged(programme, did("walk")), "steps").clause == "value"
    assert outcome(judged(programme, did("walk", value=True)), "steps").clause == "value"


def test_a_happening_without_rules_gives_an_empty_verdict() -> None:
    verdict = judged(earning(spend()), did("visit"))
    assert (verdict.awards, verdict.outcomes) == ({}, ())
