"""How the words of a programme file are read: exact numbers, dates, hours, choices, names. One reader per kind.

A reader takes what the document holds (`Plain`, text, tuple, dict), returns a typed value or refuses with a code and a sentence,
and carries the JSON Schema of what it accepts, so that the published schema cannot say something else.
"""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from praemia.programs.core.document import Plain

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?", re.ASCII)
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})", re.ASCII)
_LOOKS_TYPED = re.compile(r"true|false|[-+]?[0-9][0-9_]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|(24):(00))", re.ASCII)
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)
_DURATION = re.compile(r"([1-9][0-9]{0,5})([mhdw])", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?", re.ASCII)
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_TEXT_SCHEMA = {"type": "string", "minLength": 1, "maxLength": 500}
_TOKEN_SCHEMA = {"type": ["string", "number"], "minLength": 1, "maxLength": 200}


@dataclass(frozen=True, eq=False)
class Reader:
    """Pydantic metadata: read a value with `read`, describe it with `schema`."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _core: core_schema.CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)


def refuse(code: str, message: str, suggestion: str | None = None) -> PydanticCustomError:
    """A refusal that becomes a Fault. Braces in the texts are taken literally."""
    return PydanticCustomError(code, "{sentence}", {"sentence": message, "suggestion": suggestion})


def reads_typed(text: str) -> bool:
    """Whether a bare text would be taken for a number, a switch or nothing: then it needs quotes."""
    return bool(_LOOKS_TYPED.fullmatch(text)) or text in ("null", "Null", "NULL", "~", "")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word a reader most likely meant, or None."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None


def number(*, above: int | None = None, at_least: int | None = None) -> Reader:
    """A decimal, quoted or not, as an exact Fraction. No exponents, no thousands separators."""

    def read(value: Any) -> Fraction:
        text = _scalar(value, 'a number, such as 5 or "0.50"')
        if not _NUMBER.fullmatch(text):
            raise refuse("number", f"{_shown(text)} is not a number.", _number_hint(text))
        exact = Fraction(text)
        if above is not None and exact <= above:
            raise refuse("range", f"The number must be greater than {above}.")
        if at_least is not None and exact < at_least:
            raise refuse("range", f"The number must be at least {at_least}.")
        return exact

    schema: dict[str, Any] = {"type": ["number", "string"], "pattern": r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?$"}
    schema |= {"exclusiveMinimum": above} if above is not None else {"minimum": at_least or 0}
    return Reader(read, schema)


def whole(low: int, high: int) -> Reader:
    """A whole number without quotes, from `low` to `high`."""

    def read(value: Any) -> int:
        text = _scalar(value, "a whole number, such as 5")
        if not isinstance(value, Plain) or not _WHOLE.fullmatch(text):
            hint = f"write {text} without quotes" if _WHOLE.fullmatch(text) else None
            raise refuse("whole_number", f"{_shown(text)} is not a whole number.", hint)
        if not low <= int(text) <= high:
            raise refuse("range", f"The number must be between {low} and {high}.")
        return int(text)

    return Reader(read, {"type": "integer", "minimum": low, "maximum": high})


def choice(options: type[StrEnum]) -> Reader:
    """One word of a closed list."""
    words = [option.value for option in options]

    def read(value: Any) -> StrEnum:
        text = _scalar(value, f"one of: {', '.join(words)}")
        if text not in words:
            raise refuse("choice", f"{_shown(text)} is not one of: {', '.join(words)}.", _meant(text, words))
        return options(text)

    return Reader(read, {"type": "string", "enum": words})


def either(yes: str, no: str) -> Reader:
    """One of two words, read as True (`yes`) or False (`no`)."""

    def read(value: Any) -> bool:
        text = _scalar(value, f"'{yes}' or '{no}'")
        if text not in (yes, no):
            raise refuse("choice", f"{_shown(text)} is neither '{yes}' nor '{no}'.", _meant(text, (yes, no)))
        return text == yes

    return Reader(read, {"type": "string", "enum": [yes, no]})


def identifier(pattern: str, wanted: str) -> Reader:
    """A name that other places refer to."""
    compiled = re.compile(pattern, re.ASCII)

    def read(value: Any) -> str:
        text = _scalar(value, wanted)
        if not compiled.fullmatch(text):
            raise refuse("name", f"{_shown(text)} cannot be a name here: it takes {wanted}.")
        return str(text)

    return Reader(read, {"type": "string", "pattern": f"^(?:{pattern})$"})


def _read_switch(value: Any) -> bool:
    text = _scalar(value, "true or false")
    if not isinstance(value, Plain) or text not in ("true", "false"):
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.casefold(), text.casefold())
        raise refuse("switch", f"{_shown(text)} is neither true nor false.", _meant(meant, ("true", "false")))
    return text == "true"


def _read_text(value: Any) -> str:
    text = _scalar(value, "text")
    if isinstance(value, Plain) and _LOOKS_TYPED.fullmatch(text):
        raise refuse("text", f"{_shown(text)} reads as a number or a switch, not as text.", f'"{text}"')
    if not text.strip() or len(text) > 500:
        raise refuse("text", "The text must have between 1 and 500 characters.")
    return str(text)


def _read_expression(value: Any) -> str:
    text = _scalar(value, "a condition")
    if not text.strip() or len(text) > 2000:
        raise refuse("text", "A condition must have between 1 and 2000 characters.")
    return str(text)


def _read_names(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        text = _read_text(value)
        return {"de": text, "en": text}
    names = {}
    for language, name in value.items():
        if not _LANGUAGE.fullmatch(language):
            raise refuse("language", f"{_shown(language)} is not a language code.", "write de, en, fr or the like")
        names[str(language)] = _read_text(name)
    if not names:
        raise refuse("text", "A name in no language is no name.")
    return names


def _read_tokens(value: Any) -> tuple[str, ...]:
    tokens = tuple(_read_token(item) for item in (value if isinstance(value, tuple) else (value,)))
    if not tokens:
        raise refuse("empty", "The list is empty.", "remove it, or name at least one")
    return tokens


def _read_token(value: Any) -> str:
    text = _scalar(value, "a word or a list of words")
    if isinstance(value, Plain) and text in ("true", "false"):
        raise refuse("text", f"{_shown(text)} reads as a switch, not as text.", f'"{text}"')
    if not text.strip() or len(text) > 200:
        raise refuse("text", "Each entry must have between 1 and 200 characters.")
    return str(text)


def _read_days(value: Any) -> frozenset[int]:
    words = _read_tokens(value)
    for word in words:
        if word not in DAYS:
            raise refuse("choice", f"{_shown(word)} is not a day: {', '.join(DAYS)}.", _meant(word[:3], DAYS))
    return frozenset(DAYS.index(word) for word in words)


def _read_day(value: Any) -> date:
    text = _scalar(value, "a date, such as 2025-03-31")
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("date", f"{_shown(text)} is not a date.", "write year-month-day, such as 2025-03-31") from None


def _read_month_day(value: Any) -> tuple[int, int]:
    text = _scalar(value, "a day of the year, such as 03-31")
    found = _MONTH_DAY.fullmatch(text)
    month, day = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2024, month)[1]:
        raise refuse("date", f"{_shown(text)} is not a day of the year.", 'write month-day, such as "03-31"')
    return month, day


def _read_hours(value: Any) -> tuple[int, int]:
    text = _scalar(value, 'hours, such as "16:00-18:00"')
    found = _HOURS.fullmatch(text)
    if found is None:
        raise refuse("hours", f"{_shown(text)} is not a span of hours.", 'write start and end, such as "16:00-18:00"')
    start = int(found[1]) * 60 + int(found[2])
    end = int(found[3] or found[5]) * 60 + int(found[4] or found[6])
    if start == end:
        raise refuse("hours", "Start and end are the same minute.", 'leave hours out for the whole day, or write "00:00-24:00"')
    return start, end


def _read_duration(value: Any) -> int:
    text = _scalar(value, "a duration, such as 30m, 24h or 7d")
    found = _DURATION.fullmatch(text)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 0 < seconds <= 3660 * 86_400:
        hint = "write minutes, hours, days or weeks: 30m, 24h, 7d, 2w"
        raise refuse("duration", f"{_shown(text)} is not a duration up to ten years.", hint)
    return seconds


def _scalar(value: Any, wanted: str) -> str:
    if isinstance(value, str):
        return value
    raise refuse("type", f"A {'list' if isinstance(value, tuple) else 'mapping'} stands here; this takes {wanted}.")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")[0:48]


def _meant(word: str, known: Iterable[str]) -> str | None:
    close = nearest(word, known)
    return f"did you mean {close!r}?" if close else None


def _number_hint(text: str) -> str | None:
    if re.fullmatch(r"[0-9]+,[0-9]+", text, re.ASCII):
        return f"write the decimals after a point: {text.replace(',', '.')}"
    if text.startswith("-"):
        return "write it without the minus"
    return None


SWITCH = Reader(_read_switch, {"type": "boolean"})
TEXT = Reader(_read_text, _TEXT_SCHEMA)
EXPRESSION = Reader(_read_expression, {"type": "string", "minLength": 1, "maxLength": 2000})
NAMES = Reader(_read_names, {"anyOf": [_TEXT_SCHEMA, {
    "type": "object", "minProperties": 1, "additionalProperties": False, "patternProperties": {f"^{_LANGUAGE.pattern}$": _TEXT_SCHEMA},
}]})  # fmt: skip
_TOKENS_SCHEMA = {"anyOf": [_TOKEN_SCHEMA, {"type": "array", "minItems": 1, "items": _TOKEN_SCHEMA}]}
TOKENS = Reader(lambda value: frozenset(_read_tokens(value)), _TOKENS_SCHEMA)
TOKEN_LIST = Reader(_read_tokens, _TOKENS_SCHEMA)
WEEKDAYS = Reader(_read_days, {"anyOf": [
    {"type": "string", "enum": list(DAYS)}, {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(DAYS)}},
]})  # fmt: skip
DAY = Reader(_read_day, {"type": "string", "format": "date"})
MONTH_DAY = Reader(_read_month_day, {"type": "string", "pattern": f"^{_MONTH_DAY.pattern}$"})
HOURS = Reader(_read_hours, {"type": "string", "pattern": f"^{_HOURS.pattern}$"})
DURATION = Reader(_read_duration, {"type": "string", "pattern": f"^{_DURATION.pattern}$"})
