"""Checks of the rooms: what lies in them, which way they look inside, through which door they are entered, how they refuse."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture import house
from tests.architecture.tree import Module, Tree, Violation, called

_OUTSIDE_WORLD = {"asyncpg", "duckdb", "httpx2", "os", "pathlib", "random", "secrets", "shutil", "socket", "subprocess", "time"}
_UNPURE_OF_OURS = {"praemia.foundation.db", "praemia.foundation.sql", "praemia.foundation.postgres", "praemia.foundation.migrations"}
_CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


def rooms_follow_the_plan(tree: Tree) -> Iterator[Violation]:
    """A room holds the files of the plan and no others, with a README and a front door; the foundation holds at most a dozen."""
    for path in tree.paths:
        room, _, inside = path.removeprefix("src/praemia/").partition("/")
        if not path.startswith("src/praemia/") or room not in house.ROOMS or not inside:
            continue
        folder, _, rest = inside.partition("/")
        if (rest and folder not in house.PLAN_FOLDERS) or (not rest and inside not in house.PLAN):
            yield Violation(path, 1, f"{folder} is not in the plan of a room: {', '.join(sorted(house.PLAN | house.PLAN_FOLDERS))}")
    for room in sorted(set(tree.rooms) & house.ROOMS):
        for needed in ("README.md", "__init__.py"):
            if f"src/praemia/{room}/{needed}" not in tree.paths:
                yield Violation(f"src/praemia/{room}", 1, f"has no {needed}")
    ground = {m.parts[1] for m in tree.rooms.get("foundation", []) if m.parts[1] != "__init__"}
    if len(ground) > house.FOUNDATION_FILES:
        yield Violation("src/praemia/foundation", 1, f"holds {len(ground)} modules; a dozen is the most")


def rooms_look_one_way_inside(tree: Tree) -> Iterator[Violation]:
    """service > store | core > model > errors | events | ports, and nobody uses the front door from inside."""
    for room, modules in tree.rooms.items():
        if room not in house.ROOMS:
            continue
        for module in modules:
            mine = module.parts[1]
            for node, target in tree.imports(module):
                parts = target.split(".")
                if parts[1:2] != [room]:
                    continue
                theirs = parts[2] if len(parts) > 2 else "__init__"
                unknown = mine not in house.RANKS or theirs not in house.RANKS
                if mine != theirs and not unknown and house.RANKS[theirs] >= house.RANKS[mine]:
                    yield module.at(node, f"{mine} uses {theirs}; a room looks service > store | core > model > errors | events | ports")


def rooms_are_entered_by_the_front_door(tree: Tree) -> Iterator[Violation]:
    """Other rooms and edges import `praemia.ledger`, never what lies behind it."""
    for module in tree.modules:
        for node, target in tree.imports(module):
            parts = target.split(".")
            if len(parts) > 2 and parts[1] in house.ROOMS and parts[1] != module.room:
                yield module.at(node, f"{target} is behind the front door; import it from praemia.{parts[1]}")


def rooms_know_only_lower_storeys(tree: Tree) -> Iterator[Violation]:
    """No import goes up or sideways (lint-imports says the same, also over many steps)."""
    height = {room: -level for level, storey in enumerate(house.STOREYS) for room in storey}
    for module in tree.modules:
        for node, target in tree.imports(module):
            theirs = target.split(".")[1] if "." in target else ""
            if module.room != theirs and theirs in height and module.room in height and height[theirs] >= height[module.room]:
                yield module.at(node, f"{module.room} uses {theirs}, which is not below it")
        if module.room not in height and module.room != "__init__":
            yield Violation(module.path, 1, f"{module.room} stands on no storey")


def cores_are_pure(tree: Tree) -> Iterator[Violation]:
    """A core and the rule language take values and return values: no database, clock, randomness, files or network."""
    for module in tree.modules:
        if "core" not in module.parts[1:2] and module.room != "rules":
            continue
        for node in ast.walk(module.syntax):
            for name in _names_imported(node):
                if name.split(".")[0] in _OUTSIDE_WORLD or name in _UNPURE_OF_OURS:
                    yield module.at(node, f"a core uses {name}; take the value as an argument")
            if isinstance(node, ast.Call) and called(node) in ("open", "uuid4", "uuid.uuid4", "new_id", "ids.new_id"):
                yield module.at(node, f"a core calls {called(node)}; take the value as an argument")


def refusals_have_codes(tree: Tree) -> Iterator[Violation]:
    """Every DomainError has a code `room.reason` of its own room, a template, and no other has the same code."""
    owners: dict[str, str] = {}
    for module, node, is_parent in _refusals(tree):
        fields = {t.id: s.value for s in node.body if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)}
        code = fields.get("code")
        if not isinstance(code, ast.Constant) or not isinstance(code.value, str):
            if not is_parent:
                yield module.at(node, f"{node.name} has no code")
            continue
        if not _CODE.fullmatch(code.value):
            yield module.at(code, f"{code.value} is not room.reason")
        elif code.value.split(".")[0] not in _names_of(module):
            yield module.at(code, f"{code.value} does not begin with {' or '.join(sorted(_names_of(module)))}")
        if code.value in owners:
            yield module.at(code, f"{code.value} is the code of {owners[code.value]} already")
        owners[code.value] = node.name


def _names_of(module: Module) -> set[str]:
    """What a code of this module may begin with: the room; on the ground floor the module or package, or `input`."""
    return {module.parts[1], "input"} if module.room == "foundation" else {module.room, *module.parts[1:-1]}


def _refusals(tree: Tree) -> Iterator[tuple[Module, ast.ClassDef, bool]]:
    """All classes below DomainError, and whether others are derived from them."""
    classes = [(m, n) for m in tree.modules for n in ast.walk(m.syntax) if isinstance(n, ast.ClassDef)]
    parents = {node.name: {_name(b) for b in node.bases} for _, node in classes}
    known = {"DomainError"}
    while grown := {name for name, bases in parents.items() if bases & known} - known:
        known |= grown
    for module, node in classes:
        if node.name != "DomainError" and node.name in known:
            yield module, node, any(node.name in bases for bases in parents.values())


def _names_imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


CHECKS = (
    rooms_follow_the_plan,
    rooms_look_one_way_inside,
    rooms_are_entered_by_the_front_door,
    rooms_know_only_lower_storeys,
    cores_are_pure,
    refusals_have_codes,
)
