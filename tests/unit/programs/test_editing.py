"""Changing a programme's text in place: what differs is written anew, nothing else is touched."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from praemia.programs import read_program
from praemia.programs.core.document import Plain, read_document
from praemia.programs.core.editing import edited
from praemia.programs.core.writing import mapping
from praemia.programs.errors import NotEditable

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples").glob("*.yaml"))
CAFE = next(each for each in EXAMPLES if each.name == "customer-cafe.yaml").read_text("utf-8")


def differing(before: str, after: str) -> list[str]:
    return [line for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="") if line[0] in "+-"][2:]


def root(text: str) -> Any:
    return read_document(text).root


def test_a_changed_number_changes_one_line_and_keeps_its_comment() -> None:
    after = edited(CAFE, ("units", "points", "value"), "0.02")
    assert differing(CAFE, after) == [
        '-    value: "0.01" # a hundred points are worth one euro',
        '+    value: "0.02" # a hundred points are worth one euro',
    ]


def test_a_new_rule_stands_behind_the_last_one_in_the_manner_of_the_others() -> None:
    rule = {
        "id": "tuesdays",
        "name": {"de": "Doppelt am Dienstag", "en": "Double on Tuesdays"},
        "trigger": Plain("purchase"),
        "multiply": Plain("2"),
        "when": {"days": (Plain("tue"),)},
    }
    after = edited(CAFE, ("earning", "rules"), (*root(CAFE)["earning"]["rules"], rule))
    assert differing(CAFE, after) == [
        "+",
        "+    - id: tuesdays",
        "+      name: { de: Doppelt am Dienstag, en: Double on Tuesdays }",
        "+      trigger: purchase",
        "+      multiply: 2",
        "+      when: { days: [tue] }",
    ]
    assert after.index("tuesdays") < after.index("  caps:")
    assert [each.id for each in read_program(after).file.earning.rules][-2:] == ["kind-words", "tuesdays"]


def test_a_removed_rule_takes_its_comment_and_its_blank_line_along() -> None:
    text = CAFE.replace("    - id: quiet-hours", "    # when nobody comes\n    - id: quiet-hours")
    rules = root(text)["earning"]["rules"]
    after = edited(text, ("earning", "rules"), tuple(each for each in rules if each["id"] != "quiet-hours"))
    gone = differing(text, after)
    assert all(line.startswith("-") for line in gone)
    assert len(gone) == 10
    assert "# when nobody comes" not in after
    assert "\n\n\n" not in after


def test_taking_the_first_and_the_last_rule_leaves_the_rest_as_it_was() -> None:
    rules = root(CAFE)["earning"]["rules"]
    for left in (rules[1:], rules[:-1]):
        after = edited(CAFE, ("earning", "rules"), left)
        assert root(after)["earning"]["rules"] == left
        assert all(line.startswith("-") for line in differing(CAFE, after))


def test_removing_everything_writes_an_empty_list() -> None:
    assert "  rules: []\n" in edited(CAFE, ("earning", "rules"), ())


def test_a_key_is_added_within_braces_and_within_lines() -> None:
    after = edited(CAFE, ("earning", "stacking", "multiply"), Plain("all"))
    assert "  stacking: { multipliers: sum, promotions: all, multiply: all }\n" in after
    after = edited(CAFE, ("earning", "rules", 0, "enabled"), Plain("false"))
    assert differing(CAFE, after) == ["+      enabled: false"]


def test_a_missing_block_is_made_and_an_emptied_one_goes() -> None:
    after = edited(CAFE, ("returns", "earned"), Plain("by_value"))
    assert after == CAFE + "\nreturns: { earned: by_value }\n"
    assert edited(after, ("returns", "earned"), None) == CAFE + "\n"


def test_a_value_behind_an_alias_is_written_out_and_the_anchor_left_alone() -> None:
    text = "a: &x { b: 1 }\nc: *x\n"
    assert edited(text, ("c", "b"), Plain("2")) == "a: &x { b: 1 }\nc: { b: 2 }\n"
    with pytest.raises(NotEditable):
        edited(text, ("a",), {"b": Plain("3")})


def test_comments_inside_brackets_are_left_to_people() -> None:
    with pytest.raises(NotEditable):
        edited("a: [1, # one\n  2]\n", ("a",), (Plain("1"),))


def test_quotes_stay_the_quotes_somebody_chose() -> None:
    assert edited("a: 'x'\nb: \"y\"\n", ("a",), "it's") == "a: 'it''s'\nb: \"y\"\n"
    assert edited("a: x\n", ("a",), "yes: no") == 'a: "yes: no"\n'
    assert edited("a: x\n", ("a",), "2025") == 'a: "2025"\n'


def test_line_ends_of_another_system_stay() -> None:
    assert edited("a: 1\r\nb: 2\r\n", ("c",), "x") == "a: 1\r\nb: 2\r\n\r\nc: x\r\n"


def test_text_that_is_no_yaml_is_not_touched() -> None:
    with pytest.raises(NotEditable):
        edited("a: [", ("a",), "x")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.stem)
def test_asking_for_what_is_written_changes_nothing(example: Path) -> None:
    text = example.read_text("utf-8")
    assert edited(text, (), root(text)) == text


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.stem)
def test_every_entry_of_every_list_can_be_taken_away_and_the_comments_elsewhere_stay(example: Path) -> None:
    text = example.read_text("utf-8")
    tree = root(text)
    for path in [("earning", "rules"), ("earning", "caps"), ("earning", "budgets"), ("rewards",), ("tiers", "levels")]:
        entries = tree
        for step in path:
            entries = entries.get(step, ()) if isinstance(entries, dict) else ()
        for place in range(len(entries)):
            after = edited(text, path, entries[:place] + entries[place + 1 :])
            assert set(after.splitlines()) <= set(text.splitlines()) | {f"  {path[-1]}: []", f"{path[-1]}: []"}


texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12)
plains = st.integers(-99, 10**6).map(lambda n: Plain(str(n))) | st.sampled_from([Plain("true"), Plain("spend")])
trees = st.recursive(
    texts | plains,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map(tuple)
        | st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True), inner, min_size=1, max_size=4)
    ),
    max_leaves=12,
)
mappings = st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True), trees, min_size=1, max_size=4)


def plain_less(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: plain_less(value) for key, value in tree.items()}
    return tuple(plain_less(value) for value in tree) if isinstance(tree, tuple) else str(tree)


@given(mappings)
def test_what_is_written_reads_back(tree: Any) -> None:
    assert plain_less(root("\n".join(mapping(tree, 0)) + "\n")) == plain_less(tree)


@given(mappings, mappings)
@example({"a": {"b": "0"}}, {"c": "0", "a": {"d": "0"}})  # two insertions at one place: the inner comes first
def test_any_text_of_ours_can_become_any_other(before: Any, after: Any) -> None:
    text = "# head\n" + "\n".join(mapping(before, 0)) + "\n# tail\n"
    new = edited(text, (), after)
    assert plain_less(root(new)) == plain_less(after)
    assert new.startswith("# head\n")
