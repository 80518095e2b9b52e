"""What clients send and read about members' cards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from praemia.web.bodies.answers import Answer
from praemia.web.bodies.scalars import Body, Instant, Reference, Text

Carrier = Literal["plastic", "virtual", "qr", "nfc"]


class MemberCardBody(Body):
    """A card. Its number is unique in the programme, for ever, also among the references of members."""

    number: Reference
    carrier: Carrier = "plastic"


class BlockBody(Body):
    """Why nothing is earned or spent with the card any more."""

    reason: Text


class ReplaceBody(Body):
    """The number that takes the card's place."""

    number: Reference
    carrier: Annotated[Carrier | None, Field(description="absent: as before")] = None
    reason: Text


class MemberCardAnswer(Answer):
    """A card and the member it leads to."""

    number: str
    member: str
    carrier: Carrier
    condition: Literal["active", "blocked", "replaced"]
    reason: Annotated[str, Field(description="why it was blocked or replaced")]
    replaced_by: str | None
    issued_at: Instant
    changed_at: Instant


class AnonymousCardAnswer(MemberCardAnswer):
    """A card nobody has claimed yet, and the code by which somebody may."""

    claim_code: Annotated[str, Field(description="to be printed beside the number; whoever has both may claim the card, once")]


class MemberCardsAnswer(Answer):
    """A member's cards, the oldest first."""

    member: str
    cards: list[MemberCardAnswer]
