"""Changes a programme's text in place: only the characters of what differs are written anew, so comments, order and layout stay.

`edited` compares what is written with what is wanted and splices the difference. Afterwards it reads the new text and compares again:
a text that does not say exactly what was wanted is never answered. A comment directly above a removed list entry goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from praemia.programs.core.document import Path, Tree, read_document
from praemia.programs.core.spans import Span, spans_of
from praemia.programs.core.writing import LINE, entry, flow, item, mapping, scalar
from praemia.programs.errors import NotEditable


class _Splice(NamedTuple):
    start: int
    end: int
    text: str


def edited(text: str, path: Path, wanted: Tree | None) -> str:
    """The text with `wanted` at `path`; None takes it away. The same text when it says so already.

    A path that leads nowhere yet is made, except list entries: append one by asking for the whole list. Raises NotEditable where
    the text cannot be read, or is written in a way that cannot be changed without touching something else.
    """
    root = spans_of(text)
    if root is None or read_document(text).root is None:
        raise NotEditable()
    expected = _with(root.tree(), path, wanted)
    editor = _Editor(text)
    splices = sorted(editor.changed(root, expected, 0), key=lambda each: (each.start, each.end))
    for splice in reversed(splices):  # from the back; what begins at one place keeps its order: the inner before the outer
        text = text[: splice.start] + splice.text + text[splice.end :]
    again = spans_of(text)
    if again is None or _words(again.tree()) != _words(expected):
        raise NotEditable()
    return text


def _with(tree: Tree, path: Path, wanted: Tree | None) -> Tree:
    """A copy of the tree with another value at `path`. Mappings that become empty on the way go too."""
    if not path:
        return wanted
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        if not isinstance(tree, tuple) or not 0 <= step < len(tree):
            raise NotEditable()
        inner = _with(tree[step], rest, wanted)
        return (*tree[:step], *(() if inner is None else (inner,)), *tree[step + 1 :])
    kept = dict(tree) if isinstance(tree, dict) else {}
    inner = _with(kept.get(step, {} if rest else None), rest, wanted)
    if inner is None or (rest and inner in ({}, ())):
        kept.pop(step, None)
    else:
        kept[step] = inner
    return kept


def _words(tree: Tree) -> Tree:
    """The tree without the difference between a bare and a quoted text."""
    if isinstance(tree, dict):
        return {key: _words(value) for key, value in tree.items()}
    return tuple(_words(value) for value in tree) if isinstance(tree, tuple) else str(tree)


class _Editor:
    def __init__(self, text: str) -> None:
        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def changed(self, span: Span, wanted: Tree, slot: int) -> Iterator[_Splice]:
        """The splices that make `span` say `wanted`. `slot` is where the value may begin: behind its colon or dash."""
        if _words(span.tree()) == _words(wanted):
            return
        if span.alias:
            yield _Splice(span.start, span.end, flow(wanted))
        elif span.kind == "scalar" and isinstance(wanted, str):
            yield _Splice(span.start, span.end, scalar(wanted, span.style))
        elif span.flow:
            yield from self._flow(span, wanted)
        elif span.kind == "mapping" and isinstance(wanted, dict) and wanted:
            yield from self._mapping(span, wanted)
        elif span.kind == "sequence" and isinstance(wanted, tuple) and wanted:
            yield from self._sequence(span, wanted)
        else:
            yield _Splice(slot, span.end, f" {flow(wanted)}")

    def _flow(self, span: Span, wanted: Tree) -> Iterator[_Splice]:
        """Inside brackets: values alone where only values differ, else the whole line anew. Comments in there are left to people."""
        written = self._text[span.start : span.end]
        if span.kind == "mapping" and isinstance(wanted, dict) and list(wanted) == list(span.pairs()):
            for name, (key, value) in span.pairs().items():
                yield from self.changed(value, wanted[name], key.end)
            return
        if "#" in written and "\n" in written:
            raise NotEditable()
        yield _Splice(span.start, span.end, self._anew(span, wanted))

    def _anew(self, span: Span, wanted: Tree) -> str:
        """A value in brackets; what did not change in it stays as it was written. A long entry of a list goes line by line."""
        line_start = self._line_start(span.start)
        column = span.start - line_start
        if span.kind == "mapping" and isinstance(wanted, dict) and wanted:
            pairs = span.pairs()
            parts = [
                self._text[pairs[name][0].start : pairs[name][1].end]
                if name in pairs and _words(pairs[name][1].tree()) == _words(value)
                else f"{name}: {flow(value)}"
                for name, value in wanted.items()
            ]
            line = "{ " + ", ".join(parts) + " }"
            if column + len(line) > LINE and self._text[line_start : span.start].strip() == "-":
                lines = mapping(wanted, column)
                return self._newline.join([lines[0].lstrip(), *lines[1:]])
            return line
        return flow(wanted)

    def _mapping(self, span: Span, wanted: Mapping[str, Tree]) -> Iterator[_Splice]:
        pairs = span.pairs()
        names = list(pairs)
        column = span.items[0][0].start - self._line_start(span.items[0][0].start)
        for place, (name, (key, value)) in enumerate(pairs.items()):
            if name in wanted:
                yield from self.changed(value, wanted[name], self._text.index(":", key.end) + 1)
            elif self._text[self._line_start(key.start) : key.start].strip():  # shares its line with a dash
                following = next((pairs[each][0].start for each in names[place + 1 :] if each in wanted), None)
                if following is None:
                    raise NotEditable()
                yield _Splice(key.start, following, "")
            else:
                yield _Splice(self._line_start(key.start), self._line_end(value.end), "")
        new = {name: value for name, value in wanted.items() if name not in pairs}
        for name, value in new.items():
            at = self._place_for(name, wanted, pairs, span)
            yield self._inserted(at, entry(name, value, column), airy=column == 0)

    def _place_for(self, name: str, wanted: Mapping[str, Tree], pairs: Mapping[str, tuple[Span, Span]], span: Span) -> int:
        """Behind the key that comes before it in what is wanted, else at the end."""
        names = list(wanted)
        before = [each for each in names[: names.index(name)] if each in pairs]
        return self._line_end(pairs[before[-1]][1].end if before else span.end)

    def _sequence(self, span: Span, wanted: tuple[Tree, ...]) -> Iterator[_Splice]:
        partner = _partners([each.tree() for each in span.items], wanted)
        dashes = [self._text.rfind("-", 0, each.start) for each in span.items]
        column = dashes[0] - self._line_start(dashes[0])
        airy = len(span.items) > 1 and self._apart(self._line_end(span.items[0].end), self._line_start(dashes[1]))
        for place, (each, dash) in enumerate(zip(span.items, dashes, strict=True)):
            if partner[place] is not None:
                yield from self.changed(each, wanted[partner[place] or 0], dash + 1)
            else:
                yield self._without_item(dash, each.end, first=place == 0)
        new = [item(value, column) for place, value in enumerate(wanted) if place not in partner]
        lines = [line for each in new for line in (["", *each] if airy else each)]
        if lines:
            yield self._inserted(self._line_end(span.end), lines, airy=False)

    def _without_item(self, dash: int, end: int, *, first: bool) -> _Splice:
        """One entry with its comment, and the blank line that set it apart."""
        start, end = self._line_start(dash), self._line_end(end)
        if self._text[start:dash].strip():
            raise NotEditable()
        pad = self._text[start:dash]
        while start > 0 and (above := self._text[self._line_start(start - 1) : start]).startswith(pad + "#"):
            start -= len(above)
        if start > 0 and not self._text[self._line_start(start - 1) : start].strip():
            start = self._line_start(start - 1)
        elif first and end < len(self._text) and not self._text[end : self._line_end(end)].strip():
            end = self._line_end(end)
        return _Splice(start, end, "")

    def _inserted(self, at: int, lines: list[str], *, airy: bool) -> _Splice:
        text = self._newline.join([*([""] if airy else []), *lines, ""])
        if at and self._text[at - 1] != "\n":
            text = self._newline + text
        return _Splice(at, at, text)

    def _apart(self, end: int, start: int) -> bool:
        """Whether blank lines and nothing else stand between."""
        return end < start and not self._text[end:start].strip()

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Where the next line begins."""
        found = self._text.find("\n", at)
        return len(self._text) if found < 0 else found + 1


def _partners(old: list[Tree], new: tuple[Tree, ...]) -> list[int | None]:
    """For every old entry its place among the new: the same id, else the same words, else the same place when nothing came or went."""
    names = [_name(each) for each in new]
    free = set(range(len(new)))
    partner: list[int | None] = []
    for each in old:
        found = next((place for place in sorted(free) if names[place] == _name(each)), None)
        partner.append(found)
        free.discard(-1 if found is None else found)
    lonely = [place for place, found in enumerate(partner) if found is None]
    if len(lonely) == len(free):
        for place, found in zip(lonely, sorted(free), strict=True):
            partner[place] = found
    return partner


def _name(value: Tree) -> Tree:
    return ("id", str(value["id"])) if isinstance(value, dict) and "id" in value else _words(value)
