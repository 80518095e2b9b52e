"""A simple condition in CEL in words: comparisons of a field with a value, joined by &&. Anything else is left as it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from praemia.programs.core.guide_words import Lang, phrase

_FIELD = r"(?:event|member)\.([a-z][a-z0-9_.]*)"
_VALUE = r"""(-?[0-9]+|'[^']*'|"[^"]*"|member\.reference)"""
_COMPARED = re.compile(rf"{_FIELD}\s*(>=|<=|==|!=|>|<)\s*{_VALUE}")
_AMONG = re.compile(rf"{_FIELD}\s+in\s+\[([^\]]*)\]")
_LITERAL = re.compile(r"""-?[0-9]+|'[^',]*'|"[^",]*\"""")
_TRUE = re.compile(_FIELD)

Listed = Callable[[Iterable[str]], str]
Valued = Callable[[str, str], str]
"""How a number looks that a field is compared with."""


def spoken_condition(expression: str, lang: Lang, listed: Listed, valued: Valued) -> str | None:
    """The condition in words, or None when it is more than comparisons joined by `&&`."""
    parts = [_spoken(part.strip(), lang, listed, valued) for part in expression.strip().split("&&")]
    known = [part for part in parts if part is not None]
    return phrase("and", lang).join(known) if len(known) == len(parts) else None


def _spoken(part: str, lang: Lang, listed: Listed, valued: Valued) -> str | None:
    if found := _COMPARED.fullmatch(part):
        field, comparison, value = found.groups()
        if comparison == "!=" and value in ("''", '""'):
            return phrase("given", lang, field=_field(field))
        return phrase(comparison, lang, field=_field(field), value=_value(field, value, lang, valued))
    if (found := _AMONG.fullmatch(part)) and all(_LITERAL.fullmatch(value.strip()) for value in found[2].split(",")):
        values = [value.strip() for value in found[2].split(",") if value.strip()]
        return phrase("in", lang, field=_field(found[1]), value=listed(_value(found[1], value, lang, valued) for value in values))
    if found := _TRUE.fullmatch(part):
        return phrase("true", lang, field=_field(found[1]))
    return None


def _field(name: str) -> str:
    return name.replace("_", " ")


def _value(field: str, text: str, lang: Lang, valued: Valued) -> str:
    if text == "member.reference":
        return phrase("self", lang)
    return phrase("quoted", lang, name=text[1:-1]) if text[0] in "'\"" else valued(field, text)
