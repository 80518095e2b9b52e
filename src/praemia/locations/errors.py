"""Refusals about locations."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class LocationUnknown(DomainError):
    """The register has no place of this code."""

    code = "locations.unknown"
    template = "there is no location {location!r}"
