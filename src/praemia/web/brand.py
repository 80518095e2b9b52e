"""How a programme shows itself on its pages: its name, its time, its colours, font and logo, as the version in force says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from praemia import programs
from praemia.addresses import Addressed
from praemia.foundation.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What the frame of a page needs of the programme. `digest` names the version's text: what is drawn from it may be kept for ever."""

    address: str
    name: Mapping[str, str]
    zone: tzinfo
    sandbox: bool
    digest: str
    logo_path: str | None = None

    @property
    def stylesheet(self) -> str:
        """Where the brand's custom properties are."""
        return f"/brand/{self.address}.css?v={self.digest[:12]}"


async def brand_of(tx: Tx, place: Addressed, *, now: datetime) -> Brand:
    """The brand of the programme an address leads to, as of `now` on the wall clock."""
    program = await programs.open_program(tx, place.slug)
    version = program.version_at(program.now(now))
    mark = next(each for each in program.versions if each.version == version)
    policies = await programs.policies_of(tx, program, version)
    return Brand(
        address=place.preferred,
        name=policies.spoken.name or {"en": place.slug},
        zone=policies.rules.earning.timezone,
        sandbox=place.sandbox,
        digest=mark.digest.hex(),
    )
