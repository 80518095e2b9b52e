"""YAML text -> nodes that know from which character to which they were written, so that a text can be changed in place.

`document` tells lines and columns for people; this tells offsets for the editor, and keeps aliases apart from what they stand for.
Reads only texts that `document` could parse. Offsets count characters of the text as given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from praemia.programs.core.document import Plain, Tree

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Span:
    """A node. `kind` is scalar, sequence or mapping; `items` are nodes, or (key, value) pairs of a mapping.

    `end` is where its last visible character ends: trailing comments and blank lines do not belong to it. `alias` says that only a
    reference stands here, `flow` that it is written in brackets, `style` is YAML's style of a scalar.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    style: str | None = None
    flow: bool = False
    alias: bool = False
    items: list[Any] = field(default_factory=list)

    def pairs(self) -> dict[str, tuple[Span, Span]]:
        """The (key, value) pairs of a mapping by key; of a key that is there twice, the first."""
        found: dict[str, tuple[Span, Span]] = {}
        for key, value in self.items:
            found.setdefault(key.text, (key, value))
        return found

    def tree(self) -> Tree:
        """What is written here, as plain values: dicts, tuples and texts."""
        if self.kind == "mapping":
            return {name: value.tree() for name, (_, value) in self.pairs().items()}
        if self.kind == "sequence":
            return tuple(item.tree() for item in self.items)
        return Plain(self.text) if self.style is None else self.text


def spans_of(text: str) -> Span | None:
    """The root node; None when the text is empty or no YAML."""
    try:
        return _Composer(text).root()
    except (yaml.YAMLError, StopIteration):
        return None


class _Composer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self._anchors: dict[str, Span] = {}

    def root(self) -> Span | None:
        root: Span | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                root = self._node(next(self._events))
        return root

    def _node(self, event: Any) -> Span:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.AliasEvent):
            meant = self._anchors.get(str(event.anchor)) or Span("scalar", start, end)
            return Span(meant.kind, start, end, meant.text, meant.style, meant.flow, True, meant.items)
        if isinstance(event, yaml.ScalarEvent):
            node = Span("scalar", start, self._trimmed(start, end), event.value, event.style)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event)
        else:
            node = self._mapping(event)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _sequence(self, event: Any) -> Span:
        node = Span("sequence", event.start_mark.index, event.end_mark.index, flow=bool(event.flow_style))
        inner: Any = next(self._events)
        while not isinstance(inner, yaml.SequenceEndEvent):
            node.items.append(self._node(inner))
            inner = next(self._events)
        closing: Any = inner.end_mark
        node.end = closing.index if node.flow else max([node.end, *(item.end for item in node.items)])
        return node

    def _mapping(self, event: Any) -> Span:
        node = Span("mapping", event.start_mark.index, event.end_mark.index, flow=bool(event.flow_style))
        inner: Any = next(self._events)
        while not isinstance(inner, yaml.MappingEndEvent):
            key = self._node(inner)
            node.items.append((key, self._node(next(self._events))))
            inner = next(self._events)
        closing: Any = inner.end_mark
        node.end = closing.index if node.flow else max([node.end, *(value.end for _, value in node.items)])
        return node

    def _trimmed(self, start: int, end: int) -> int:
        """A block scalar ends behind its line break; what is visible of it ends before."""
        return start + len(self._text[start:end].rstrip())
