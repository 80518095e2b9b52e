"""Checks of exactness and time: no floats where points and money are computed, no clock but at the edges."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture import house
from tests.architecture.tree import Tree, Violation, called

_CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today",
    "date.today", "datetime.date.today", "time.time", "time.time_ns", "time.monotonic", "time.perf_counter",
    "time.localtime", "time.gmtime",
}  # fmt: skip
_INEXACT_MATH = {"math.sqrt", "math.pow", "math.exp", "math.log", "math.fsum", "math.floor", "math.ceil", "statistics.mean"}


def points_are_never_floats(tree: Tree) -> Iterator[Violation]:
    """No float literal, no float(), no type float and no true division but of a Fraction or Decimal, in the rooms that compute points."""
    for module in tree.modules:
        if module.room not in house.EXACT_ROOMS:
            continue
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                yield module.at(node, f"{node.value} is a float")
            elif isinstance(node, ast.Name) and node.id == "float" and isinstance(node.ctx, ast.Load):
                yield module.at(node, "float has no place here")
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not (_exact(node.left) or _exact(node.right)):
                yield module.at(node, f"{ast.unparse(node)} may give a float; divide with // or say Fraction(a, b)")
            elif isinstance(node, ast.Call) and called(node) in _INEXACT_MATH:
                yield module.at(node, f"{called(node)} works on floats")


def only_edges_look_at_the_clock(tree: Tree) -> Iterator[Violation]:
    """A room is told the time. The foundation looks only for ids, for the record of migrations and to wait for a server."""
    for module in tree.modules:
        waits = module.room == "foundation" and module.parts[1] in ("ids", "migrations", "postgres", "clock")
        if module.room in house.EDGES or waits:
            continue
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.Call) and called(node) in _CLOCKS:
                yield module.at(node, f"{called(node)}() in a room; take the time as an argument")


def _exact(node: ast.expr) -> bool:
    """Division is not of floats when a side is a Fraction or Decimal made on the spot; with a text it joins a path."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and called(inner).split(".")[-1] in ("Fraction", "Decimal"):
            return True
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


CHECKS = (points_are_never_floats, only_edges_look_at_the_clock)
