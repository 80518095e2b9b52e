"""Terms of membership: what may be published, and the comparison people read before they publish."""

from __future__ import annotations

from datetime import UTC, date, datetime

from praemia.programs import Terms, lines_between
from praemia.programs.core.terms import MOST_CHARACTERS, faults_of_terms

OLD = Terms(
    version=1, effective_from=date(2026, 3, 1), texts={"en": "a"}, note="", published_by="x", published_at=datetime(2026, 3, 1, tzinfo=UTC)
)


def test_every_fault_is_named_with_its_place() -> None:
    faults = faults_of_terms({"de": "  ", "en": "x" * (MOST_CHARACTERS + 1)}, date(2026, 2, 28), OLD)
    assert [(fault.path, fault.code) for fault in faults] == [
        ("/texts/de", "empty"),
        ("/texts/en", "too_long"),
        ("/effective_from", "too_early"),
    ]
    assert [fault.path for fault in faults_of_terms({}, date(2026, 3, 1), None)] == ["/texts"]


def test_terms_of_the_same_day_replace_those_before() -> None:
    assert faults_of_terms({"en": "b"}, OLD.effective_from, OLD) == []


def test_a_comparison_marks_what_went_and_what_came_and_leaves_out_what_stayed_far_away() -> None:
    before = "\n".join(f"line {n}" for n in range(40))
    after = before.replace("line 20", "line twenty")
    lines = lines_between(before, after)
    assert [(mark, line) for mark, line in lines if mark in "+-"] == [("-", "line 20"), ("+", "line twenty")]
    assert [line for mark, line in lines if mark == " "] == [f"line {n}" for n in (17, 18, 19, 21, 22, 23)]
    assert lines[0] == ("@", "")
    assert lines_between(before, before) == []
