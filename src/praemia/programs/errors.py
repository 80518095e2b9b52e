"""Refusals of the programs room. A file with faults is refused with InvalidInput of the foundation."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class ProgramUnknown(DomainError):
    """No programme of that slug in this tenant. Fields: program."""

    code = "programs.unknown"
    template = "there is no programme {program!r}"


class VersionUnknown(DomainError):
    """The programme has no such version. Fields: program, version."""

    code = "programs.version_unknown"
    template = "programme {program!r} has no version {version}"


class EffectiveTooEarly(DomainError):
    """A version cannot change what already happened. Fields: effective_from, at (ISO 8601)."""

    code = "programs.effective_too_early"
    template = "a version applied at {at} cannot be effective from {effective_from}, which is earlier"


class UnitDecimalsFixed(DomainError):
    """Balances are counted in a unit's smallest part, for ever. Fields: unit, decimals (as first applied), wanted."""

    code = "programs.unit_decimals_fixed"
    template = "unit {unit!r} has {decimals} decimals and cannot change to {wanted}: declare a new unit instead"


class ModeFixed(DomainError):
    """A programme is live or a sandbox for ever. Fields: program, mode."""

    code = "programs.mode_fixed"
    template = "programme {program!r} is {mode} and stays so"


class NotEditable(DomainError):
    """The text is written in a way that cannot be changed in place; it has to be edited by hand."""

    code = "programs.not_editable"
    template = "this text cannot be changed by a form without touching something else in it: edit the text itself"


class DraftOutdated(DomainError):
    """Somebody applied another version since the draft was begun. Fields: base, newest."""

    code = "programs.draft_outdated"
    template = "the draft was begun on version {base}, but version {newest} has been applied since"
