"""Checks of form: sizes, names, docstrings, what is printed and what happens at import time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture import house
from tests.architecture.tree import Tree, Violation, called, docstrings, functions

_SIZED = (".py", ".sql", ".css", ".js", ".html")
_GENERATED = {"docs/schema.sql"}
_RATCHET = "tests/architecture/ratchet.txt"
_TOUCHES_THE_WORLD = re.compile(
    r"(^|\.)(open|connect|create_pool|read_text|read_bytes|write_text|write_bytes|iterdir|glob|mkdir|urlopen|getenv|queries|from_path|from_str)$"
    r"|^os\.environ\.|^subprocess\.|^asyncio\.run$|^socket\."
)


def files_are_short(tree: Tree) -> Iterator[Violation]:
    """A file has at most 400 lines, but for what the ratchet lists; the ratchet lists nothing that needs no listing."""
    allowed = dict(_ratchet(tree))
    for path, text in tree.texts(*_SIZED):
        lines = text.count("\n") + (not text.endswith("\n"))
        if path not in _GENERATED:
            yield from _longer(path, 1, lines, house.FILE_LINES, allowed.pop(path, None))
    for name, _ in allowed.items():
        if ":" not in name:
            yield Violation(_RATCHET, 1, f"lists {name}, which is not there")


def functions_are_short(tree: Tree) -> Iterator[Violation]:
    """A function has at most 70 lines, docstring included, but for what the ratchet lists."""
    allowed = dict(_ratchet(tree))
    for path, text in tree.texts(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                name = f"{path}:{node.name}"
                yield from _longer(path, node.lineno, lines, house.FUNCTION_LINES, allowed.pop(name, None), f"{node.name} ")
    for name in allowed:
        if ":" in name:
            yield Violation(_RATCHET, 1, f"lists {name}, which is not there")


def names_say_something(tree: Tree) -> Iterator[Violation]:
    """No module, package, class or function is called utils, helpers, common, misc, base, manager, handler, data or info."""
    for module in tree.modules:
        for part in module.parts:
            if part != "__init__" and _banned(part.split("_")):
                yield Violation(module.path, 1, f"the name {part} says nothing; name it after what it is for")
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.ClassDef):
                empty = _banned([*re.findall(r"[A-Z][a-z]*", node.name)[-1:], node.name])
            else:
                empty = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _banned([node.name.strip("_")])
            if empty:
                yield module.at(node, f"the name {getattr(node, 'name', '')} says nothing")


def modules_open_with_a_docstring(tree: Tree) -> Iterator[Violation]:
    """A module opens with 1 to 8 lines that say what lives here."""
    for module in tree.modules:
        text = ast.get_docstring(module.syntax)
        if not text:
            yield Violation(module.path, 1, "opens without a docstring")
        elif len(text.splitlines()) > house.DOCSTRING_LINES:
            yield Violation(module.path, 1, f"opens with {len(text.splitlines())} lines; {house.DOCSTRING_LINES} are enough")


def public_functions_say_what_they_mean(tree: Tree) -> Iterator[Violation]:
    """A public function or method has a docstring. Properties are described with their class, and a method that keeps a
    Protocol's promise is described with the Protocol."""
    for module in tree.modules:
        promised = {n.rsplit(".", 1)[1] for n, node in functions(module) if "." in n and ast.get_docstring(node)}
        for name, node in functions(module):
            private = any(part.startswith("_") for part in name.split("."))
            echoes = {"overload", "setter", "override", "property", "cached_property"} & {_decorator(d) for d in node.decorator_list}
            kept = "." in name and name.rsplit(".", 1)[1] in promised
            if not (private or echoes or kept or ast.get_docstring(node)):
                yield module.at(node, f"{name} has no docstring")


def only_the_command_line_prints(tree: Tree) -> Iterator[Violation]:
    """print is for cli/ and __main__; everything else logs or answers."""
    for module in tree.modules:
        if module.room not in ("cli", "__main__"):
            for node in ast.walk(module.syntax):
                if isinstance(node, ast.Call) and called(node) == "print":
                    yield module.at(node, "prints; only the command line does")


def nothing_happens_at_import(tree: Tree) -> Iterator[Violation]:
    """Importing a module reads no file, opens no connection, starts no process and looks at no environment."""
    for module in tree.modules:
        for node in _run_at_import(module.syntax.body):
            if isinstance(node, ast.Call) and _TOUCHES_THE_WORLD.search(called(node)):
                yield module.at(node, f"{called(node)}() runs when the module is imported")
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                yield module.at(node, "os.environ is read when the module is imported")


def comments_are_not_code(tree: Tree) -> Iterator[Violation]:
    """No commented-out code: git remembers it."""
    looks_like_code = re.compile(
        r"^\s*#\s*((def|class|import|from|return|await|async)\s.*[:)\w]|[\w.]+\(.*\)|[\w.\[\]]+ = .*[)\]\w\"'])\s*$"
    )
    for module in tree.modules:
        prose = docstrings(module)
        for number, line in enumerate(module.text.splitlines(), 1):
            if number not in prose and looks_like_code.match(line) and _parses(line.strip().lstrip("# ")):
                yield Violation(module.path, number, "commented-out code")


def values_are_copied_one_way(tree: Tree) -> Iterator[Violation]:
    """`replace` comes from foundation/values.py: that of dataclasses refuses a struct, and no type checker tells."""
    for module in tree.modules:
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.ImportFrom) and node.module == "dataclasses" and any(alias.name == "replace" for alias in node.names):
                yield module.at(node, "replace of dataclasses knows no struct; import it from praemia.foundation.values")


def _longer(path: str, line: int, lines: int, limit: int, ratchet: int | None, what: str = "") -> Iterator[Violation]:
    if ratchet is not None and lines <= limit:
        yield Violation(_RATCHET, 1, f"{path} has {lines} lines now and needs no listing")
    elif ratchet is not None and lines < ratchet:
        yield Violation(_RATCHET, 1, f"{path} has {lines} lines now; turn the ratchet from {ratchet} down to that")
    elif lines > (ratchet or limit):
        yield Violation(path, line, f"{what}has {lines} lines; {ratchet or limit} are allowed")


def _ratchet(tree: Tree) -> Iterator[tuple[str, int]]:
    if _RATCHET in tree.paths:
        for line in tree.text(_RATCHET).splitlines():
            if line.strip() and not line.startswith("#"):
                name, lines = line.split()
                yield name, int(lines)


def _banned(words: list[str]) -> bool:
    return any(word.lower() in house.BANNED_NAMES or word.lower().removesuffix("s") in house.BANNED_NAMES for word in words)


def _decorator(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _run_at_import(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Everything evaluated on import: not the bodies of functions and lambdas, nor `if __name__ == ...` and TYPE_CHECKING blocks."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ("__name__" in ast.unparse(node.test) or "TYPE_CHECKING" in ast.unparse(node.test)):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            continue
        if isinstance(node, ast.Lambda):
            continue
        yield node
        waiting += list(ast.iter_child_nodes(node))


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


CHECKS = (
    files_are_short,
    functions_are_short,
    names_say_something,
    modules_open_with_a_docstring,
    public_functions_say_what_they_mean,
    only_the_command_line_prints,
    nothing_happens_at_import,
    comments_are_not_code,
    values_are_copied_one_way,
)
