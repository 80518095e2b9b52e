"""Refusals of the journal."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class KeyReused(DomainError):
    """The idempotency key was used for another request."""

    code = "journal.key_reused"
    template = "the idempotency key was used before with another content (event {event})"


class AlreadyRecorded(DomainError):
    """The order number (or event id) is recorded already, with other content."""

    code = "journal.already_recorded"
    template = "{identity} {value!r} is recorded already, with other content (event {event})"


class EventUnknown(DomainError):
    """No event has this id or order number."""

    code = "journal.event_unknown"
    template = "no event is known as {reference!r}"
