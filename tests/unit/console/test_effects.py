"""What a plan says purchases would notice: the same week, judged by the old rules and the new ones."""

from __future__ import annotations

from datetime import date

from praemia.programs import ProgramFile, read_program
from praemia.web.console.programme.effects import effect_between

MONDAY = date(2026, 3, 2)
BASE = """
program: p
timezone: Europe/Berlin
units: { points: {} }
earning:
  rules:
    - { id: base, trigger: purchase, earn: { points: 1, per_amount: "1.00" } }
"""


def file(*rules: str) -> ProgramFile:
    return read_program(BASE + "".join(f"    - {rule}\n" for rule in rules)).file


def test_nothing_changes_between_a_file_and_itself() -> None:
    effect = effect_between(file(), file(), first_day=MONDAY)
    assert effect.changed == 0
    assert effect.rows == ()
    assert effect.tried == 3 * 7


def test_doubled_tuesdays_are_seen_on_tuesdays_alone() -> None:
    effect = effect_between(file(), file("{ id: double, trigger: purchase, multiply: 2, when: { days: tue } }"), first_day=MONDAY)
    assert effect.changed == 3
    assert {row.days for row in effect.rows} == {(1,)}
    assert [(row.basket.amount, dict(row.before), dict(row.after)) for row in effect.rows] == [
        (5, {"points": 5}, {"points": 10}),
        (20, {"points": 20}, {"points": 40}),
        (50, {"points": 50}, {"points": 100}),
    ]


def test_hours_and_goods_that_a_rule_names_are_tried() -> None:
    rule = "{ id: coffee, trigger: purchase, multiply: 3, match: { category: coffee }, when: { hours: '16:00-18:00' } }"
    effect = effect_between(file(), file(rule), first_day=MONDAY)
    (row,) = effect.rows
    assert (row.basket.kind, row.basket.goods, row.hour, row.days) == ("category", "coffee", 16 * 60, tuple(range(7)))
    assert (dict(row.before), dict(row.after)) == ({"points": 20}, {"points": 60})
