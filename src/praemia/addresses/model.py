"""The values of addresses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """The programme an address leads to. `preferred` is the address it goes by now; the one asked for may be an older one."""

    tenant_id: int
    program_id: int
    slug: str
    sandbox: bool
    preferred: str
