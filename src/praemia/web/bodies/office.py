"""Bodies, queries and answers of what the console shows: figures, lists of members, locations, staff, keys, examinations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from praemia.web.bodies.answers import Answer
from praemia.web.bodies.queries import PAGE_LIMIT, Query
from praemia.web.bodies.scalars import CLEAN, Body, Instant, Name

Percent = Annotated[int | None, Field(description="whole per cent; null: of nothing")]
Role = Literal["owner", "manager", "marketer", "analyst", "support", "cashier", "auditor"]


class FiguresQuery(Query):
    days: Annotated[int, Field(ge=1, le=366, description="the period: so many local days, today with them")] = 30


class TotalsAnswer(Answer):
    """What became of points: each less what was taken back or came back. `outstanding` is left with members of all that."""

    issued: int
    redeemed: int
    expired: int
    corrected: int
    outstanding: int


class UnitFiguresAnswer(Answer):
    """One unit, over the period and ever since. Amounts are in its smallest quantum."""

    unit: str
    decimals: int
    period: TotalsAnswer
    ever: TotalsAnswer
    redemption_percent: Annotated[Percent, Field(description="of all ever issued, so much was redeemed")]
    expiring: Annotated[int, Field(description="ends within 30 days unless used")]


class TierFiguresAnswer(Answer):
    tier: Annotated[str | None, Field(description="null: below the lowest")]
    members: int


class MemberFiguresAnswer(Answer):
    """Members as of `counted_at`: active ones did something in the 30 days before, so many joined in them."""

    counted_at: Instant
    members: int
    closed: int
    active: int
    joined: int
    participation_percent: Percent
    tiers: list[TierFiguresAnswer]


class StretchAnswer(Answer):
    """So many days from `first_day` on, in the programme's first unit."""

    first_day: str
    issued: int
    redeemed: int
    expired: int


class FiguresAnswer(Answer):
    """How a programme is doing."""

    since: str
    until: str
    units: list[UnitFiguresAnswer]
    people: MemberFiguresAnswer
    stretch_days: int
    stretches: list[StretchAnswer]


class MembersQuery(Query):
    q: Annotated[str | None, Field(min_length=1, max_length=200, pattern=CLEAN, description="how a reference or card number begins")] = None
    after: Annotated[str | None, Field(max_length=40, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 50


class ListedMemberAnswer(Answer):
    """A member in a list; tier and balance of the first unit as they were last written."""

    id: str
    member: str
    status: Literal["active", "closed"]
    enrolled_at: Instant
    tier: str | None
    available: int
    pending: int


class ListedMembersAnswer(Answer):
    members: list[ListedMemberAnswer]
    next: str | None


class LocationBody(Body):
    """A place as the register names it. The code in the address is what events say."""

    name: Name
    address: Annotated[str, Field(max_length=300, pattern=CLEAN)] = ""
    region: Annotated[str, Field(max_length=100, pattern=CLEAN)] = ""
    open: Annotated[bool, Field(description="false: it is not in use any more")] = True


class LocationAnswer(Answer):
    code: str
    name: str
    address: str
    region: str
    open: bool
    made_at: Instant


class LocationsAnswer(Answer):
    """Open ones first, by name."""

    locations: list[LocationAnswer]


class KeyBody(Body):
    """A key of this programme. Its scopes may not go beyond those of the key that issues it."""

    name: Name
    scopes: Annotated[list[Name], Field(min_length=1, max_length=100, description="permissions, patterns of them, or role names")]
    mode: Annotated[Literal["live", "test"], Field(description="a test key reaches sandboxes only")] = "live"
    expires_at: Instant | None = None


class KeyAnswer(Answer):
    key: str
    name: str
    prefix: Annotated[str, Field(description="the part of the key that may be shown")]
    mode: Literal["live", "test"]
    scopes: list[str]
    everywhere: Annotated[bool, Field(description="reaches every programme of the tenant")]
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None


class KeysAnswer(Answer):
    keys: list[KeyAnswer]


class IssuedKeyAnswer(KeyAnswer):
    """A new key with its text, which is shown this once."""

    secret: str


class InvitationBody(Body):
    """Somebody who is to work here. `everywhere`: in all programmes of the tenant."""

    name: Name
    email: Annotated[str, Field(min_length=3, max_length=254, pattern=CLEAN)]
    roles: Annotated[list[Role], Field(min_length=1, max_length=7)]
    everywhere: bool = False


class RolesBody(Body):
    """Exactly these roles in this programme from now on; none takes them away."""

    roles: Annotated[list[Role], Field(max_length=7)]


class StaffDeedBody(Body):
    """What is to happen: end or give back access, send a new link, or take the second factor out and send a new link."""

    deed: Literal["end", "give_back", "invite_again", "reset"]


class PersonAnswer(Answer):
    staff: str
    name: str
    roles: Annotated[list[str], Field(description="that count in this programme")]
    state: Literal["invited", "active", "disabled"]


class StaffAnswer(Answer):
    staff: list[PersonAnswer]


class InvitedAnswer(PersonAnswer):
    """`link` lets them in, once; it is in their mail as well. Null where no link was made."""

    link: str | None
    expires_at: Instant | None


class ExaminationBody(Body):
    """What is to be examined: the part of a member; absent: everything."""

    member: Annotated[Name | None, Field(description="reference or card number")] = None


class CheckpointAnswer(Answer):
    number: int
    made_at: Instant
    cut: Annotated[Instant, Field(description="what arrived before this is sealed")]
    transfers: int
    root: str
    signed_by: list[str]


class ExaminationAnswer(Answer):
    """The newest examination of a part: of a bucket, or of the `chains` over all of them."""

    part: str
    asked_by: str
    asked_at: Instant
    examined_at: Instant | None
    waits: bool
    transfers: int
    unsealed: int
    findings: list[str]


class ProofAnswer(Answer):
    checkpoint: Annotated[CheckpointAnswer | None, Field(description="the newest; null: nothing is sealed yet")]
    examinations: list[ExaminationAnswer]
