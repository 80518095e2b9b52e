"""The published JSON Schema and the reader say the same about a file."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from praemia.foundation.errors import InvalidInput
from praemia.programs import json_schema, read_program, to_earning
from praemia.programs.core.document import Plain, read_document
from praemia.rules import compile_earning
from tests.unit.programs.generated import Tree, texts, trees

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def as_yaml_1_2(tree: Any) -> Any:
    """The tree as an editor's YAML 1.2 reader (core schema) would type it."""
    if isinstance(tree, dict):
        return {key: as_yaml_1_2(value) for key, value in tree.items()}
    if isinstance(tree, tuple):
        return [as_yaml_1_2(value) for value in tree]
    if isinstance(tree, Plain):
        if tree in ("true", "false"):
            return tree == "true"
        for kind in (int, float):
            try:
                return kind(tree)
            except ValueError:
                continue
    return str(tree)


def test_the_schema_is_itself_valid_and_committed() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    committed = (ROOT / "docs" / "program.schema.json").read_text("utf-8")
    assert committed == json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", (
        "run: praemia program schema > docs/program.schema.json"
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_valid_compiles_and_fits_the_schema(path: Path) -> None:
    text = path.read_text("utf-8")
    reading = read_program(text)
    assert reading.warnings == ()
    compile_earning(to_earning(reading.file))
    VALIDATOR.validate(as_yaml_1_2(read_document(text).root))


@given(trees())
def test_a_valid_programme_fits_the_schema(tree: Tree) -> None:
    compile_earning(to_earning(read_program(json.dumps(tree)).file))
    VALIDATOR.validate(tree)


@given(texts())
def test_a_valid_programme_is_read_however_it_is_written(text: str) -> None:
    compile_earning(to_earning(read_program(text).file))


@pytest.mark.parametrize(
    "wrong",
    [
        {"contxt": "customer"},
        {"context": "customers"},
        {"units": {"Points": {}}},
        {"units": {"points": {"decimals": 7}}},
        {"units": {"points": {"spendable": "yes"}}},
        {"earning": {"rules": [{"id": "r", "trigger": "visit", "earn": {"points": "1,5"}}]}},
        {"earning": {"rules": [{"id": "r", "trigger": "visit", "earn": {"points": 0}}]}},
        {"earning": {"rules": [{"id": "r", "trigger": "visit", "earn": {}}]}},
        {"earning": {"rules": [{"id": "r", "trigger": "visit", "earn": {"points": 1}, "when": {"hours": "9-17"}}]}},
        {"earning": {"rules": [{"id": "r", "trigger": "visit", "earn": {"points": 1}, "when": {"tiers": []}}]}},
        {"earning": {"rules": [{"id": "r", "trigger": "visit", "earn": {"points": 1}, "cooldown": "1 day"}]}},
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(wrong: Tree) -> None:
    tree = {"program": "made", "units": {"points": {}}} | wrong
    assert not VALIDATOR.is_valid(tree)
    with pytest.raises(InvalidInput):
        read_program(json.dumps(tree))
