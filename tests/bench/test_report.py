"""Table, JSON and picture of a report made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.__main__ import sound
from bench.goals import judge
from bench.model import Proof
from bench.options import parse
from bench.report import as_json, draw, keep
from bench.report.picture import LABEL
from bench.rounds import warnings_of
from bench.workloads import NAMES
from tests.bench.made import ordinary, report, window

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_has_a_bar_for_every_goal_and_its_lines() -> None:
    found = ordinary()
    judged = judge(found)
    root = ElementTree.fromstring(draw(found, judged))
    assert len([bar for bar in root.iter(f"{SVG}rect") if bar.get("class") == "rail"]) == len(judged)
    lines = [line for line in root.iter(f"{SVG}line") if line.get("class") in ("line-floor", "line-ambition")]
    wanted = sum((one.goal.floor is not None) + (one.goal.ambition is not None) for one in judged)
    assert len(lines) == wanted + 2  # the legend
    (heading,) = [text for text in root.iter(f"{SVG}text") if text.get("class") == "head"]
    assert heading.text == "Praemia beside its reference loads, one machine, one run"


def test_every_goal_has_a_name_that_fits_before_its_bar() -> None:
    longest = max((f"{one.goal.id} {one.goal.title}" for one in judge(ordinary())), key=len)
    assert len(longest) * 7 <= LABEL - 20


def test_no_bar_leaves_its_rail() -> None:
    found = report(window("earn-32", 1, 100_000_000, p99_ms=9_999.0), window("tpcb-32", 1, 1))
    for bar in ElementTree.fromstring(draw(found, judge(found))).iter(f"{SVG}rect"):
        if bar.get("class") in ("ambition", "below"):
            assert float(bar.get("width", "")) <= 400


def test_words_from_outside_cannot_break_the_picture() -> None:
    found = report(window("earn-32", 1, 1), warnings=("<script>&",), machine={"processor": "A & B <C>"})
    assert "".join(ElementTree.fromstring(draw(found, judge(found))).itertext()).count("<script>&") == 1


def test_the_document_holds_every_load_every_round_and_what_was_missing() -> None:
    found = ordinary()
    document = json.loads(as_json(found, judge(found)))
    loads = {load["name"]: load for load in document["loads"]}
    assert tuple(loads) == NAMES
    assert loads["earn-32"]["medians"]["rate"] == {"median": 1000.0, "low": 900.0, "high": 1200.0}
    assert [one["units"] for one in loads["earn-32"]["rounds"]] == [1000, 900, 1200]
    assert loads["pgledger-32"]["missing"] == "not tried"
    assert {goal["id"] for goal in document["goals"]} >= {"P1", "P2", "P14"}


def test_results_are_kept_under_their_date(tmp_path: Path) -> None:
    found = ordinary()
    paths = keep(found, judge(found), tmp_path / "results")
    assert [path.name for path in paths] == ["2025-06-01T1200.json", "2025-06-01T1200.svg", "2025-06-01T1200.txt"]
    text = paths[2].read_text()
    assert all(name in text for name in NAMES)


def test_others_at_work_are_told_of() -> None:
    (warning,) = warnings_of([window("earn-1", 1, 5, other_cpus=1.3), window("earn-1", 2, 5, other_cpus=0.1)])
    assert "1 of 2 windows" in warning
    assert warnings_of([window("earn-1", 1, 5, other_cpus=0.1), window("fdatasync", 1, 5)]) == []


@pytest.mark.parametrize(
    ("changes", "is_sound"),
    [
        ({}, True),
        ({"proof": Proof(clean=False, seconds=0.1, said="1 row does not fit")}, False),
        ({"windows": (window("bulk", 1, 10, refused=1, complaint="409"),)}, False),
        ({"windows": (window("bulk", 1, 0),)}, False),
    ],
)
def test_a_run_fails_by_refusals_and_wrong_books_never_by_figures(changes: dict[str, object], is_sound: bool) -> None:
    assert sound(report(window("bulk", 1, 1, p99_ms=1e9), **changes) if "windows" not in changes else report(**changes)) is is_sound


def test_choosing_a_load_chooses_its_references_and_members_come_in_thousands() -> None:
    options = parse(["--only", "bulk", "--members", "1500"])
    assert {load.name for load in options.chosen} == {"bulk", "copy-transfers", "copy-all", "tpcb-32", "pgledger-batch"}
    assert options.scale.members == 2000
    assert (options.scale.rounds, options.scale.seconds) == (3, 3.0)
    with pytest.raises(SystemExit):
        parse(["--only", "no-such-load"])
