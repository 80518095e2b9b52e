"""Refusals of the bulk import: of a mapping, of a file, of one event."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class SourceMissing(DomainError):
    """No file matches a source's path."""

    code = "bulk.source_missing"
    template = "source {name!r}: no file matches {path}"


class MappingDoesNotFit(DomainError):
    """DuckDB cannot make sense of an expression of the mapping over these files."""

    code = "bulk.mapping_does_not_fit"
    template = "the mapping does not fit the files ({part}): {reason}"


class RowsMultiplied(DomainError):
    """The join made several rows of one."""

    code = "bulk.rows_multiplied"
    template = "the `from` clause makes {joined} rows of {distinct} source rows: money would count twice (rows_may_repeat: true allows it)"


class WrongCurrency(DomainError):
    """The mapping's currency is not the programme's."""

    code = "bulk.wrong_currency"
    template = "the mapping counts in {currency}, the programme in {expected}"


class ImportMoved(DomainError):
    """Another process imports the same files into the same programme."""

    code = "bulk.import_moved"
    template = "another process has carried this import on past event {expected}"


class FieldMissing(DomainError):
    """An event lacks what it needs."""

    code = "bulk.field_missing"
    template = "{field} is missing"


class AmountUnreadable(DomainError):
    """Not a number."""

    code = "bulk.amount_unreadable"
    template = "{field}: {value!r} is not a number"


class AmountInexact(DomainError):
    """A binary fraction that is no decimal of up to nine places."""

    code = "bulk.amount_inexact"
    template = "{field}: {value} is not an exact decimal; cast to DECIMAL before calculating, or name a rounding"


class AmountNotWhole(DomainError):
    """A fraction of the smallest coin or item."""

    code = "bulk.amount_not_whole"
    template = "{field}: {value} is not a whole number of the smallest unit; name a rounding in the mapping to allow it"


class AmountOutOfRange(DomainError):
    """Too large, or negative where it may not be."""

    code = "bulk.amount_out_of_range"
    template = "{field}: {value} is out of range"


class InstantUnreadable(DomainError):
    """Not an instant."""

    code = "bulk.instant_unreadable"
    template = "{field}: {value!r} is not an instant"


class RowsDisagree(DomainError):
    """The rows of one order say different things about the order."""

    code = "bulk.rows_disagree"
    template = "the rows of one order disagree on {field} ({value})"


class NotWholeNumber(DomainError):
    """An activity's field is a fraction."""

    code = "bulk.field_not_whole"
    template = "{field}: {value} is a fraction; fields are whole numbers, texts, booleans or dates"


class TextUnfit(DomainError):
    """Empty, too long, or with control characters."""

    code = "bulk.text_unfit"
    template = "{field}: {value!r} is empty, too long or holds control characters"


EVENT_FAULTS: dict[str, type[DomainError]] = {
    "missing": FieldMissing,
    "unreadable": AmountUnreadable,
    "inexact": AmountInexact,
    "not_whole": AmountNotWhole,
    "range": AmountOutOfRange,
    "instant": InstantUnreadable,
    "disagree": RowsDisagree,
    "fraction": NotWholeNumber,
    "text": TextUnfit,
}
"""The kinds of `StagedEvent.fault`, as the staging statements write them."""


def refusal_of(fault: str) -> DomainError:
    """The refusal that a staged fault ("field:kind:value") stands for."""
    field, kind, value = fault.split(":", 2)
    return EVENT_FAULTS[kind](field=field, value=value)
