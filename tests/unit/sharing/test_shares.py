"""Fees and shares: whole quanta that always sum to the whole."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.sharing import sentence_of
from praemia.sharing.core.shares import fee_of, fewest_that_arrive, in_proportion, least_quanta, oldest_first
from praemia.sharing.core.stories import _SENTENCES

JANUARY, FEBRUARY = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "share", "fee"), [(100, "0", 0), (100, "0.05", 5), (101, "0.05", 6), (1, "0.001", 1), (0, "0.5", 0), (7, "0.999", 7)]
)
def test_a_fee_is_rounded_up(amount: int, share: str, fee: int) -> None:
    assert fee_of(amount, Fraction(share)) == fee


@pytest.mark.parametrize(("share", "fewest"), [("0", 1), ("0.05", 2), ("0.5", 2), ("0.6", 3), ("0.999", 1000)])
def test_of_the_fewest_that_may_be_sent_one_arrives(share: str, fewest: int) -> None:
    assert fewest_that_arrive(Fraction(share)) == fewest
    assert fewest - fee_of(fewest, Fraction(share)) >= 1 > fewest - 1 - fee_of(fewest - 1, Fraction(share))


@pytest.mark.parametrize(("least", "decimals", "quanta"), [("0", 0, 0), ("50", 0, 50), ("0.5", 0, 1), ("0.5", 2, 50), ("0.005", 2, 1)])
def test_the_least_is_counted_in_quanta(least: str, decimals: int, quanta: int) -> None:
    assert least_quanta(Fraction(least), decimals) == quanta


@pytest.mark.parametrize(
    ("amount", "held", "shares"),
    [
        (3000, {"a": 3000, "b": 2000, "c": 1000}, {"a": 1500, "b": 1000, "c": 500}),
        (1, {"a": 1, "b": 1}, {"a": 1, "b": 0}),
        (2, {"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1, "c": 0}),
        (10, {"a": 1, "b": 99}, {"a": 0, "b": 10}),
        (0, {"a": 5}, {"a": 0}),
    ],
)
def test_in_proportion(amount: int, held: dict[str, int], shares: dict[str, int]) -> None:
    assert in_proportion(amount, held) == shares


@given(st.dictionaries(st.integers(), st.integers(1, 10**15), min_size=1, max_size=6), st.fractions(0, 1))
def test_shares_sum_to_the_whole_and_nobody_pays_more_than_they_have(held: dict[int, int], part: Fraction) -> None:
    amount = int(sum(held.values()) * part)
    shares = in_proportion(amount, held)
    assert sum(shares.values()) == amount
    assert all(0 <= shares[who] <= held[who] for who in held)
    total = sum(held.values())
    assert all(abs(shares[who] * total - amount * held[who]) < total for who in held), "off by less than one quantum"


def test_the_oldest_pay_first_and_of_one_age_the_first_named() -> None:
    lots = [(FEBRUARY, "a", 10), (JANUARY, "b", 4), (FEBRUARY, "b", 10), (JANUARY, "a", 3)]
    assert oldest_first(5, lots) == {"b": 4, "a": 1}
    assert oldest_first(20, lots) == {"b": 7, "a": 13}
    assert oldest_first(0, lots) == {}


def test_every_sentence_is_there_in_both_languages_and_counts_decimals() -> None:
    assert _SENTENCES["en"].keys() == _SENTENCES["de"].keys()
    about = {"sender": "ann", "receiver": "bob", "unit": "€", "decimals": 2, "sent": 150, "received": 142, "fee": 8}
    assert sentence_of("transfer", about, "en") == "ann sent 1.50 € to bob; 1.42 arrived, the fee is 0.08."
    assert sentence_of("merge", {"keep": "ann", "drop": "bob"}, "de").startswith("bob ist in ann aufgegangen")
