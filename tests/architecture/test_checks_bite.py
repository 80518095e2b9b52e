"""Each check finds what it is for: faults planted in a house of straw are reported at their place, and the bare house is clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import straw
from tests.architecture.checks import CHECKS, violations
from tests.architecture.plantings import PLANTINGS, Planting
from tests.architecture.tree import Tree


@pytest.mark.parametrize("name", CHECKS)
def test_a_clean_house_is_left_alone(name: str, tmp_path: Path) -> None:
    assert violations(name, Tree(straw.build(tmp_path))) == []


@pytest.mark.parametrize("planting", PLANTINGS, ids=lambda p: f"{p.check}-{p.at.rsplit('/', 1)[-1]}")
def test_a_planted_fault_is_found_where_it_is(planting: Planting, tmp_path: Path) -> None:
    found = violations(planting.check, Tree(straw.build(tmp_path, planting.files)))
    assert [f"{v.path}:{v.line}" for v in found] == [planting.at]


def test_every_check_has_a_planted_fault() -> None:
    assert {p.check for p in PLANTINGS} == set(CHECKS)
