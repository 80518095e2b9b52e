"""What docs/import.md shows can be read, and it names every key and every refusal there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from praemia.integrations.bulk.core.mapping import read_mapping
from praemia.integrations.bulk.core.shape import SHAPES, LinesBlock
from praemia.integrations.bulk.errors import EVENT_FAULTS

PAGE = (Path(__file__).parents[3] / "docs" / "import.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.S | re.M)


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_of_the_page_is_a_mapping(text: str) -> None:
    assert read_mapping(text).sources


def test_the_page_shows_every_key() -> None:
    keys = {field.alias or name for shape in SHAPES.values() for name, field in shape.model_fields.items()} | set(LinesBlock.model_fields)
    assert {key for key in keys if not re.search(rf"\b{key}\b", PAGE)} == set()


def test_the_page_names_every_refusal_of_an_event() -> None:
    assert {refusal.code for refusal in EVENT_FAULTS.values() if refusal.code not in PAGE} == set()
