"""YAML text -> a tree of texts in which every value still knows its line and column.

Scalars stay text: an expression such as `no` or `2017-01-01` is never a boolean or a date. Aliases and tags are refused; a
mapping file needs none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from praemia.foundation.errors import Fault

MAX_CHARACTERS = 64 * 1024
Path = tuple[str | int, ...]
_STRUCTURE = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


@dataclass(slots=True)
class Document:
    """A parsed text: dicts, tuples and texts. `places` and `keys` say where the value and the key of a path were written."""

    root: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, code: str, message: str, *, suggestion: str | None = None, at_key: bool = False) -> Fault:
        """A fault at the place of `path`, or of the nearest thing around it that was written."""
        place = self.keys.get(path) if at_key else None
        around = path
        while place is None:
            place = self.places.get(around) or (None if around else (1, 1))
            around = around[:-1]
        pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
        return Fault(path=pointer, message=message, code=code, line=place[0], column=place[1], suggestion=suggestion)


def read_document(text: str) -> Document:
    """Parse one YAML document; what is wrong is in `faults`."""
    document = Document()
    if len(text) > MAX_CHARACTERS:
        document.faults.append(document.fault((), "too_long", f"The file has {len(text)} characters; {MAX_CHARACTERS} is the most."))
        return document
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            document.faults.append(document.fault((), "alias", "YAML aliases are not used here."))
            return document
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.places[()] = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.faults.append(document.fault((), "syntax", f"This is not YAML: {error.problem}."))
    except (yaml.YAMLError, RecursionError):
        document.faults.append(document.fault((), "syntax", "This is not YAML."))
    else:
        document.root = _build(document, node, ()) if node is not None else ""
    return document


def _build(document: Document, node: yaml.Node, path: Path) -> Any:
    document.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if node.tag not in _STRUCTURE:
        document.faults.append(document.fault(path, "tag", f"YAML tags ({node.tag}) are not used here."))
    if isinstance(node, yaml.SequenceNode):
        return tuple(_build(document, inner, (*path, n)) for n, inner in enumerate(node.value))
    assert isinstance(node, yaml.MappingNode)
    built: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            document.faults.append(document.fault(path, "key", "A key must be a word."))
            continue
        here = (*path, key.value)
        twice = key.value in built
        document.keys[here] = (key.start_mark.line + 1, key.start_mark.column + 1)
        if twice:
            document.faults.append(document.fault(here, "duplicate_key", f"The key {key.value!r} was given already.", at_key=True))
        else:
            built[key.value] = _build(document, value, here)
    return built
