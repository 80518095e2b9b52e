"""A membership's passes, consents and end: the verbs behind the member's own pages, for operators with an app of their own."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from starlette.responses import Response

from praemia import members, sharing
from praemia.foundation.db import Tx
from praemia.members import STEP_SECONDS, Consent, Member
from praemia.web import deeds
from praemia.web.bodies import belonging as bodies
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant


async def issue_pass(call: Call) -> Response:
    """A pass for a device: what it needs to show codes that change."""
    await call.body(bodies.PassBody)
    place = await call.place()

    async def work(tx: Tx) -> members.Pass:
        member = await members.get_member(tx, place.program_id, call.reference)
        return await members.issue_pass(tx, member, at=call.face.now())

    return json_response(pass_document(await call.face.rooms.db.run(call.principal.tenant_id, work)))


async def revoke_passes(call: Call) -> Response:
    """No device of the member shows a code that counts any more, until it asks for a new pass."""
    await call.body(bodies.PassBody)
    place = await call.place()

    async def work(tx: Tx) -> Member:
        member = await members.get_member(tx, place.program_id, call.reference)
        await members.revoke_passes(tx, member.member_id, at=call.face.now())
        return member

    member = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response({"member": member.reference, "status": member.status})


async def resolve_code(call: Call) -> Response:
    """Who shows a code. Asking uses it up."""
    body = await call.body(bodies.ShownBody)
    place = await call.place()

    async def work(tx: Tx) -> Member:
        return await members.member_by_rotating_code(tx, place.program_id, body.code, call.face.now())

    member = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response({"member": member.reference, "status": member.status})


async def record_consents(call: Call) -> Response:
    """Yes or no, by the texts of now."""
    body = await call.body(bodies.ConsentsBody)
    await call.place()

    async def work(tx: Tx) -> tuple[Member, list[Consent]]:
        member = await sharing.agree(tx, call.program, call.reference, body.given, lang=body.lang, origin=body.origin, now=call.face.now())
        if body.terms:
            await sharing.accept_terms(tx, call.program, call.reference, lang=body.lang, origin=body.origin, now=call.face.now())
        return member, await sharing.consents_of(tx, member)

    return _consents(*await call.face.rooms.db.run(call.principal.tenant_id, work))


async def list_consents(call: Call) -> Response:
    """Everything a member ever said."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        member = await members.get_member(tx, place.program_id, call.reference)
        return _consents(member, await sharing.consents_of(tx, member))


async def close_membership(call: Call) -> Response:
    """The membership ends and its person is forgotten."""
    body = await call.body(bodies.ClosureBody)
    await call.place()

    async def work(tx: Tx) -> Member:
        return await deeds.close_membership(
            tx, call.face.rooms.vault, call.program, call.reference, reason=body.reason, by=call.actor, now=call.face.now()
        )

    member = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response({"member": member.reference, "status": "closed"})


def pass_document(held: members.Pass) -> dict[str, object]:
    """A pass with its secret, as a device keeps it."""
    return {
        "number": held.number,
        "secret": urlsafe_b64encode(held.secret).rstrip(b"=").decode(),
        "step_seconds": STEP_SECONDS,
        "digits": members.PROOF_DIGITS,
        "valid_until": instant(held.valid_until),
    }


def consent_document(one: Consent) -> dict[str, object]:
    """One yes or no with its proof."""
    return {
        "purpose": one.purpose,
        "given": one.is_given,
        "version": one.version,
        "lang": one.lang,
        "sha256": one.digest.hex(),
        "origin": one.origin,
        "at": instant(one.at),
        "terms_version": one.terms_version,
        "terms_sha256": one.terms_digest.hex() if one.terms_digest else None,
    }


def _consents(member: Member, said: list[Consent]) -> Response:
    return json_response({"member": member.reference, "consents": [consent_document(one) for one in said]})


_MEMBER = ("programs.unknown", "members.unknown", "members.card_blocked", "members.card_replaced")

OPERATIONS = (
    Operation(
        name="issue_pass",
        method="POST",
        path="/members/{reference:path}/passes",
        permission="members:card:write",
        tag="Cards",
        summary="Give a device a pass",
        description="With it a phone shows a code that changes every thirty seconds, also without a network. The secret is told once.",
        serve=issue_pass,
        body=bodies.PassBody,
        examples=bodies.PASSES,
        answer=bodies.PassAnswer,
        answer_example=bodies.PASS_ANSWER,
        problems=_MEMBER,
    ),
    Operation(
        name="revoke_passes",
        method="POST",
        path="/members/{reference:path}/passes/revocation",
        permission="members:card:write",
        tag="Cards",
        summary="Take back a member's passes",
        description="A phone was lost: no code of any of the member's devices counts any more. The members' pages ask for new passes.",
        serve=revoke_passes,
        body=bodies.PassBody,
        examples=bodies.PASSES,
        answer=bodies.ShownAnswer,
        answer_example=bodies.SHOWN_ANSWER,
        problems=_MEMBER,
    ),
    Operation(
        name="resolve_code",
        method="POST",
        path="/passes/resolve",
        permission="members:card:read",
        tag="Cards",
        summary="Who shows a code that changes",
        description="Each code is accepted once, within thirty seconds of its time, so that a picture of it is worth nothing.",
        serve=resolve_code,
        body=bodies.ShownBody,
        examples=bodies.SHOWN,
        answer=bodies.ShownAnswer,
        answer_example=bodies.SHOWN_ANSWER,
        problems=("programs.unknown", "members.pass_code_invalid", "members.pass_code_used", "members.closed"),
    ),
    Operation(
        name="record_consents",
        method="POST",
        path="/members/{reference:path}/consents",
        permission="members:member:write",
        tag="Members",
        summary="Record what a member consents to",
        description="Yes or no to purposes of the programme (`consents` in its file), proven by version and digest of the text; "
        "`terms`: the member accepts the terms of membership, kept as a yes to `terms` where there are any.",
        serve=record_consents,
        body=bodies.ConsentsBody,
        examples=bodies.CONSENTS,
        answer=bodies.ConsentsAnswer,
        answer_example=bodies.CONSENTS_ANSWER,
        problems=(*_MEMBER, "members.closed", "sharing.purpose_unknown"),
    ),
    Operation(
        name="list_consents",
        method="GET",
        path="/members/{reference:path}/consents",
        permission="members:member:read",
        tag="Members",
        summary="What a member consented to",
        description="Every yes and no, newest first, kept for ever: the first of a purpose is what holds now.",
        serve=list_consents,
        answer=bodies.ConsentsAnswer,
        answer_example=bodies.CONSENTS_ANSWER,
        problems=_MEMBER,
    ),
    Operation(
        name="close_membership",
        method="POST",
        path="/members/{reference:path}/closure",
        permission="members:member:close",
        tag="Members",
        summary="End a membership",
        description="Birth date, attributes, cards and passes are forgotten; nothing is earned or spent any more. Points and events stay "
        "in the ledger under an id that leads to nobody, so that every balance still adds up. Cannot be undone.",
        serve=close_membership,
        body=bodies.ClosureBody,
        examples=bodies.CLOSURES,
        answer=bodies.ClosureAnswer,
        answer_example=bodies.CLOSURE_ANSWER,
        problems=(*_MEMBER, "members.closed"),
    ),
)
