"""The reference in docs/programme-file.md is true: its examples are valid, and no key is missing from it."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from praemia.programs import json_schema, read_program, to_earning
from praemia.rules import compile_earning

TEXT = (Path(__file__).parents[3] / "docs" / "programme-file.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
UNITS = "units: { points: {} }\n"
RULES = UNITS + "activities: { review: { fields: { stars: int } }, run: { fields: { metres: int } } }\nearning:\n  rules:\n"


def whole(example: str) -> str:
    """A part of a file, with the rest of a file around it."""
    if example.startswith("program:"):
        return example
    if example.startswith("- "):
        return f"program: example\n{RULES}{indent(example, '    ')}"
    return f"program: example\n{'' if example.startswith('units:') else UNITS}{example}"


def keys(node: Any) -> Iterator[str]:
    """Every key that any block of the schema allows."""
    for block in (node, *node["$defs"].values()):
        yield from block.get("properties", {})


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_reference_is_valid(example: str) -> None:
    compile_earning(to_earning(read_program(whole(example)).file))


def test_every_key_has_a_word_and_an_example_in_the_reference() -> None:
    code = " ".join(EXAMPLES)
    known = sorted(set(keys(json_schema())))
    assert [key for key in known if not re.search(rf"\b{key}:", code)] == []
    assert [key for key in known if f"`{key}`" not in TEXT] == []
