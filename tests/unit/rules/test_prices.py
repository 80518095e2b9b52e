"""What promotions take off, in tables: who gets how much of it, in which order, and what stands against it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.rules import (
    AmountOff,
    Bonus,
    BuyGet,
    Combine,
    CounterKey,
    Coupon,
    DiscountBudget,
    Discounts,
    Facts,
    FreeItem,
    Happening,
    Line,
    Offer,
    OfferKind,
    PercentOf,
    PercentOff,
    Priced,
    Promotion,
    Scope,
    TakesOff,
    Usage,
    compile_discounts,
    explain_prices,
    taken_from_json,
    taken_to_json,
)
from praemia.rules.core.takeoffs import spread
from tests.unit.rules.making import bought, earning, line, of, when

EVER = date(1, 1, 1)
ANN = Facts(reference="ann")


def percent(share: str, most: int | None = None) -> PercentOff:
    return PercentOff(percent=Fraction(share), most_minor=most)


def off(amount: int) -> AmountOff:
    return AmountOff(amount_minor=amount)


def promotion(id: str, takes: TakesOff, **more: Any) -> Promotion:
    return Promotion(id=id, takes=takes, **more)


def priced(happening: Happening, *promotions: Promotion, named: str = "", facts: Facts = ANN, **settings: Any) -> Priced:
    """The order with the promotions without a code, and the named ones (by id, in this order)."""
    discounts = Discounts(promotions=promotions, **settings)
    by_id = {one.id: one for one in promotions}
    offers = [Offer(kind=OfferKind.PROMOTION, id=id, takes=by_id[id].takes, code=by_id[id].code) for id in named.split()]
    return compile_discounts(earning(), discounts).price(happening, facts, offers)


def total(answer: Priced) -> int:
    return sum(answer.line_off) + answer.order_off


def clauses(answer: Priced) -> dict[str, str | None]:
    return {one.id: one.clause for one in answer.taken}


def tagged(*amounts: int, quantity: int = 1) -> list[Line]:
    return [line(amount, f"T{n}", tags=("x",), quantity=quantity) for n, amount in enumerate(amounts)]


CODED = [promotion(f"p{n}", percent("10"), code=f"C{n}") for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("sequence", "named", "left"),
    [
        (PercentOf.DISCOUNTED, "p1", 27000),
        (PercentOf.DISCOUNTED, "p1 p2", 24300),
        (PercentOf.DISCOUNTED, "p1 p2 p3", 21870),
        (PercentOf.INITIAL, "p1 p2 p3", 21000),
    ],
)
def test_a_second_percentage_is_taken_from_what_the_programme_says(sequence: PercentOf, named: str, left: int) -> None:
    assert 30000 - total(priced(bought(30000), *CODED, named=named, sequence=sequence)) == left


def test_percentages_on_lines_are_rounded_by_line_and_on_the_order_once() -> None:
    lines = tagged(106, 206, 306, 406)
    by_line = priced(bought(*lines), promotion("l", percent("10"), match=of(tags="x")))
    assert (by_line.line_off, by_line.order_off) == ((11, 21, 31, 41), 0)
    once = priced(bought(*lines), promotion("o", percent("10")))
    assert (once.line_off, once.order_off) == ((0, 0, 0, 0), 102)
    assert once.shares == (11, 21, 30, 40)


def test_a_fixed_amount_is_spread_over_its_lines_by_value() -> None:
    answer = priced(bought(*tagged(20000, 60000), line(5000, "C")), promotion("fix", off(40000), match=of(tags="x")))
    assert answer.line_off == (10000, 30000, 0)


def test_an_order_never_costs_less_than_nothing() -> None:
    answer = priced(bought(300), promotion("a", off(500)), promotion("b", percent("50")))
    assert (total(answer), clauses(answer)) == (300, {"a": None, "b": "nothing_off"})


def test_the_initial_price_is_not_taken_off_twice() -> None:
    halves = [promotion(f"h{n}", percent("60")) for n in (1, 2)]
    assert total(priced(bought(1000), *halves, sequence=PercentOf.INITIAL)) == 1000


@pytest.mark.parametrize(
    ("takes", "lines", "expected"),
    [
        (BuyGet(buy=2, get=2), [line(1000, "Y", quantity=4)], (500,)),
        (BuyGet(buy=2, get=2), [line(750, "Y", quantity=3)], (0,)),
        (BuyGet(buy=2, get=2), [line(1000, "Y", quantity=2), line(2000, "Z", quantity=2)], (1000, 0)),
        (BuyGet(buy=2, get=1, percent=Fraction(50)), [line(500, "Y"), line(2000, "Z", quantity=2)], (250, 0)),
        (BuyGet(buy=1, get=1), [line(300, "A"), line(200, "B"), line(900, "C", quantity=3)], (300, 200)),
        (FreeItem(sku="MUG"), [line(800, "MUG", quantity=2), line(500, "TEA")], (400, 0)),
        (FreeItem(sku="MUG", quantity=3), [line(800, "MUG", quantity=2), line(500, "TEA")], (800, 0)),
        (FreeItem(sku="CUP"), [line(500, "TEA")], (0,)),
    ],
)
def test_units_are_taken_off_the_cheapest_first(takes: TakesOff, lines: list[Line], expected: tuple[int, ...]) -> None:
    answer = priced(bought(*lines), promotion("p", takes))
    assert answer.line_off[: len(expected)] == expected
    assert sum(answer.line_off[len(expected) :]) == 0


def test_the_cheapest_unit_is_one_unit_of_the_cheapest_line() -> None:
    lines = [line(2000, "A"), line(900, "B", quantity=3), line(0, "GIFT", free=True)]
    assert priced(bought(*lines), promotion("p", percent("50"), cheapest=True)).line_off == (0, 150, 0)
    assert priced(bought(*lines), promotion("p", off(1000), cheapest=True)).line_off == (0, 300, 0)


def test_free_lines_and_returned_deposits_are_left_alone() -> None:
    answer = priced(bought(line(1000), line(-200, "DEPOSIT"), line(500, "GIFT", free=True)), promotion("p", percent("50")))
    assert (answer.order_off, answer.shares) == (400, (400, 0, 0))


def test_a_percentage_stops_at_its_most() -> None:
    assert total(priced(bought(10000), promotion("p", percent("50", most=1500)))) == 1500
    assert priced(bought(*tagged(1000, 3000)), promotion("p", percent("50", most=800), match=of(tags="x"))).line_off == (200, 600)


def test_only_the_best_order_discount_counts_where_the_programme_says_so() -> None:
    three, five = promotion("three", percent("5"), when=when(min_quantity=3)), promotion("five", percent("10"), when=when(min_quantity=5))
    settings: dict[str, Any] = {"combine": Combine.BEST_ORDER_LEVEL}
    small = priced(bought(line(6000, quantity=3)), three, five, **settings)
    assert (total(small), clauses(small)) == (300, {"three": None, "five": "when.min_quantity"})
    large = priced(bought(line(10000, quantity=5)), three, five, **settings)
    assert (total(large), clauses(large)) == (1000, {"three": "best", "five": None})
    assert total(priced(bought(line(10000, quantity=5)), three, five)) == 1450


def test_discounts_on_lines_do_not_compete_for_the_order() -> None:
    answer = priced(
        bought(*tagged(1000), line(1000, "B")),
        promotion("order", percent("10")),
        promotion("line", percent("50"), match=of(tags="x")),
        combine=Combine.BEST_ORDER_LEVEL,
    )
    assert (answer.line_off, answer.order_off) == ((500, 0), 150)


@pytest.mark.parametrize(
    ("more", "facts", "clause"),
    [
        ({"enabled": True, "when": when(segments=frozenset({"vip"}))}, ANN, "when.segments"),
        ({"when": when(min_amount_minor=1001)}, ANN, "when.min_amount"),
        ({"when": when(tiers=frozenset({"gold"}))}, Facts(reference="ann", tier="silver"), "when.tiers"),
        ({"when": when(first_purchase=True)}, Facts(reference="ann", purchases_before=1), "when.first_purchase"),
        ({"when": when(first_purchase=True)}, Facts(), "when.first_purchase"),
        ({"when": when(expression="event.amount_minor > 5000")}, ANN, "when.if"),
        ({"match": of(skus="B")}, ANN, "match"),
        ({"per_member": 3}, Facts(), "when.members"),
    ],
)
def test_a_condition_that_fails_is_named_and_explained(more: dict[str, Any], facts: Facts, clause: str) -> None:
    made = promotion("p", percent("10"), **more)
    answer = priced(bought(1000), made, facts=facts)
    assert (total(answer), clauses(answer)) == (0, {"p": clause})
    for lang in ("de", "en"):
        (sentence,) = explain_prices(answer.taken, earning(), Discounts(promotions=(made,)), lang)
        assert sentence.startswith("p: ")
        assert "{" not in sentence


def test_limits_count_uses_and_a_use_costs_one() -> None:
    key = CounterKey(scope=Scope.PROGRAM, counter="promotion:p", period=EVER)
    mine = CounterKey(scope=Scope.MEMBER, counter="promotion:p", period=EVER)
    limited = promotion("p", percent("10"), total=2, per_member=1)
    fresh = priced(bought(1000), limited)
    assert (total(fresh), dict(fresh.spent)) == (100, {key: 1, mine: 1})
    for used in ({key: Usage(used=2)}, {mine: Usage(used=1)}):
        answer = priced(bought(1000), limited, facts=Facts(reference="ann", used=used))
        assert (total(answer), clauses(answer), dict(answer.spent)) == (0, {"p": "limit"}, {})


@pytest.mark.parametrize(("used", "cut", "given"), [(0, False, 900), (100, False, 900), (101, False, 0), (101, True, 899), (1000, True, 0)])
def test_a_money_budget_gives_nothing_it_does_not_have(used: int, cut: bool, given: int) -> None:
    budget = DiscountBudget(id="spend", of=frozenset({"p"}), money_minor=1000, cut=cut)
    key = CounterKey(scope=Scope.PROGRAM, counter="discounts:spend:money:lifetime", period=EVER)
    answer = priced(
        bought(2000),
        promotion("p", off(900)),
        budgets=(budget,),
        facts=Facts(reference="ann", used={key: Usage(used=used)} if used else {}),
    )
    assert total(answer) == given
    assert dict(answer.spent) == ({key: given} if given else {})


def test_two_promotions_of_one_order_share_what_is_left_of_a_budget() -> None:
    budget = DiscountBudget(id="spend", of=frozenset({"a", "b"}), money_minor=1000)
    answer = priced(bought(5000), promotion("a", off(700)), promotion("b", off(700)), budgets=(budget,))
    assert (total(answer), clauses(answer)) == (700, {"a": None, "b": "budget"})


def test_what_does_not_go_together_is_not_put_together_whichever_says_so() -> None:
    a, b = promotion("a", percent("10"), code="A", incompatible_with=frozenset({"b"})), promotion("b", percent("10"), code="B")
    for named in ("a b", "b a"):
        first, second = named.split()
        assert clauses(priced(bought(1000), a, b, named=named)) == {first: None, second: "incompatible"}


def test_a_coupon_may_take_nothing_off_and_still_be_used() -> None:
    coupon = Coupon(id="gift", gives=Bonus(unit="pts", quanta=50), codes=frozenset({"X"}))
    rules = compile_discounts(earning(), Discounts(coupons=(coupon,)))
    answer = rules.price(bought(1000), ANN, [Offer(kind=OfferKind.COUPON, id="gift", takes=None)])
    assert (answer.taken[0].applied, total(answer)) == (True, 0)


def test_what_was_taken_is_the_same_after_being_kept() -> None:
    answer = priced(bought(*tagged(1000, 300)), promotion("a", percent("10"), match=of(tags="x")), promotion("b", off(5), total=0))
    for one in answer.taken:
        again = taken_from_json(taken_to_json(one))
        assert (again.applied, again.amount_minor, dict(again.by_line), again.clause) == (
            one.applied,
            one.amount_minor,
            dict(one.by_line),
            one.clause,
        )
    sentences = explain_prices(answer.taken, earning(), Discounts(), "en")
    assert sentences == ("a: €1.30 off 2 lines.", "b: no, because it was used 0 of 0 times.")


@given(st.integers(0, 10**9), st.dictionaries(st.integers(0, 30), st.integers(0, 10**7), max_size=12))
def test_shares_add_up_and_none_is_above_its_value(amount: int, values: dict[int, int]) -> None:
    wanted = min(amount, sum(values.values()))
    shares = spread(wanted, values)
    assert sum(shares.values()) == wanted
    assert all(0 < share <= values[index] for index, share in shares.items())


_LINES = st.lists(
    st.builds(
        lambda amount, quantity, tag, free: Line(sku="A" if tag else "B", amount_minor=amount, quantity=quantity, tags=tag, free=free),
        st.integers(-500, 20000),
        st.integers(1, 7),
        st.sampled_from([(), ("x",)]),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
_TAKES = st.one_of(
    st.builds(off, st.integers(1, 30000)),
    st.builds(lambda share, most: percent(str(share), most), st.integers(1, 100), st.none() | st.integers(1, 900)),
    st.builds(
        lambda buy, get, share: BuyGet(buy=buy, get=get, percent=Fraction(share)), st.integers(1, 3), st.integers(1, 3), st.integers(1, 100)
    ),
    st.just(FreeItem(sku="A", quantity=2)),
)
_PROMOTIONS = st.lists(st.tuples(_TAKES, st.booleans(), st.booleans()), max_size=5)


@given(_LINES, _PROMOTIONS, st.sampled_from(list(PercentOf)), st.sampled_from(list(Combine)))
def test_whatever_meets_no_line_gets_below_zero_and_the_parts_are_the_whole(
    lines: list[Line], given_: list[tuple[TakesOff, bool, bool]], sequence: PercentOf, combine: Combine
) -> None:
    promotions = [
        promotion(f"p{n}", takes, match=of(tags="x") if matches else None, cheapest=cheapest)
        for n, (takes, matches, cheapest) in enumerate(given_)
    ]
    answer = priced(bought(*lines), *promotions, sequence=sequence, combine=combine)
    assert sum(answer.shares) == answer.order_off
    assert sum(one.amount_minor for one in answer.taken) == total(answer)
    for one, off_line, share in zip(lines, answer.line_off, answer.shares, strict=True):
        assert off_line + share <= max(one.amount_minor, 0)
        assert min(off_line, share) >= 0
        assert not one.free or off_line + share == 0
    goods = sum(one.amount_minor for one in lines if not one.free)
    assert total(answer) <= max(sum(max(one.amount_minor, 0) for one in lines if not one.free), 0)
    assert answer.order_off <= max(goods, 0)
