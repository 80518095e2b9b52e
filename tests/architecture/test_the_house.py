"""The repository as it stands keeps every rule of the house."""

from __future__ import annotations

import pytest

from tests.architecture.checks import CHECKS, idle_excuses, violations
from tests.architecture.checks.statements import idle_reasons
from tests.architecture.tree import REPOSITORY, Tree


@pytest.fixture(scope="module")
def tree() -> Tree:
    """This repository, parsed once."""
    return Tree(REPOSITORY)


@pytest.mark.parametrize("name", CHECKS)
def test_the_house_keeps_the_rule(name: str, tree: Tree) -> None:
    found = violations(name, tree)
    assert not found, "\n" + "\n".join(map(str, found))


def test_an_exception_that_excuses_nothing_is_removed(tree: Tree) -> None:
    assert not idle_excuses(tree)
    assert not idle_reasons(tree)
