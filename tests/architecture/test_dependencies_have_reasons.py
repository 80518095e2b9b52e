"""docs/decisions/0007 lists exactly the packages of pyproject.toml, each with a reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable

from tests.architecture.tree import REPOSITORY

_PAGE = REPOSITORY / "docs" / "decisions" / "0007-dependencies.md"
_ROW = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.M)


def test_every_package_has_a_reason_and_every_reason_a_package() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    run_time, development = (_reasons(part) for part in _PAGE.read_text("utf-8").split("## For development"))
    assert set(run_time) == _names(project["project"]["dependencies"])
    assert set(development) == _names(item for group in project["dependency-groups"].values() for item in group)


def test_what_is_missing_or_idle_is_seen() -> None:
    assert _reasons("| `a` | why |\n| `b` | because |\n") == {"a": "why", "b": "because"}
    assert _names(["a>=1", "b[extra]; sys_platform != 'win32'", {"include-group": "x"}]) == {"a", "b"}


def _names(requirements: Iterable[object]) -> set[str]:
    return {re.split(r"[^\w.-]", item, maxsplit=1)[0] for item in requirements if isinstance(item, str)}


def _reasons(part: str) -> dict[str, str]:
    return dict(_ROW.findall(part))
