"""Refusals about members."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class MemberUnknown(DomainError):
    """No member of the programme has this reference."""

    code = "members.unknown"
    template = "no member is known as {reference!r}"


class AlreadyEnrolled(DomainError):
    """The reference belongs to a member already."""

    code = "members.already_enrolled"
    template = "{reference!r} is enrolled already"


class CardUnknown(DomainError):
    """The programme has no card with this number."""

    code = "members.card_unknown"
    template = "there is no card {number!r}"


class CardTaken(DomainError):
    """The number is a card already, or what a member is known by."""

    code = "members.card_taken"
    template = "{number!r} is taken already"


class CardBlocked(DomainError):
    """Nothing is earned or spent with this card."""

    code = "members.card_blocked"
    template = "the card {number!r} is blocked: {reason}"


class CardReplaced(DomainError):
    """Another card took its place."""

    code = "members.card_replaced"
    template = "the card {number!r} was replaced by {by!r}"


class MemberClosed(DomainError):
    """The member has left the programme."""

    code = "members.closed"
    template = "the membership of {reference!r} is closed"


class PassCodeInvalid(DomainError):
    """No pass shows this code now: it is unknown, taken back, or too old."""

    code = "members.pass_code_invalid"
    template = "the code is not valid any more; the phone shows a new one"


class PassCodeUsed(DomainError):
    """The code was accepted already; each works once."""

    code = "members.pass_code_used"
    template = "the code was used already; the phone shows a new one in a moment"
