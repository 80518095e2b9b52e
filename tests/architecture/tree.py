"""A source tree as the checks see it: files, parsed modules, rooms. Opened by path, so a check can be shown a planted fault."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_SOURCE = "src/praemia/"
_NOT_OURS = {".git", ".venv", ".state", "__pycache__", "node_modules", "vendor", "build", "dist", "screenshots"}
_CACHES = re.compile(r"\..*_cache$|\.hypothesis$|.*\.egg-info$")


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One breach: where, and what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Module:
    """A Python file: its path in the repository, its text and its syntax tree."""

    path: str
    text: str

    @cached_property
    def syntax(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """`src/praemia/ledger/core/chart.py` is (ledger, core, chart); the front door of a room is (ledger, __init__)."""
        return tuple(self.path.removeprefix(_SOURCE).removesuffix(".py").split("/"))

    @property
    def room(self) -> str:
        return self.parts[0]

    @cached_property
    def dotted(self) -> str:
        return ".".join(("praemia", *(p for p in self.parts if p != "__init__")))

    def at(self, node: ast.AST, message: str) -> Violation:
        """A violation at a node."""
        return Violation(self.path, getattr(node, "lineno", 1), message)


class Tree:
    """A repository, or a likeness of one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every file of ours, relative to the root; nothing vendored, generated or ignored."""
        return tuple(sorted(self._walk()))

    def text(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    def texts(self, *endings: str, under: str = "") -> Iterator[tuple[str, str]]:
        """(path, text) of the files with one of the endings."""
        for path in self.paths:
            if path.startswith(under) and path.endswith(endings):
                yield path, self.text(path)

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The package's modules."""
        return tuple(Module(path, text) for path, text in self.texts(".py", under=_SOURCE))

    @cached_property
    def rooms(self) -> dict[str, list[Module]]:
        """Modules by the first folder below the package; single modules (bootstrap, __main__) are rooms of their own."""
        rooms: dict[str, list[Module]] = {}
        for module in self.modules:
            if module.room != "__init__":
                rooms.setdefault(module.room, []).append(module)
        return rooms

    def imports(self, module: Module) -> Iterator[tuple[ast.stmt, str]]:
        """Every import of our own modules, wherever in the file, as (statement, dotted module)."""
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = self._imported_from(module, node)
            else:
                continue
            for name in names:
                if name == "praemia" or name.startswith("praemia."):
                    yield node, name

    def _imported_from(self, module: Module, node: ast.ImportFrom) -> list[str]:
        origin = node.module or ""
        if node.level:
            package = module.dotted.split(".") if module.parts[-1] == "__init__" else module.dotted.split(".")[:-1]
            package = package[: len(package) - node.level + 1]
            origin = ".".join([*package, *([origin] if origin else [])])
        inner = [f"{origin}.{alias.name}" for alias in node.names]
        return [name if name in self._dotted else origin for name in inner]

    @cached_property
    def _dotted(self) -> set[str]:
        return {module.dotted for module in self.modules}

    def _walk(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if f not in _NOT_OURS and not _CACHES.match(f)]
            for name in names:
                if not name.endswith((".pyc", ".so")):
                    yield (Path(folder) / name).relative_to(self.root).as_posix()


def functions(module: Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Module-level functions and methods as (qualified name, node); functions inside functions are details of theirs."""

    def inside(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + node.name, node
            elif isinstance(node, ast.ClassDef):
                yield from inside(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.If):
                yield from inside([*node.body, *node.orelse], prefix)

    return inside(module.syntax.body, "")


def docstrings(module: Module) -> set[int]:
    """Lines on which a docstring, or any other bare string, begins: prose, not code."""
    return {n.value.lineno for n in ast.walk(module.syntax) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)}


def called(node: ast.Call) -> str:
    """The dotted name of what is called, as far as it is names: `datetime.now`, `conn.execute`; calls in between are `()`."""
    parts: list[str] = []
    inner: ast.expr = node.func
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    parts.append(inner.id if isinstance(inner, ast.Name) else "()")
    return ".".join(reversed(parts))
