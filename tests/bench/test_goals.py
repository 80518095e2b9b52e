"""What a run says of its goals."""

from __future__ import annotations

import pytest

from bench.goals import GOALS, judge, needed_by
from bench.workloads import NAMES
from tests.bench.made import ordinary, report, window


def _verdicts() -> dict[str, tuple[float, str]]:
    return {one.goal.id: (one.figure.median, one.verdict) for one in judge(ordinary())}


def test_a_ratio_above_the_ambition_reaches_it_and_one_between_the_lines_the_floor() -> None:
    found = _verdicts()
    assert found["P1"] == (2.5, "ambition")
    assert found["P2"] == (2.0, "ambition")
    assert found["P9b"] == (20.0, "floor")


def test_where_less_is_better_the_lines_are_upper_limits() -> None:
    found = _verdicts()
    assert found["P14"][0] == pytest.approx(150.0)
    assert found["P14"][1] == "ambition"
    assert found["P17"] == (70.0, "ambition")
    slow = report(window("earn-32", 1, 100, p99_ms=41.0))
    assert [one.verdict for one in judge(slow) if one.goal.id == "P9b"] == ["below"]


def test_a_goal_whose_reference_did_not_run_is_left_out() -> None:
    assert "P3" not in _verdicts()


def test_the_best_of_several_references_is_not_guessed_when_one_is_missing() -> None:
    half = report(window("earn-32", 1, 100), window("tpcb-32", 1, 100))
    assert {one.goal.id for one in judge(half)} & {"P1", "P2"} == {"P1"}


def test_processor_time_is_compared_with_a_reference_that_has_no_server() -> None:
    found = report(window("earn-32", 1, 100, cpu={"server": 0.2, "postgres": 0.1}), window("tpcb-32", 1, 100, cpu={"postgres": 0.1}))
    assert [one.figure.median for one in judge(found) if one.goal.id == "F4"] == [pytest.approx(3.0)]


def test_the_log_of_the_books_is_told_apart_and_not_at_all_where_nobody_could_read_it() -> None:
    def logged(books: int | None) -> dict[str, tuple[float, str]]:
        found = report(window("bulk", 1, 10, wal_bytes=40_000, wal_books_bytes=books))
        return {one.goal.id: (one.figure.median, one.verdict) for one in judge(found) if one.goal.id in ("P13", "P13a")}

    assert logged(20_000) == {"P13": (2_000.0, "ambition"), "P13a": (4_000.0, "-")}
    assert logged(None) == {"P13a": (4_000.0, "-")}


def test_every_goal_names_loads_that_exist() -> None:
    named = {name for goal in GOALS for name in (goal.over, *goal.under)}
    assert named <= set(NAMES)
    assert len({goal.id for goal in GOALS}) == len(GOALS)


def test_the_plain_loads_are_held_against_the_lines_of_the_rich_ones() -> None:
    lines = {goal.id: (goal.floor, goal.ambition, goal.under) for goal in GOALS}
    plain = [goal for goal in GOALS if goal.over.endswith("-plain")]
    assert {"P1p", "P5p", "P6p", "P14p", "P13p"} <= {goal.id for goal in plain}
    assert all(lines[goal.id.removesuffix("p")] == lines[goal.id] for goal in plain)


def test_a_chosen_load_brings_what_it_is_divided_by() -> None:
    assert {"earn-32", "tpcb-8", "tpcb-32", "bare-route"} <= needed_by(frozenset({"earn-32"}))
    assert needed_by(frozenset({"earn-128"})) == {"earn-128"}
