"""Refusals of addresses."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class AddressTaken(DomainError):
    """Another programme of this installation has the address, or once had it."""

    code = "addresses.taken"
    template = "The address {address} belongs to another programme."
