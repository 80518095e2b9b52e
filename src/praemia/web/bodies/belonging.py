"""What clients send and read about a membership's passes, consents and end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from praemia.web.bodies.answers import Answer
from praemia.web.bodies.scalars import Body, Instant, Name, Text

_AT = "2026-03-03T09:00:00Z"
Example = Mapping[str, Any]


class PassBody(Body):
    """Nothing has to be said."""


class PassAnswer(Answer):
    """A device's pass, the only time its secret is told: codes are `99`, the number, and eight digits of RFC 6238 (HMAC-SHA-256)."""

    number: str
    secret: Annotated[str, Field(description="32 bytes, base64url")]
    step_seconds: int
    digits: int
    valid_until: Instant


class ShownBody(Body):
    """What a phone shows."""

    code: Name


class ShownAnswer(Answer):
    """Whose it is."""

    member: str
    status: Literal["active", "closed"]


class ConsentsBody(Body):
    """What a member said yes or no to, about the texts of the version in force."""

    given: Annotated[dict[Name, bool], Field(default_factory=dict, max_length=50, description="purpose -> yes or no")]
    terms: Annotated[bool, Field(description="the member accepts the terms of membership in force")] = False
    lang: Literal["en", "de"]
    origin: Annotated[Name, Field(description="where it was said: a page, a form on paper, a till")] = "api"


class ConsentAnswer(Answer):
    """One yes or no, kept for ever."""

    purpose: str
    given: bool
    version: Annotated[int, Field(description="the programme's version whose text was shown")]
    lang: str
    sha256: Annotated[str, Field(description="of the text that was shown")]
    origin: str
    at: Instant
    terms_version: Annotated[int | None, Field(description="the terms of membership in force then; null: there were none")]
    terms_sha256: Annotated[str | None, Field(description="of the terms, in the same language")]


class ConsentsAnswer(Answer):
    """Everything a member ever said, newest first: the first of a purpose holds now."""

    member: str
    consents: list[ConsentAnswer]


class ClosureBody(Body):
    """Why the membership ends."""

    reason: Text | None = None


class ClosureAnswer(Answer):
    """A membership that ended."""

    member: str
    status: Literal["closed"]


PASSES: Mapping[str, Example] = {"device": {"summary": "One more device", "value": {}}}
PASS_ANSWER: Example = {
    "number": "4711081500",
    "secret": "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI",
    "step_seconds": 30,
    "digits": 8,
    "valid_until": "2026-05-02T09:00:00Z",
}
SHOWN: Mapping[str, Example] = {"scanned": {"summary": "What the scanner read", "value": {"code": "99471108150046119246"}}}
SHOWN_ANSWER: Example = {"member": "anna", "status": "active"}
CONSENTS: Mapping[str, Example] = {
    "letter": {"summary": "The newsletter, but no profiling", "value": {"given": {"newsletter": True, "profile": False}, "lang": "en"}},
    "joining": {"summary": "The terms, on paper", "value": {"terms": True, "lang": "de", "origin": "paper"}},
}
CONSENTS_ANSWER: Example = {
    "member": "anna",
    "consents": [
        {
            "purpose": "newsletter",
            "given": True,
            "version": 1,
            "lang": "en",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "origin": "api",
            "at": _AT,
            "terms_version": 2,
            "terms_sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        }
    ],
}
CLOSURES: Mapping[str, Example] = {"wish": {"summary": "By the member's wish", "value": {"reason": "asked for it"}}}
CLOSURE_ANSWER: Example = {"member": "anna", "status": "closed"}
