"""What clients send and read about tiers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from praemia.web.bodies.answers import Answer, MeasureAnswer, TierAnswer
from praemia.web.bodies.scalars import Body, Day, Instant, Name, SignedMinor, SignedQuanta, Text


class TierBody(Body):
    """A tier for a member. `null` takes back what was assigned before."""

    tier: Annotated[Name | None, Field(description="one of the programme's levels")]
    mode: Annotated[
        Literal["floor", "fixed", "once"],
        Field(alias="as", description="a floor that can be exceeded; the tier itself whatever is counted; once, as if reached"),
    ] = "floor"
    until: Annotated[Day | None, Field(description="its last day; absent: for ever (as once: the programme's guaranteed time)")] = None
    reason: Text


class QualificationBody(Body):
    """What counts for a member's tier and happened elsewhere. Below zero: a correction."""

    day: Annotated[Day, Field(description="the day it counts for")]
    points: SignedQuanta = 0
    spend_minor: SignedMinor = 0
    visits: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = 0
    reason: Text
    welcome: Annotated[bool, Field(description="false: give no entry points for a tier it leads to")] = True


class TierGivenAnswer(Answer):
    """The event it became, and the tier right after it."""

    event: str
    replayed: bool
    member: str
    tier: TierAnswer


class TierChangeAnswer(Answer):
    """One change of a tier and the figures behind it."""

    at: Instant
    was: str | None
    becomes: str | None
    reason: Literal["reached", "fell", "assigned", "ended", "merged"]
    figures: list[MeasureAnswer]
    event: Annotated[str | None, Field(description="what did it; null: a night")]


class TierHistoryAnswer(Answer):
    """A member's changes of tier, newest first."""

    member: str
    changes: list[TierChangeAnswer]


GOLD = {
    "tier": "gold",
    "name": "Gold",
    "since": "2026-03-01T09:00:00Z",
    "until": "2026-12-31",
    "multiplier": "1.5",
    "benefits": ["Kostenloser Versand"],
    "assigned": None,
    "figures": [{"measure": "spend", "amount": 81250, "decimals": 2}],
    "next": {"tier": "platinum", "missing": [{"measure": "spend", "amount": 18750, "decimals": 2}]},
    "at_risk": {"on": "2027-01-01", "becomes": "silver"},
}
GIVEN = {"event": "0195a1c2-7d00-7009-8001-5f3f1c2a9b10", "replayed": False, "member": "anna", "tier": GOLD}
HISTORY = {
    "member": "anna",
    "changes": [
        {
            "at": "2026-03-01T09:00:00Z",
            "was": "silver",
            "becomes": "gold",
            "reason": "reached",
            "figures": [{"measure": "spend", "amount": 75000, "decimals": 2}],
            "event": "0195a1c2-7d00-7009-8001-5f3f1c2a9b10",
        }
    ],
}
TIERS = {"floor": {"value": {"tier": "gold", "as": "floor", "until": "2026-12-31", "reason": "a kind gesture"}}}
QUALIFICATIONS = {"brought-along": {"value": {"day": "2025-12-31", "spend_minor": 81250, "reason": "brought along", "welcome": False}}}
