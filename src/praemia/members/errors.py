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


class MemberClosed(DomainError):
    """The member has left the programme."""

    code = "members.closed"
    template = "the membership of {reference!r} is closed"
