"""Refusals of the nights."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class NotASandbox(DomainError):
    """The clock of a live programme cannot be set."""

    code = "nights.not_a_sandbox"
    template = "{program!r} is a live programme: only a sandbox programme's clock can be set"


class ClockBackwards(DomainError):
    """A sandbox clock only goes forward."""

    code = "nights.clock_backwards"
    template = "the clock stands at {clock} and cannot go back to {to}"
