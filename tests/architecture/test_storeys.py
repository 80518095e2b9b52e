"""The import contracts hold, they bite, and they tell the same storeys as the plan of the house."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import house, straw
from tests.architecture.tree import REPOSITORY

_CONTRACTS = REPOSITORY / ".importlinter"


def test_the_contracts_hold() -> None:
    result = _lint(REPOSITORY / "src")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_clean_house_passes(tmp_path: Path) -> None:
    result = _lint(straw.build(tmp_path, {"src/praemia/ledger/model.py": '"""Doc."""\n\nimport praemia.rules\n'}) / "src")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        ({"src/praemia/rules/model.py": "import praemia.ledger"}, "praemia.rules is not allowed to import praemia.ledger"),
        (
            {"src/praemia/foundation/errors.py": "def f():\n    import praemia.rules"},
            "praemia.foundation is not allowed to import praemia.rules",
        ),
        (
            {"src/praemia/members/__init__.py": "import praemia.ledger"},
            "praemia.members is not allowed to import praemia.ledger",
        ),
        ({"src/praemia/cellar/__init__.py": ""}, "cellar"),
        (
            {"src/praemia/rules/core.py": "import praemia.rules.model", "src/praemia/rules/model.py": "import praemia.rules.core"},
            "No cycles are allowed in praemia.rules",
        ),
    ],
    ids=["upwards", "upwards inside a function", "sideways", "no storey", "in a circle"],
)
def test_a_forbidden_import_is_found(planted: dict[str, str | None], complaint: str, tmp_path: Path) -> None:
    result = _lint(straw.build(tmp_path, planted) / "src")
    assert result.returncode != 0
    assert complaint in result.stdout


def test_contracts_and_plan_tell_the_same_storeys() -> None:
    config = configparser.ConfigParser()
    config.read(_CONTRACTS)
    lines = config["importlinter:contract:storeys"]["layers"].split("\n")
    storeys = [tuple(room.strip(" ()") for room in line.split("|")) for line in lines if line.strip()]
    assert tuple(storeys) == house.STOREYS


def _lint(source: Path) -> subprocess.CompletedProcess[str]:
    """lint-imports over the package in `source`, which goes before the installed one."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo", "--config", str(_CONTRACTS)]
    environment = os.environ | {"PYTHONPATH": str(source), "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
