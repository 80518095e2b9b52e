"""Why a mail did not go. The messages hold no address and nothing of the text: they are logged."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class MailNotSent(DomainError):
    """It may go later: the server is away, or wants us to wait."""

    code = "messaging.not_sent"
    template = "the mail could not be sent now: {reason}"


class MailRefused(DomainError):
    """It will never go: the other side refuses the recipient or the mail."""

    code = "messaging.refused"
    template = "the mail was refused for good: {reason}"
