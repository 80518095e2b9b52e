"""Checks of the faces: what people do at a page goes through verbs that the API offers too.

Which verbs write is not listed anywhere: a function writes when it reaches a statement of a queries.sql that inserts, updates or deletes.
Names are followed through imports, without types: what a name could mean it means, so a verb is rather seen too often than overlooked.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.architecture import house
from tests.architecture.sqltext import statements
from tests.architecture.tree import Module, Tree, Violation, functions

Name = tuple[str, str]
"""Where a function is, a room (`members`) or a module of the web edge (`web.deeds`), and what it is called there."""

_WRITES = re.compile(r"\b(insert\s+into|update\s+\w+(\s+(as\s+)?\w+)?\s+set|delete\s+from)\b", re.I)
_ANSWERS = {"web.api", "web.face"}
"""What the API does: its operations, and the intake that carries out what they hand in."""


def faces_do_what_the_api_does(tree: Tree) -> Iterator[Violation]:
    """No page reaches a verb that writes and that no operation of the API reaches, but for what belongs to people alone."""
    graph = _references(tree)
    writing = _reaching(graph, _writers(tree))
    offered = _reached(graph, [name for name in graph if _under(name[0], _ANSWERS)])
    for module in tree.modules:
        if module.room != "web" or module.parts[1] not in house.FACES:
            continue
        for function, node in functions(module):
            mine = (_place(module), function.rpartition(".")[2])
            for room, verb in sorted(_verbs(graph, mine)):
                alone = room in house.PEOPLE_ALONE or f"{room}.{verb}" in house.PEOPLE_ALONE
                if (room, verb) in writing and (room, verb) not in offered and not alone:
                    yield module.at(node, f"reaches {room}.{verb}, which no operation of the API does")


def _verbs(graph: dict[Name, set[Name]], start: Name) -> set[Name]:
    """The functions of rooms that a function of the web edge names, itself or through other functions of the edge."""
    found: set[Name] = set()
    seen: set[Name] = set()
    waiting = [start]
    while waiting:
        for name in graph.get(waiting.pop(), ()):
            if name[0].startswith("web.") and name not in seen:
                seen.add(name)
                waiting.append(name)
            elif not name[0].startswith("web."):
                found.add(name)
    return found


def _reached(graph: dict[Name, set[Name]], starts: list[Name]) -> set[Name]:
    """Everything that can be reached from there."""
    found, waiting = set(starts), list(starts)
    while waiting:
        for name in graph.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _reaching(graph: dict[Name, set[Name]], ends: set[Name]) -> set[Name]:
    """Everything from which one of the ends can be reached."""
    back: dict[Name, set[Name]] = defaultdict(set)
    for name, targets in graph.items():
        for target in targets:
            back[target].add(name)
    return _reached(back, list(ends))


def _writers(tree: Tree) -> set[Name]:
    """The functions that execute a statement which writes."""
    written = {tuple(s.key.split(".")) for s in statements(tree) if _WRITES.search(s.text)}
    found = set()
    for module in tree.modules:
        for function, node in functions(module):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Call) and (module.room, inner.attr) in written:
                    found.add((_place(module), function.rpartition(".")[2]))
    return found


def _references(tree: Tree) -> dict[Name, set[Name]]:
    """Which functions a function names. Functions of one room that have the same name are one."""
    graph: dict[Name, set[Name]] = defaultdict(set)
    for module in tree.modules:
        place, known = _place(module), _imported(tree, module)
        for function, node in functions(module):
            graph[place, function.rpartition(".")[2]] |= set(_named(node, place, known))
        graph[place, ""] |= {name for node in _outside_functions(module) for name in _named(node, place, known)}
    return graph


def _outside_functions(module: Module) -> Iterator[ast.AST]:
    """What a module says at its top: operations are declared there, with the verbs they call."""
    return (node for node in module.syntax.body if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef))


def _named(node: ast.AST, place: str, known: dict[str, Name]) -> Iterator[Name]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield known.get(inner.id) or (place, inner.id)
        elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            where, name = known.get(inner.value.id, ("", ""))
            yield (where, inner.attr) if where and not name else (place, inner.attr)


def _imported(tree: Tree, module: Module) -> dict[str, Name]:
    """Local name -> what it stands for: a module (its place and no name) or a function in one."""
    modules = {each.dotted for each in tree.modules}
    known: dict[str, Name] = {}
    for node in ast.walk(module.syntax):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("praemia"):
            continue
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            target = (_spot(whole), "") if whole in modules else (_spot(str(node.module)), alias.name)
            known[alias.asname or alias.name] = target
    return known


def _place(module: Module) -> str:
    return _spot(module.dotted)


def _spot(dotted: str) -> str:
    """`praemia.members.service.cards` is `members`; of the web edge every module is a place of its own."""
    parts = dotted.split(".")[1:]
    return ".".join(parts) if parts[:1] == ["web"] else "".join(parts[:1])


def _under(place: str, places: set[str]) -> bool:
    return any(place == each or place.startswith(f"{each}.") for each in places)


CHECKS = (faces_do_what_the_api_does,)
