"""Refusals of insight."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class NoSuchPart(DomainError):
    """The ledger has no such part."""

    code = "insight.no_such_part"
    template = "the ledger has no part {part}; they are numbered from 0 to {most}"
