"""What clients send and read about pools of codes and a programme's terms of membership."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from praemia.web.bodies.answers import Answer
from praemia.web.bodies.scalars import Body, Day, Instant, Name, Names

_AT = "2026-03-03T09:00:00Z"
Example = Mapping[str, Any]
TermsText = Annotated[str, Field(min_length=1, max_length=100_000)]


class MakeCodesBody(Body):
    """Codes to be made."""

    pattern: Annotated[Name, Field(description="every # becomes a random letter or digit; at least eight of them")]
    count: Annotated[int, Field(ge=1, le=10_000)]


class MadeCodesAnswer(Answer):
    """The codes that were made."""

    pool: str
    codes: list[str]
    free: int


class WithdrawBody(Body):
    """Which codes; absent: all that nobody has yet."""

    codes: Names | None = None


class WithdrawnAnswer(Answer):
    """How many codes were withdrawn."""

    pool: str
    withdrawn: int
    free: int


class RecallBody(Body):
    """Nothing has to be said."""


class RecalledAnswer(Answer):
    """A code that is worthless now."""

    coupon: str
    ends: Annotated[str, Field(description="the code's last signs")]


class TermsBody(Body):
    """A new version of the terms of membership."""

    texts: Annotated[dict[Literal["en", "de"], TermsText], Field(min_length=1, description="the whole text by language")]
    effective_from: Annotated[Day, Field(description="the local day from which it counts")]
    note: Annotated[str, Field(max_length=500)] = ""


class TermsAnswer(Answer):
    """One version of the terms; kept for ever."""

    version: int
    effective_from: date
    texts: dict[str, str]
    note: str
    published_by: str
    published_at: Instant


class TermsListAnswer(Answer):
    """Every version, oldest first."""

    terms: list[TermsAnswer]


MAKE: Mapping[str, Example] = {"two": {"summary": "Two codes", "value": {"pattern": "CINEMA-########", "count": 2}}}
MADE_ANSWER: Example = {"pool": "cinema", "codes": ["CINEMA-7QK3RWXA", "CINEMA-AC4NPT9Y"], "free": 2}
WITHDRAW: Mapping[str, Example] = {
    "some": {"summary": "Some", "value": {"codes": ["SPRING-7421"]}},
    "all": {"summary": "All that are left", "value": {}},
}
WITHDRAWN_ANSWER: Example = {"pool": "cinema", "withdrawn": 2, "free": 0}
RECALL: Mapping[str, Example] = {"one": {"summary": "A code that leaked", "value": {}}}
RECALLED_ANSWER: Example = {"coupon": "sorry", "ends": "K3RW"}
TERMS: Mapping[str, Example] = {
    "english": {"summary": "In English", "value": {"texts": {"en": "# Taking part\n\nWhoever wants."}, "effective_from": "2026-03-03"}},
}
ONE_TERMS: Example = {
    "version": 1,
    "effective_from": "2026-03-03",
    "texts": {"en": "# Taking part\n\nWhoever wants."},
    "note": "",
    "published_by": "owner",
    "published_at": _AT,
}
