"""What a programme file may say of its tills."""

from __future__ import annotations

import pytest

from praemia.foundation.errors import InvalidInput
from praemia.programs import OfflineBurn, TillTerms, read_program
from praemia.programs.core.till_translate import to_till

HEAD = """
program: p
currency: EUR
units: {points: {}, stars: {decimals: 1}}
pay_with_points: {points: "0.5", worth: "1.00", unit: stars}
"""


def terms(till: str, head: str = HEAD) -> TillTerms:
    return to_till(read_program(head + till).file)


def test_without_a_word_points_never_pay_without_a_network() -> None:
    told = terms("", "program: p\nunits: {points: {}}\n")
    assert (told.offline.burn, told.offline.earn, told.bands, told.unit) == (None, True, (100, 500, 1000), "points")


def test_amounts_are_counted_in_the_unit_that_pays() -> None:
    told = terms('till: {without_receipt: "7.50", bands: [5, 10], offline: {sale: "99.99", burn: {sale: "0.5"}}}')
    assert (told.unit, told.bands, told.without_receipt_minor, told.offline.sale_minor) == ("stars", (50, 100), 750, 9999)
    assert told.offline.burn == OfflineBurn(sale=5, member=5, terminal=50)


@pytest.mark.parametrize(
    ("till", "path", "code"),
    [
        ("till: {bands: [500, 100]}", "/till/bands", "order"),
        ("till: {bands: [100, 100]}", "/till/bands", "order"),
        ("till: {bands: [-1, 100]}", "/till/bands", "whole_number"),
        ('till: {without_receipt: "1.001"}', "/till/without_receipt", "too_fine"),
        ('till: {offline: {burn: {sale: "0.25"}}}', "/till/offline/burn/sale", "too_fine"),
        ("till: {offline: {snapshot_hours: 0}}", "/till/offline/snapshot_hours", "range"),
        ("till: {off_line: {}}", "/till/off_line", "unknown_key"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(till: str, path: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        terms(till)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [(path, code)]


def test_points_that_pay_nowhere_do_not_pay_without_a_network() -> None:
    with pytest.raises(InvalidInput) as refused:
        terms("till: {offline: {burn: {sale: 5}}}", "program: p\nunits: {points: {}}\n")
    assert [fault.code for fault in refused.value.faults] == ["needs"]
