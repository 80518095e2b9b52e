"""YAML text -> a tree of plain values in which every value still knows its line and column.

Scalars stay text here (`Plain` when written without quotes): 1.10 is never a float, 2025-03-01 never a timestamp, `no` never
a boolean; whoever knows the type reads it. Built on PyYAML's events instead of its loader for that reason, and because
depth, size, duplicate keys and aliases have to be checked before anything is built. Knows nothing about programmes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from praemia.foundation.errors import Fault

MAX_CHARACTERS = 256 * 1024
MAX_DEPTH = 24
MAX_NODES = 20_000

Path = tuple[str | int, ...]
Tree = Any
"""A dict (keys are text), a tuple, a str, or a Plain."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NO_TAG = (None, "!")
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


class Plain(str):
    """A scalar written without quotes: may be read as a number or a boolean."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the text; line and column count from 1. `style` is YAML's scalar style: None, ', ", | or >."""

    line: int
    column: int
    style: str | None = None


@dataclass(slots=True)
class Document:
    """A parsed text. `values` and `keys` say where the value and the key of a path were written."""

    text: str
    root: Tree = None
    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, code: str, message: str, *, suggestion: str | None = None, at_key: bool = False) -> Fault:
        """A fault at the place of `path`, or of the nearest thing around it that was written."""
        mark = self.keys.get(path) if at_key else None
        around = path
        while mark is None:
            mark = self.values.get(around)
            if mark is None and not around:
                mark = Mark(1, 1)
            around = around[:-1]
        return Fault(path=pointer(path), message=message, code=code, line=mark.line, column=mark.column, suggestion=suggestion)


def pointer(path: Path) -> str:
    """The path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def read_document(text: str) -> Document:
    """Parse one YAML document. What is wrong is in `faults`; after a syntax error `root` is None."""
    document = Document(text)
    if len(text) > MAX_CHARACTERS:
        document.faults.append(_at(1, 1, "too_long", f"The file has {len(text)} characters; {MAX_CHARACTERS} is the most."))
        return document
    try:
        text.encode()
        node = _Composer(document).compose()
    except UnicodeEncodeError:
        document.faults.append(_at(1, 1, "encoding", "The file is not valid Unicode text."))
    except yaml.MarkedYAMLError as error:
        document.faults.append(_syntax_fault(text, error))
    except yaml.reader.ReaderError as error:
        document.faults.append(_reader_fault(text, error))
    except _Refused as refused:
        document.faults.append(refused.fault)
    else:
        document.root = _Builder(document).build(node, ())
    return document


def _at(line: int, column: int, code: str, message: str, suggestion: str | None = None) -> Fault:
    return Fault(path="", message=message, code=code, line=line, column=column, suggestion=suggestion)


def _syntax_fault(text: str, error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    line = min(line, len(lines))
    indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
    if "\t" in indent:
        return _at(line, indent.index("\t") + 1, "syntax", "A tab cannot indent YAML.", "use spaces")
    problem = " ".join(str(part) for part in (error.problem, error.context) if part)
    return _at(line, column, "syntax", f"This is not YAML: {problem}.")


def _reader_fault(text: str, error: yaml.reader.ReaderError) -> Fault:
    for number, line in enumerate(text.split("\n"), 1):
        for column, character in enumerate(line, 1):
            if not yaml.reader.Reader.NON_PRINTABLE.search(character):
                continue
            return _at(number, column, "syntax", f"The character U+{ord(character):04X} may not stand in YAML.")
    return _at(1, 1, "syntax", f"This is not YAML: {error.reason}.")


class _Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


@dataclass(slots=True)
class _Node:
    """A scalar, sequence or mapping as composed; `items` are nodes, or (key, value) pairs for a mapping."""

    mark: Mark
    kind: str
    text: str = ""
    items: list[Any] = field(default_factory=list)
    size: int = 1


class _Composer:
    """Events -> nodes, with a stack of its own, so that depth is a fault and not a crash. Aliases share their node."""

    def __init__(self, document: Document) -> None:
        self._events: Iterator[Any] = yaml.parse(_join_surrogates(document.text), Loader=_LOADER)
        self._anchors: dict[str, _Node] = {}
        self._nodes = 0

    def compose(self) -> _Node:
        root: _Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise _refused(event, "documents", "One file describes one programme; a second document starts here.")
                root = self._node(next(self._events), 0)
        if root is None:
            raise _Refused(_at(1, 1, "empty", "The file is empty.", "start with 'program: my-programme'"))
        return root

    def _node(self, event: Any, depth: int) -> _Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        self._count(event, 1)
        if depth > MAX_DEPTH:
            raise _refused(event, "too_deep", f"Nested deeper than {MAX_DEPTH} levels.")
        if event.tag not in _NO_TAG:
            raise _refused(event, "tag", f"YAML tags ({event.tag}) are not used here.", "leave the tag out")
        mark = Mark(event.start_mark.line + 1, event.start_mark.column + 1, getattr(event, "style", None))
        if isinstance(event, yaml.ScalarEvent):
            node = _Node(mark, "plain" if event.implicit[0] and not event.style else "quoted", event.value)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = _Node(mark, "sequence")
            while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
                self._adopt(node, self._node(inner, depth + 1))
        else:
            node = _Node(mark, "mapping")
            while not isinstance(inner := next(self._events), yaml.MappingEndEvent):
                key = self._node(inner, depth + 1)
                if key.kind not in ("plain", "quoted"):
                    raise _refused(inner, "key", "A key must be a word, not a list or a mapping.")
                value = self._node(next(self._events), depth + 1)
                node.items.append((key, value))
                node.size += 1 + value.size
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _adopt(self, node: _Node, inner: _Node) -> None:
        node.items.append(inner)
        node.size += inner.size

    def _alias(self, event: Any) -> _Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            raise _refused(event, "alias", f"*{event.anchor} refers to nothing that was written before it.")
        self._count(event, node.size)
        return node

    def _count(self, event: Any, size: int) -> None:
        self._nodes += size
        if self._nodes > MAX_NODES:
            raise _refused(event, "too_large", f"The file holds more than {MAX_NODES} values.")


def _refused(event: Any, code: str, message: str, suggestion: str | None = None) -> _Refused:
    return _Refused(_at(event.start_mark.line + 1, event.start_mark.column + 1, code, message, suggestion))


class _Builder:
    """Nodes -> the tree and its marks. Notes duplicate keys and empty values, drops them, and goes on."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._build: dict[str, Callable[[_Node, Path], Tree]] = {
            "plain": lambda node, _: Plain(node.text),
            "quoted": lambda node, _: node.text,
            "sequence": self._sequence,
            "mapping": self._mapping,
        }

    def build(self, node: _Node, path: Path) -> Tree:
        self._document.values[path] = node.mark
        return self._build[node.kind](node, path)

    def _sequence(self, node: _Node, path: Path) -> Tree:
        kept: list[Tree] = []
        for inner in node.items:
            here = (*path, len(kept))
            if self._is_null(inner):
                self._note(here, inner.mark, "empty", "This list entry is empty.", "write a value or remove the dash")
            else:
                kept.append(self.build(inner, here))
        return tuple(kept)

    def _mapping(self, node: _Node, path: Path) -> Tree:
        kept: dict[str, Tree] = {}
        for key, value in node.items:
            here = (*path, key.text)
            if here in self._document.keys:
                first = self._document.keys[here]
                self._note(here, key.mark, "duplicate_key", f"The key {key.text!r} was already given in line {first.line}.")
                continue
            self._document.keys[here] = key.mark
            if self._is_null(value):
                self._note(here, key.mark, "empty", f"The key {key.text!r} has no value.", "write a value or remove the line")
            else:
                kept[key.text] = self.build(value, here)
        return kept

    def _is_null(self, node: _Node) -> bool:
        return node.kind == "plain" and node.text in _NULLS

    def _note(self, path: Path, mark: Mark, code: str, message: str, suggestion: str | None = None) -> None:
        self._document.faults.append(
            Fault(path=pointer(path), message=message, code=code, line=mark.line, column=mark.column, suggestion=suggestion)
        )


def _join_surrogates(text: str) -> str:
    """JSON writes a character beyond U+FFFF as two escapes, which YAML refuses; YAML has one of its own for them."""
    if not text.lstrip().startswith("{"):
        return text
    return _SURROGATES.sub(lambda pair: f"\\U{_code_point(int(pair[1], 16), int(pair[2], 16)):08x}", text)


def _code_point(high: int, low: int) -> int:
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
