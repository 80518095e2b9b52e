"""Forms and files: whatever a file says, its forms hold it, and sent unchanged they want nothing changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from praemia.programs import Tree, read_document, read_program
from praemia.web.console.programme.forms import entries_of, entry_at, shown, wanted
from praemia.web.console.programme.offers import PARTS
from praemia.web.console.programme.parts import Part
from praemia.web.console.reading import Form

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
RICH = """
program: rich
units: { points: {} }
activities:
  run: { fields: { metres: int, when: date } }
  plain: {}
earning: { rules: [{ id: base, trigger: purchase, earn: { points: 1, per_amount: "1.00" } }] }
tiers: { window: lifetime, levels: [{ id: base, at: 0 }, { id: gold, at: 100 }] }
rewards:
  - id: a
    cost: 5
    cost_by_tier: { gold: 4, base: 6 }
    options: [{ points: 1, cash: "2.50" }, { cash: 3, points: 2 }]
    gives: { cashback: 1 }
  - id: b
    cost: 5
    gives: { experience: { name: Trip, dates: [2026-05-01, 2026-05-02], places: [here, "7"], seats: 3 } }
  - { id: c, cost: 5, gives: { experience: { name: { en: Tour }, places: there } } }
pay_with_points: { points: 100, worth: "1.00" }
sharing:
  transfers: { min: 3, fee_percent: "2.5", expiry: reset }
  pools: { who: head }
  merge: { tier: recompute }
consents: { letter: { name: Letter, text: { en: "Yes: please", de: "Ja, bitte" } } }
returns: { earned: by_value, uses: but_codes, block_if_spent: true, shortfall: refuse }
out_of_order: { refund_first: park }
adjustments: { reasons: [one, two], limits: { support: "10.5", "ledger:adjustment:write": 3 }, approval_above: 9, approval_days: 2 }
till: { undo_minutes: 0, without_receipt: 0, bands: [1, 2, "3"], offline: { earn: false, burn: { sale: 5 }, snapshot_cards: 0 } }
"""
FILES = {path.name: path.read_text("utf-8") for path in EXAMPLES} | {"rich": RICH, "bare": "program: bare\nunits: { points: {} }\n"}


def sent(values: Mapping[str, Any]) -> Form:
    """What a browser sends of inputs that hold these values."""

    def pairs() -> Iterator[tuple[str, str]]:
        for name, value in values.items():
            if isinstance(value, bool):
                yield from [(name, "yes")] if value else []
            elif isinstance(value, tuple):
                yield from ((name, one) for one in value)
            else:
                yield name, value

    return Form(list(pairs()))


def all_entries(root: Tree, part: Part) -> Iterator[tuple[str, dict[str, Tree]]]:
    if part.path:
        yield from entries_of(root, part)
    elif (found := entry_at(root, part, "all")) is not None:
        yield "all", found[1]


def test_the_files_are_right() -> None:
    for text in FILES.values():
        read_program(text)


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("name", FILES)
def test_a_form_sent_as_it_was_shown_wants_what_is_written(name: str, part: Part) -> None:
    root = read_document(FILES[name]).root
    for key, entry in all_entries(root, part):
        assert wanted(part, entry, sent(shown(part, entry, key))) == entry, key


def test_the_rich_file_has_an_entry_for_every_form_of_this_round() -> None:
    root = read_document(RICH).root
    for key in ("activity", "consent", "reward"):
        assert list(all_entries(root, PARTS[key])), key


def test_what_is_typed_between_rows_counts_in_its_order_and_empty_rows_do_not() -> None:
    part, form = PARTS["reward"], {"options.points-0": "", "options.points-2": "7", "options.cash-2": "1,5", "options.points-4": "9"}
    tree = wanted(part, {"id": "x"}, sent({**form, "options.cash-4": "2", "id": "x"}))
    assert tree["options"] == ({"points": "7", "cash": "1.5"}, {"points": "9", "cash": "2"})
