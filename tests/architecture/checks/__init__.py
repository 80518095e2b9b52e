"""Every check of the house by its name. A check takes a tree and yields violations; `test_checks_bite` plants one for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.architecture import house
from tests.architecture.checks import faces, form, numbers, papers, rooms, statements
from tests.architecture.tree import Tree, Violation

Check = Callable[[Tree], Iterator[Violation]]
CHECKS: dict[str, Check] = {
    check.__name__: check for check in (*form.CHECKS, *rooms.CHECKS, *statements.CHECKS, *numbers.CHECKS, *papers.CHECKS, *faces.CHECKS)
}


def violations(name: str, tree: Tree) -> list[Violation]:
    """What a check finds and nothing excuses, in order."""
    return sorted({v for v in CHECKS[name](tree) if (name, v.path) not in house.EXCUSED})


def idle_excuses(tree: Tree) -> list[str]:
    """Excuses that excuse nothing any more."""
    used = {(name, v.path) for name in {name for name, _ in house.EXCUSED} for v in CHECKS[name](tree)}
    return [f"{name}: {path}" for name, path in house.EXCUSED if (name, path) not in used]
