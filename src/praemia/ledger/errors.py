"""Refusals of the ledger."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class InsufficientPoints(DomainError):
    """A debit asks for more than the balance. Fields: asked, available (quanta)."""

    code = "ledger.insufficient_points"
    template = "{asked} points were asked for, {available} are available"


class NotReversible(DomainError):
    """What should be undone is not there any more, or not to that amount. Fields: event."""

    code = "ledger.not_reversible"
    template = "event {event} cannot be undone, or not to that amount"
