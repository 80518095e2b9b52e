"""Whatever a page may refuse has German words: every refusal by its code, every sentence of a fault by a pattern that fits it, every deed
of the audit log by a word. Sentences are read out of the source, so a new one without its German fails here."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from itertools import product

import praemia
from praemia.foundation.errors import DomainError
from praemia.web.errors import TABLE
from praemia.web.words import words_of
from praemia.web.words.faults import german
from praemia.web.words.refusals import GERMAN
from tests.architecture.tree import REPOSITORY, Module

NOT_ON_PAGES = ("cli/", "integrations/", "web/api/", "web/bodies/", "web/faults.py", "web/problems.py")
"""Where faults are for programs that call the API, or for whoever sits at a command line."""

OTHERWISE_SAID = {
    "web/member/sending.py": "its page says the code in its own words",
    "web/till/terminals.py": "only a script of ours sends it",
    "rules/core/expressions.py": "the rest of what the compiler of conditions says, as it says it",
}
"""Sentences that are no text of ours, or that nobody reads."""

_MESSAGE = {"fault": 2, "_at": 3, "refuse": 1}
"""Functions that make faults, and which of their arguments is the sentence."""
_FILLINGS = ("X", "7", "'x'", "#abcdef", "earn, extend_on")


def _modules() -> Iterator[Module]:
    source = REPOSITORY / "src" / "praemia"
    for file in sorted(source.rglob("*.py")):
        if not str(file.relative_to(source)).startswith(NOT_ON_PAGES):
            yield Module(str(file.relative_to(REPOSITORY)), file.read_text("utf-8"))


def _sentences(module: Module) -> Iterator[tuple[ast.AST, list[str | None]]]:
    """Every sentence of a fault with where it stands: its pieces, None where something is filled in."""
    functions = [node for node in ast.walk(module.syntax) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in ast.walk(module.syntax):
        if isinstance(node, ast.Call) and (said := _said(node)) is not None:
            around = next((each for each in reversed(functions) if each.lineno <= node.lineno <= (each.end_lineno or 0)), None)
            for text in _texts(said, around):
                yield node, text


def _said(call: ast.Call) -> ast.expr | None:
    name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name == "Fault":
        return next((each.value for each in call.keywords if each.arg == "message"), None)
    place = _MESSAGE.get(name)
    return call.args[place] if place is not None and len(call.args) > place else None


def _texts(node: ast.expr, around: ast.AST | None) -> Iterator[list[str | None]]:
    """What the expression may say. A name is followed to what its function assigns to it; what comes from elsewhere is said there."""
    match node:
        case ast.Constant(value=str(text)):
            yield [text]
        case ast.JoinedStr(values=values):
            choices = [_pieces(each) for each in values]
            yield from (list(each) for each in product(*choices))
        case ast.IfExp(body=body, orelse=otherwise):
            yield from _texts(body, around)
            yield from _texts(otherwise, around)
        case ast.Name(id=name) if around is not None:
            for each in ast.walk(around):
                if isinstance(each, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in each.targets):
                    yield from _texts(each.value, None)


def _pieces(node: ast.expr) -> list[str | None]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.FormattedValue(value=ast.IfExp(body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other)))):
            return [one, other]
    return [None]


def _has_german(pieces: list[str | None]) -> bool:
    return any(german("".join(piece if piece is not None else filling for piece in pieces)) for filling in _FILLINGS)


def test_every_sentence_of_a_fault_that_pages_show_has_a_german_pattern() -> None:
    found = 0
    missing = []
    for module in _modules():
        for node, pieces in _sentences(module):
            found += 1
            if module.path.removeprefix("src/praemia/") not in OTHERWISE_SAID and not _has_german(pieces):
                sentence = "".join(piece if piece is not None else "…" for piece in pieces)
                missing.append(module.at(node, f"no pattern in web/words/faults.py for: {sentence}"))
    assert not missing, "\n".join(map(str, missing))
    assert found > 150, "the sentences are not found any more"


def test_a_sentence_without_german_is_found() -> None:
    planted = Module(
        "src/praemia/x.py", 'def f(x):\n    message = f"Nobody said {x} in German."\n    return Fault(path="", message=message)\n'
    )
    ((_, pieces),) = _sentences(planted)
    assert pieces == ["Nobody said ", None, " in German."]
    assert not _has_german(pieces)


def test_every_refusal_with_a_status_is_said_in_german() -> None:
    for module in pkgutil.walk_packages(praemia.__path__, "praemia."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)
    waiting, codes = [DomainError], set[str]()
    while waiting:
        each = waiting.pop()
        waiting.extend(each.__subclasses__())
        codes.add(getattr(each, "code", ""))
    assert sorted(code for code in codes & set(TABLE) if code not in GERMAN) == []


def test_every_deed_in_the_audit_log_has_a_word_in_both_languages() -> None:
    deeds = set()
    for file in sorted((REPOSITORY / "src" / "praemia").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="note") | ast.Name(id="note" | "_turn"), args=[*said]):
                    deeds |= {each.value for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    deeds = {deed for deed in deeds if deed.count(".") == 2}
    assert len(deeds) > 20, "the deeds are not found any more"
    wordless = [deed for deed in sorted(deeds) if f"deed_{deed.replace('.', '_')}" not in words_of("console", "de")]
    assert wordless == []
