"""Medians, spreads and ratios over rounds, and sizes between two instants."""

from __future__ import annotations

import pytest

from bench.figures import figure, percentile, ratio
from bench.sizes import Sizes, per_event


def test_a_ratio_is_taken_round_by_round_before_the_median() -> None:
    # The second round ran on a machine half as fast; both sides felt it, so the ratio did not.
    found = ratio([300.0, 150.0, 330.0], [100.0, 50.0, 100.0])
    assert found is not None
    assert (found.low, found.median) == (3.0, 3.0)
    assert found.high == pytest.approx(3.3)


def test_a_round_without_both_sides_says_nothing() -> None:
    assert ratio([1.0, None], [None, 2.0]) is None
    assert ratio([4.0, 6.0], [0.0, 2.0]) == figure([3.0])


def test_spread_is_the_distance_of_the_rounds_as_a_share_of_their_median() -> None:
    found = figure([90.0, 100.0, 120.0, None])
    assert found is not None
    assert found.spread == pytest.approx(0.3)
    assert figure([None]) is None


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50.0), (0.99, 99.0), (0.0, 1.0), (1.0, 100.0)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([float(n) for n in range(1, 101)], share) == expected


def test_what_the_loads_apart_left_is_not_counted_twice() -> None:
    before, after = (
        Sizes(events=10, bytes={"events": 1000, "transfers": 500}),
        Sizes(events=30, bytes={"events": 4000, "transfers": 900, "new": 8}),
    )
    apart = Sizes(events=5, bytes={"events": 1000, "transfers": 100})
    assert after - before - apart == Sizes(events=15, bytes={"events": 2000, "transfers": 300, "new": 8})
    assert per_event(apart) == {
        "bytes_per_event": {"events": 200.0, "transfers": 20.0},
        "disk_bytes_per_event": 220,
        "books_bytes_per_event": 20,
    }
    assert per_event(Sizes()) == {}


def test_nothing_measured_has_no_percentile() -> None:
    assert percentile([], 0.5) is None
