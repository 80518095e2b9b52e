"""What of an order is kept: amounts are shared out from the whole, so that the pieces in which goods come back make no difference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.orders.core.goods import Returned, Wanted, is_whole, kept_of, left_of, more, nothing_of, part_between, value_of
from praemia.orders.errors import ExceedsOrder


def order(*lines: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"lines": list(lines), **rest}


def line(sku: str, amount: int, quantity: int = 1, **rest: Any) -> dict[str, Any]:
    return {"sku": sku, "amount_minor": amount, "quantity": quantity, **rest}


def after(bought: dict[str, Any], *wanted: Wanted) -> Returned:
    returned = nothing_of(bought)
    for one in wanted:
        returned = more("o1", bought, returned, one)
    return returned


TEA = order(
    line("TEA", 1000, 3, discount_minor=100, tax_minor=90),
    line("CUP", 500),
    line("GIFT", 300, free=True),
    order_discount_minor=140,
)


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ((), 1260),
        ((Wanted(lines=[("TEA", 1)]),), 1260 - 270),
        ((Wanted(lines=[(1, 1)]),), 1260 - 450),
        ((Wanted(lines=[("GIFT", 1)]),), 1260),
        ((Wanted(amount_minor=1000),), 260),
        ((Wanted(amount_minor=260), Wanted(lines=[("CUP", 1)])), 550),
        ((Wanted(all=True),), 0),
    ],
)
def test_what_is_left_is_the_value_after_discounts_of_what_did_not_come_back(wanted: tuple[Wanted, ...], left: int) -> None:
    assert left_of(TEA, after(TEA, *wanted)) == left


def test_amounts_of_a_line_and_discounts_of_the_order_are_kept_in_proportion() -> None:
    kept = kept_of(TEA, after(TEA, Wanted(lines=[("TEA", 2)])))
    assert kept is not None
    assert kept["lines"][0] == {"sku": "TEA", "amount_minor": 333, "quantity": 1, "discount_minor": 33, "tax_minor": 30}
    assert kept["order_discount_minor"] == 80  # 300 + 500 of 900 + 500


def test_value_that_names_no_line_lowers_all_lines_alike_and_keeps_the_pieces_it_takes() -> None:
    bought = order(line("A", 1000, 4), line("B", 3000, 2), points_tender_minor=400)
    kept = kept_of(bought, after(bought, Wanted(amount_minor=1000)))
    assert kept is not None
    assert [(one["amount_minor"], one["quantity"]) for one in kept["lines"]] == [(750, 3), (2250, 2)]
    assert kept["points_tender_minor"] == 300


@pytest.mark.parametrize(
    ("wanted", "what", "left"),
    [
        ((Wanted(lines=[("TEA", 4)]),), "article 'TEA'", 3),
        ((Wanted(lines=[("TEA", 1), ("TEA", 3)]),), "article 'TEA'", 2),
        ((Wanted(lines=[(7, 1)]),), "line 7", 0),
        ((Wanted(lines=[("MILK", 1)]),), "article 'MILK'", 0),
        ((Wanted(amount_minor=1261),), "value", 1260),
        ((Wanted(amount_minor=1200), Wanted(lines=[("TEA", 1)])), "value", 60),
        ((Wanted(all=True), Wanted(all=True)), "everything", 0),
        ((Wanted(all=True), Wanted(amount_minor=1)), "value", 0),
    ],
)
def test_more_than_is_left_does_not_come_back(wanted: tuple[Wanted, ...], what: str, left: int) -> None:
    with pytest.raises(ExceedsOrder) as refusal:
        after(TEA, *wanted)
    assert (refusal.value.fields["what"], refusal.value.fields["left"]) == (what, left)


def test_an_article_on_several_lines_is_taken_from_the_first() -> None:
    bought = order(line("A", 100, 2), line("B", 50), line("A", 400))
    assert after(bought, Wanted(lines=[("A", 3)])).pieces == (2, 0, 1)


def test_nothing_of_value_kept_is_nothing_kept() -> None:
    bought = order(line("A", 500), line("GIFT", 300, free=True), line("DEPOSIT", -25))
    assert is_whole(bought, after(bought, Wanted(lines=[("A", 1)])))
    free = order(line("GIFT", 300, free=True), line("GIFT", 300, free=True))
    assert not is_whole(free, after(free, Wanted(lines=[(0, 1)])))
    assert is_whole(free, after(free, Wanted(lines=[("GIFT", 2)])))


def test_a_part_by_itself_is_what_the_kept_part_lost() -> None:
    before = after(TEA, Wanted(lines=[("TEA", 1)]))
    part = part_between(TEA, before, more("o1", TEA, before, Wanted(lines=[("TEA", 1), ("CUP", 1)])))
    assert [(one["sku"], one["amount_minor"], one["quantity"]) for one in part["lines"]] == [("TEA", 334, 1), ("CUP", 500, 1)]


LINES = st.lists(st.builds(line, st.sampled_from("ABC"), st.integers(0, 5000), st.integers(1, 5)), min_size=1, max_size=4)


@given(lines=LINES, share=st.integers(0, 100), amounts=st.lists(st.integers(1, 4000), max_size=4), data=st.data())
def test_the_kept_part_is_worth_exactly_what_is_left(
    lines: list[dict[str, Any]], share: int, amounts: list[int], data: st.DataObject
) -> None:
    worth = sum(one["amount_minor"] for one in lines)
    bought = order(*lines, order_discount_minor=worth * share // 100)
    returned = nothing_of(bought)
    for one in [*(Wanted(amount_minor=amount) for amount in amounts), Wanted(lines=[(data.draw(st.integers(0, len(lines) - 1)), 1)])]:
        try:
            returned = more("o1", bought, returned, one)
        except ExceedsOrder:
            continue
    kept = kept_of(bought, returned)
    if kept is None:
        assert is_whole(bought, returned)
    else:
        assert value_of(kept) == left_of(bought, returned)
        assert all(one["quantity"] >= 0 for one in kept["lines"])
