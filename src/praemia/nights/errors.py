"""Refusals of the nights."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class NotASandbox(DomainError):
    """The clock of a live programme cannot be set."""

    code = "nights.not_a_sandbox"
    template = "{program!r} is a live programme: only a sandbox programme's clock can be set"


class ClockTooFar(DomainError):
    """A sandbox clock goes some years at a time, and not beyond what calendars know. Fields: clock, to, latest."""

    code = "nights.clock_too_far"
    template = "the clock stands at {clock} and goes at most to {latest} at once, not to {to}"


class ClockBackwards(DomainError):
    """A sandbox clock only goes forward."""

    code = "nights.clock_backwards"
    template = "the clock stands at {clock} and cannot go back to {to}"
