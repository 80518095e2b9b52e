"""Every fault of a file is told at once, at its place, with what was probably meant."""

import pytest

from praemia.foundation.errors import Fault, InvalidInput
from praemia.programs import read_program

HEAD = """\
program: shop
units: { points: {}, cash: { decimals: 2, value: 1 } }
activities: { review: { fields: { stars: int, paid: money, text: string } } }
earning:
  rules:
"""
BASE = "    - { id: base, trigger: purchase, earn: { points: 1, per_amount: 1 } }\n"


def faults_of(text: str) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        read_program(text)
    return caught.value.faults


def rule_faults(rule: str) -> list[tuple[str, str]]:
    return [(fault.code, fault.path.removeprefix("/earning/rules/1")) for fault in faults_of(HEAD + BASE + f"    - {{ id: r, {rule} }}\n")]


def test_every_fault_is_told_in_the_order_of_the_text() -> None:
    text = (
        "program: Shop\n"
        "timezone: Europe/Berlim\n"
        "currency: EURO\n"
        "units: { points: { decimal: 2 } }\n"
        "earning:\n"
        "  caps: [{ points: 1, per: dy }]\n"
        "  rules:\n"
        "    - { id: a, trigger: purchas, to: points, earn: { points: 1 } }\n"
        "    - { id: a, trigger: purchase, to: point, add: 1 }\n"
    )
    assert [(fault.line, fault.column, fault.path, fault.code) for fault in faults_of(text)] == [
        (1, 10, "/program", "name"),
        (2, 11, "/timezone", "unknown_name"),
        (3, 11, "/currency", "unknown_name"),
        (4, 20, "/units/points/decimal", "unknown_key"),
        (6, 28, "/earning/caps/0/per", "choice"),
        (8, 25, "/earning/rules/0/trigger", "unknown_name"),
        (9, 13, "/earning/rules/1/id", "duplicate_id"),
        (9, 39, "/earning/rules/1/to", "unknown_name"),
    ]


@pytest.mark.parametrize(
    ("wrong", "suggestion"),
    [
        ("timezone: Europe/Berlim", "did you mean 'Europe/Berlin'?"),
        ("timezone: berlin", "did you mean 'Europe/Berlin'?"),
        ("currency: EURO", "did you mean 'EUR'?"),
        ("contxt: customer", "did you mean 'context'?"),
        ("context: customers", "did you mean 'customer'?"),
        ("rules: []", "it belongs under 'earning'"),
    ],
)
def test_a_typo_is_answered_with_what_was_meant(wrong: str, suggestion: str) -> None:
    (fault,) = faults_of(f"program: shop\nunits: {{ points: {{}} }}\n{wrong}\n")
    assert (fault.line, fault.suggestion) == (3, suggestion)


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("", 1, 1, "empty"),
        ("# nothing\n", 1, 1, "empty"),
        ("- a\n", 1, 1, "type"),
        ("program: shop\n\tunits: 1\n", 2, 1, "syntax"),
        ("program: [shop\n", 2, 1, "syntax"),
        ("program: sh\x07op\n", 1, 12, "syntax"),
        ("program: shop\n---\nprogram: shop\n", 2, 1, "documents"),
        ("program: !!str shop\n", 1, 10, "tag"),
        ("program: *x\n", 1, 10, "alias"),
        ("program: shop\nprogram: shop\nunits: {p: {}}\n", 2, 1, "duplicate_key"),
        ("program:\nunits: {p: {}}\n", 1, 1, "empty"),
        ("units: {p: {}}\n", 1, 1, "missing"),
        ("program: shop\nunits: {}\n", 2, 8, "empty"),
        ("program: shop\nunits: {P: {}}\n", 2, 9, "name"),
        ("program: shop\nunits: [p]\n", 2, 8, "type"),
        ("program: shop\nunits: {p: {name: 12}}\n", 2, 19, "text"),
        ("program: shop\nunits: {p: {spendable: yes}}\n", 2, 24, "switch"),
        ("program: shop\nunits: {p: {value: '1,50'}}\n", 2, 20, "number"),
        ("program: shop\nunits: {p: {value: 1e3}}\n", 2, 20, "number"),
        ("program: shop\nunits: {p: {value: 0}}\n", 2, 20, "range"),
        ("program: shop\nunits: {p: {decimals: 7}}\n", 2, 23, "range"),
        ("program: shop\nunits: {p: {}}\nactivities: {purchase: {}}\n", 3, 14, "reserved"),
        ("program: shop\nunits: {p: {}}\nactivities: {walk: {fields: {day: int}}}\n", 3, 30, "reserved"),
    ],
)
def test_a_fault_names_its_line_and_column(text: str, line: int, column: int, code: str) -> None:
    first = faults_of(text)[0]
    assert (first.line, first.column, first.code) == (line, column, code)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("trigger: purchase", [("one_of", "")]),
        ("trigger: purchase, earn: {points: 1}, add: 2", [("one_of", "/add")]),
        ("trigger: purchase, earn: {points: 1, per_amount: 1, per_item: true}", [("one_of", "/earn/per_item")]),
        ("trigger: purchase, earn: {points: 0.5}", [("too_fine", "/earn/points")]),
        ("trigger: purchase, to: cash, earn: {points: 0.005}", [("too_fine", "/earn/points")]),
        ("trigger: purchase, earn: {points: 1, per_amount: 0.001}", [("too_fine", "/earn/per_amount")]),
        ("trigger: purchase, earn: {points: 1, per_amount: 0}", [("range", "/earn/per_amount")]),
        ("trigger: purchase, earn: {points: 1}, when: {from: 2025-03-02, until: 2025-03-01}", [("dates", "/when/until")]),
        ("trigger: purchase, earn: {points: 1}, when: {from: 2025-02-29}", [("date", "/when/from")]),
        ("trigger: purchase, earn: {points: 1}, when: {hours: 9-17}", [("hours", "/when/hours")]),
        ("trigger: purchase, earn: {points: 1}, when: {hours: '09:00-09:00'}", [("hours", "/when/hours")]),
        ("trigger: purchase, earn: {points: 1}, when: {days: [mon, tues]}", [("choice", "/when/days")]),
        ("trigger: purchase, earn: {points: 1}, when: {min_amount_tax: include}", [("misplaced", "/when/min_amount_tax")]),
        ("trigger: purchase, earn: {points: 1}, limit: {times: 1, per: order}", [("period", "/limit/per")]),
        ("trigger: purchase, earn: {points: 1}, cap: {points: 1, per: balance}", [("period", "/cap/per")]),
        ("trigger: purchase, earn: {points: 1}, cooldown: 1 day", [("duration", "/cooldown")]),
        ("trigger: purchase, earn: {points: 1}, match: {}", [("empty", "/match")]),
        ("trigger: purchase, earn: {points: 1}, accrual: whole_steps", [("misplaced", "/accrual")]),
        ("trigger: purchase, multiply: 2, exclusive: true", [("misplaced", "/exclusive")]),
        ("trigger: signup, earn: {points: 1, per_amount: 1}", [("purchase_only", "/earn/per_amount")]),
        ("trigger: signup, earn: {points: 1}, match: {sku: a}", [("misplaced", "/match")]),
        ("trigger: signup, earn: {points: 1}, when: {first_purchase: true}", [("purchase_only", "/when/first_purchase")]),
        ("trigger: purchase, earn: {points: 1, per_value: {step: 1}}", [("activity_only", "/earn/per_value")]),
        ("trigger: review, earn: {points: 1, per_value: {field: text, step: 1}}", [("unknown_name", "/earn/per_value/field")]),
        ("trigger: review, earn: {points: 1, per_value: {field: stars, step: 0.5}}", [("too_fine", "/earn/per_value/step")]),
        ("trigger: review, earn: {points: 1, per_value: {field: paid, step: 0.005}}", [("too_fine", "/earn/per_value/step")]),
        ("trigger: review, earn: {points: 1}, leap_day: mar1", [("misplaced", "/leap_day")]),
    ],
)
def test_an_impossible_rule_is_refused(rule: str, expected: list[tuple[str, str]]) -> None:
    assert rule_faults(rule) == expected


@pytest.mark.parametrize(
    ("budget", "codes"),
    [
        ("rules: [base], points: 5, money: 5", "one_of no_value"),
        ("rules: [base]", "one_of"),
        ("rules: [bass], points: 5", "unknown_name"),
        ("rules: [base], money: 5", "no_value"),
        ("rules: [base], points: 5, unit: cash", "unit_mismatch"),
        ("rules: [base], points: 5, per: order", "period"),
        ("rules: [base], points: 0.5", "too_fine"),
    ],
)
def test_an_impossible_budget_is_refused(budget: str, codes: str) -> None:
    faults = faults_of(HEAD + BASE + f"  budgets: [{{ id: b, {budget} }}]\n")
    assert [fault.code for fault in faults] == codes.split()


def test_a_fault_in_one_rule_does_not_hide_those_of_its_neighbours_or_its_own() -> None:
    rules = (
        "    - { id: r, trigger: nothing, to: nowhere, earn: { points: x }, when: { hours: x, min_amount: 0.001 } }\n"
        "    - { id: s, trigger: purchase }\n"
    )
    assert [fault.path.removeprefix("/earning/rules") for fault in faults_of(HEAD + BASE + rules)] == [
        "/1/trigger",
        "/1/to",
        "/1/earn/points",
        "/1/when/hours",
        "/1/when/min_amount",
        "/2",
    ]


def test_a_name_in_a_broken_block_still_counts_as_known() -> None:
    text = (
        "program: shop\nunits: { points: { decimals: x }, other: {} }\n"
        "earning: { rules: [{ id: a, trigger: visit, to: points, earn: { points: 1 } }] }\n"
    )
    assert [fault.path for fault in faults_of(text)] == ["/units/points/decimals"]


def test_a_multiplier_without_a_base_rule_is_a_warning() -> None:
    reading = read_program(HEAD + "    - { id: x2, trigger: purchase, multiply: 2 }\n")
    assert [(warning.code, warning.line, warning.path) for warning in reading.warnings] == [("no_base", 6, "/earning/rules/0/multiply")]


def test_aliases_are_allowed_and_bombs_are_not() -> None:
    reading = read_program("program: shop\nunits: { a: &u { decimals: 2 }, b: *u }\n")
    assert reading.file.units["b"].decimals == 2
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    assert [fault.code for fault in faults_of(bomb)] == ["too_large"]


def test_a_file_too_long_to_be_a_programme_is_refused_unread() -> None:
    assert [fault.code for fault in faults_of("#" * 300_000)] == ["too_long"]


def test_json_is_read_as_it_is_written() -> None:
    reading = read_program(
        '{"program": "shop", "name": "\\ud83d\\ude00 \\/ caf\\u00e9", "units": {"points": {"decimals": 0, "spendable": true}}}'
    )
    assert reading.file.name == {"de": "\U0001f600 / café", "en": "\U0001f600 / café"}


def test_words_stay_words() -> None:
    text = HEAD + "    - { id: r, trigger: purchase, match: { sku: [000, 1.10, no, 2025-01-01] }, earn: { points: 1 } }\n"
    match = read_program(text).file.earning.rules[0].match
    assert match is not None
    assert match.sku == frozenset({"000", "1.10", "no", "2025-01-01"})
