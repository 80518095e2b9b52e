"""Story files as plain values. Timestamps and decimals stay text, a key said twice is refused, nothing is interpreted here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Block = Mapping[str, Any]


class StoryFault(Exception):
    """The story, or the adapter's knowledge of its words, is wrong. Never a skip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One file: a programme, members, steps, and what must come out."""

    id: str
    title: str
    content: Block

    @property
    def given(self) -> Block:
        """The opening state."""
        return as_block(self.content.get("given"), "given")

    @property
    def program(self) -> Block:
        """The programme in the story's words."""
        return as_block(self.given.get("program") or {}, "given.program")

    @property
    def members(self) -> Sequence[Block]:
        """The members there are from the start."""
        return as_blocks(self.given.get("members"), "given.members")

    @property
    def steps(self) -> Sequence[Block]:
        """The operations in order."""
        return as_blocks(self.content.get("steps"), "steps")

    @property
    def expect(self) -> Block:
        """The figures after the last step."""
        return as_block(self.content.get("expect") or {}, "expect")

    @property
    def start(self) -> str:
        """Where the clock stands at first."""
        start = self.given.get("start")
        if not isinstance(start, str):
            raise StoryFault(f"given.start: a timestamp is needed, not {start!r}")
        return start


def read_story(path: Path) -> Story:
    """The story of one file. Raises StoryFault when it is no story."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StoryFault(f"cannot be read: {error}") from error
    content = as_block(content, "the file")
    if content.get("id") != path.stem:
        raise StoryFault(f"id: {content.get('id')!r} is not the file's name {path.stem!r}")
    return Story(id=path.stem, title=str(content.get("title", "")), content=content)


def story_files(folder: Path) -> list[Path]:
    """The story files of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def as_block(value: Any, path: str) -> Block:
    """The mapping at `path`."""
    if not isinstance(value, dict):
        raise StoryFault(f"{path}: a mapping is needed, not {value!r}")
    return value


def as_blocks(value: Any, path: str) -> Sequence[Block]:
    """The list of mappings at `path`; absent is empty."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise StoryFault(f"{path}: a list is needed, not {value!r}")
    return [as_block(item, f"{path}[{index}]") for index, item in enumerate(value)]


def as_words(value: Any) -> list[str]:
    """One word or a list of words."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


class _TextLoader(yaml.SafeLoader):
    """YAML with null, true/false, integers and text: no timestamps, floats, octals, `yes`/`no`."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own registry

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"~|null|", ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", r"true|false", list("tf")),
    ("tag:yaml.org,2002:int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
):
    _TextLoader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z"), _first)
