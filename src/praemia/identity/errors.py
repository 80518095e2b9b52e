"""The refusals of identity. None of them tells whether an account exists."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class SignInRefused(DomainError):
    """Unknown, wrong, or not allowed: one answer for all, so that nothing can be probed."""

    code = "identity.refused"
    template = "This does not match."


class TooOften(DomainError):
    """Tried too often; nothing is looked at until the pause is over."""

    code = "identity.too_often"
    template = "Tried too often. Please try again in {minutes} minutes."


class TicketInvalid(DomainError):
    """What the browser handed back is not ours, used, or too old."""

    code = "identity.ticket_invalid"
    template = "This took too long or was used already. Please begin again."


class EmailTaken(DomainError):
    """The address belongs to somebody else. Said only to those who have shown that the mailbox is theirs, or to staff."""

    code = "identity.email_taken"
    template = "This e-mail address belongs to somebody already."


class NotProved(DomainError):
    """Ways in are changed only shortly after proving who one is."""

    code = "identity.not_proved"
    template = "Please sign in again to change this."


class LastWayIn(DomainError):
    """Nobody locks themselves out."""

    code = "identity.last_way_in"
    template = "This is the last way in. Add another one first."
