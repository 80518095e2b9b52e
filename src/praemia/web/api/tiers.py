"""Tiers of members: what they hold and what is missing, how it came about, tiers assigned by hand, and what counted elsewhere."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from praemia import members, programs, sharing, tiers
from praemia.foundation.db import Tx
from praemia.journal import IDEMPOTENCY_KEY
from praemia.tiers import Assignment, Counts, Credit, Given, Mode, NoTiers
from praemia.web import deeds, tier_presenting
from praemia.web.bodies import tiers as bodies
from praemia.web.bodies.answers import TierAnswer
from praemia.web.bodies.queries import LangQuery
from praemia.web.bodies.tiers import QualificationBody, TierBody, TierGivenAnswer, TierHistoryAnswer
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant


async def get_tier(call: Call) -> Response:
    """The tier, until when it is sure, and what is missing to the next."""
    lang = call.lang
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        return json_response(await _tier(tx, call, lang))


async def assign_tier(call: Call) -> Response:
    """Give a tier by hand, or take back what was given."""
    body = await call.body(TierBody)
    wish = Assignment(member=call.reference, tier=body.tier, mode=Mode(body.mode), until=body.until, reason=body.reason)
    return await _given(call, wish)


async def credit_qualification(call: Call) -> Response:
    """Count for a member's tier what happened elsewhere."""
    body = await call.body(QualificationBody)
    counts = Counts(points=body.points, spend_minor=body.spend_minor, visits=body.visits)
    return await _given(call, Credit(member=call.reference, day=body.day, counts=counts, reason=body.reason, greet=body.welcome))


async def get_tier_history(call: Call) -> Response:
    """Every change of the member's tier, newest first."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        member = await members.get_member(tx, place.program_id, call.reference)
        found = await tiers.tier_of(tx, program, member, now=call.face.now())
        if found is None:
            raise NoTiers(program=call.program)
        changes = await tiers.changes_of(tx, member, owners=await sharing.owners_of(tx, member.member_id))
        scales = await tier_presenting.scales_of(tx, program, found[0], call.face.now())
    return json_response({"member": member.reference, "changes": [_change(change, scales) for change in changes]})


async def _given(call: Call, wish: Assignment | Credit) -> Response:
    await call.place()
    key = call.idempotency_key
    names = [] if key is None else [(IDEMPOTENCY_KEY, key)]

    async def work(tx: Tx) -> tuple[Given, dict[str, Any]]:
        now = call.face.now()
        if isinstance(wish, Assignment):
            given = await deeds.assign_tier(tx, call.program, wish, names, by=call.actor, now=now)
        else:
            given = await tiers.credit(tx, call.program, wish, names, now=now)
        return given, await _tier(tx, call, None)

    given, tier = await call.face.rooms.db.run(call.principal.tenant_id, work)
    document = {"event": str(given.event_id), "replayed": given.replayed, "member": call.reference, "tier": tier}
    return json_response(document, 200, {"Idempotency-Replayed": "true"} if given.replayed else None)


async def _tier(tx: Tx, call: Call, lang: str | None) -> dict[str, Any]:
    program = await programs.open_program(tx, call.program)
    member = await members.get_member(tx, program.program_id, call.reference)
    found = await tier_presenting.tier_of(tx, program, member, call.face.now(), lang)
    if found is None:
        raise NoTiers(program=call.program)
    return found


def _change(change: tiers.Change, scales: tier_presenting.Scales) -> dict[str, Any]:
    return {
        "at": instant(change.at),
        "was": change.was,
        "becomes": change.becomes,
        "reason": change.reason.value,
        "figures": tier_presenting.measures(change.figures, scales),
        "event": str(change.cause) if change.cause else None,
    }


_UNKNOWN = ("programs.unknown", "members.unknown", "tiers.none")

OPERATIONS = (
    Operation(
        name="get_tier",
        method="GET",
        path="/members/{reference:path}/tier",
        permission="members:member:read",
        tag="Tiers",
        summary="Which tier a member holds",
        description="Since when and until when it is sure, what counts for it, what is missing to the next, and whether it is at risk.",
        serve=get_tier,
        query=LangQuery,
        answer=TierAnswer,
        answer_example=bodies.GOLD,
        problems=_UNKNOWN,
    ),
    Operation(
        name="get_tier_history",
        method="GET",
        path="/members/{reference:path}/tier/history",
        permission="members:member:read",
        tag="Tiers",
        summary="How it came about",
        description="Every change of the member's tier with its reason and the figures behind it, newest first.",
        serve=get_tier_history,
        answer=TierHistoryAnswer,
        answer_example=bodies.HISTORY,
        problems=_UNKNOWN,
    ),
    Operation(
        name="assign_tier",
        method="PUT",
        path="/members/{reference:path}/tier",
        permission="tiers:tier:write",
        tag="Tiers",
        summary="Assign a tier",
        description="A floor that the member can exceed, the tier itself whatever is counted, or once, as if it had been reached. "
        "A tier of null takes back what was assigned.",
        serve=assign_tier,
        body=TierBody,
        examples=bodies.TIERS,
        answer=TierGivenAnswer,
        answer_example=bodies.GIVEN,
        problems=(*_UNKNOWN, "members.closed", "tiers.unknown", "tiers.until_past", "journal.key_reused"),
        keyed=True,
    ),
    Operation(
        name="credit_qualification",
        method="POST",
        path="/members/{reference:path}/qualification",
        permission="tiers:tier:write",
        tag="Tiers",
        summary="Count what happened elsewhere",
        description="Points, money or visits that count for the member's tier on a day of their own, such as a balance brought along. "
        "Moves no points, except those that welcome to a tier.",
        serve=credit_qualification,
        body=QualificationBody,
        examples=bodies.QUALIFICATIONS,
        answer=TierGivenAnswer,
        answer_example=bodies.GIVEN,
        problems=(*_UNKNOWN, "members.closed", "journal.key_reused"),
        keyed=True,
    ),
)
