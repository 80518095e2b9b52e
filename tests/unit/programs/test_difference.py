"""A plan tells what a file changes, and only that."""

import pytest
from hypothesis import given

from praemia.programs import read_program
from praemia.programs.core.difference import changes_between, warnings_between
from praemia.programs.core.schema import ProgramFile
from tests.unit.programs.generated import texts


def shop(rules: str = "", more: str = "", units: str = "points: {}") -> ProgramFile:
    return read_program(f"program: shop\nunits: {{ {units} }}\n{more}\nearning: {{ rules: [{rules}] }}\n").file


def base(points: str = "1", more: str = "") -> str:
    return f"{{ id: base, trigger: purchase, earn: {{ points: {points}, per_amount: 1 }}{more} }}"


PLUS = "{ id: plus, trigger: purchase, add: 5 }"


def told(before: ProgramFile, after: ProgramFile) -> list[str]:
    return [change.sentence for change in changes_between(before, after)]


@given(texts())
def test_a_file_does_not_differ_from_itself(text: str) -> None:
    file = read_program(text).file
    assert changes_between(file, read_program(text + "\n# a comment\n").file) == ()
    assert list(warnings_between(file, file)) == []


def test_layout_and_the_writing_of_numbers_change_nothing() -> None:
    assert changes_between(shop(base("1.0")), shop(base('"1"'))) == ()


def test_spelling_out_a_default_changes_nothing() -> None:
    assert changes_between(shop(base()), shop(base(more=", enabled: true, priority: 0"), "context: customer\ntimezone: UTC")) == ()


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        (shop(), shop(base()), ["Rule 'base' is created: 1 point per 1 EUR on purchase."]),
        (shop(base()), shop(), ["Rule 'base' is removed: it gave 1 point per 1 EUR on purchase."]),
        (shop(base()), shop(base("2")), ["Rule 'base' is changed: earn.points."]),
        (
            shop(base()),
            shop(base(more=", when: { days: [sat], hours: '09:00-12:00' }")),
            ["Rule 'base' is changed: when.days, when.hours."],
        ),
        (shop(), shop(more="timezone: Europe/Berlin"), ["timezone is Europe/Berlin."]),
        (shop(more="timezone: Europe/Berlin"), shop(), ["timezone changes from Europe/Berlin to its default."]),
        (shop(), shop(units="points: {}, stamps: {}"), ["Unit 'stamps' is created."]),
        (shop(), shop(units="points: { value: 0.01 }"), ["Unit 'points' is changed: value."]),
        (shop(f"{base()}, {PLUS}"), shop(f"{PLUS}, {base()}"), ["The rules are evaluated in another order."]),
    ],
)
def test_a_change_is_told_in_a_sentence(before: ProgramFile, after: ProgramFile, sentences: list[str]) -> None:
    assert told(before, after) == sentences


def test_a_changed_key_shows_before_and_after_as_written() -> None:
    (change,) = changes_between(shop(base("0.50")), shop(base("0.5", ", cooldown: 48h, when: { until: 2025-12-31 }")))
    assert [(field.key, field.before, field.after) for field in change.fields] == [
        ("when.until", None, "2025-12-31"),
        ("cooldown", None, "2d"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        (base("1"), base("2"), ["gives_more"]),
        (base("2"), base("1"), ["gives_less"]),
        (base("1"), "{ id: base, trigger: purchase, earn: { points: 2, per_amount: 2 } }", []),
        (base("1"), "{ id: base, trigger: purchase, earn: { points: 2 } }", ["gives_otherwise"]),
        (base("1"), "", ["gives_nothing"]),
        (base("1"), base("1", ", enabled: false"), ["gives_nothing"]),
        (base("1", ", enabled: false"), base("1"), ["gives_more"]),
        (base("1", ", enabled: false"), "", []),
    ],
)
def test_a_rule_that_gives_more_or_less_deserves_a_second_look(before: str, after: str, codes: list[str]) -> None:
    assert [warning.code for warning in warnings_between(shop(before), shop(after))] == codes


def test_a_unit_that_goes_away_deserves_a_second_look() -> None:
    assert [w.code for w in warnings_between(shop(units="points: {}, stamps: {}"), shop())] == ["unit_removed"]
