"""Refusals of the tiers room."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class TierUnknown(DomainError):
    """The programme has no such tier. Fields: tier, hint."""

    code = "tiers.unknown"
    template = "the programme has no tier {tier!r}{hint}"


class NoTiers(DomainError):
    """The programme has no tiers at all. Fields: program."""

    code = "tiers.none"
    template = "programme {program!r} has no tiers"


class UntilPast(DomainError):
    """A tier cannot be assigned until a day that is over. Fields: until, today."""

    code = "tiers.until_past"
    template = "{until} is over: today is {today}"
