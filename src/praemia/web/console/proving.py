"""The proof: what is sealed, and examinations that a job carries out when somebody asks for them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import insight, members, proof
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import bucket_of
from praemia.insight import CHAINS, Examination
from praemia.proof import Checkpoint, Signature
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.reading import Form, form_of, needed
from praemia.web.doors import form_faults, staff_page
from praemia.web.frame import lang_of
from praemia.web.sessions import Visit

_CHECKPOINTS = 5


@staff_page("proof:seal:read")
async def proving(visit: Visit, request: Request) -> Response:
    """The last seal, and what examinations found."""
    return await _page(visit, request)


@staff_page("proof:seal:check")
async def examine(visit: Visit, request: Request) -> Response:
    """Ask for an examination: of everything, or of the part in which a member lies."""
    form = await form_of(request)

    async def work(tx: Tx, desk: Desk) -> None:
        parts = None
        if form.text("what") == "member":
            reference = needed(form.text("reference"), field="reference")
            member = await members.get_member(tx, desk.program.program_id, reference)
            parts = [CHAINS, bucket_of(member.member_id)]
        await insight.ask_examination(tx, parts, by=visit.actor, now=desk.now)

    try:
        await do(visit, request, work)
    except DomainError as refusal:
        return await _page(visit, request, refused=(refusal, form))
    return go(f"/console/{visit.address}/proof", done="examination_asked")


async def _page(visit: Visit, request: Request, *, refused: tuple[DomainError, Form] | None = None) -> Response:
    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        checkpoints = await proof.newest_checkpoints(tx, _CHECKPOINTS)
        found = await insight.examinations(tx)
        return {
            "checkpoints": [_checkpoint(*one) for one in checkpoints],
            "parts": [_part(desk, one) for one in found if one.findings or one.part == CHAINS or len(found) <= _CHECKPOINTS],
            "examined": len([one for one in found if not one.is_asked]),
            "asked": len(found),
            "findings": sum(len(one.findings) for one in found),
        }

    shown = await at_desk(visit, request, read)
    if refused is not None:
        faults = form_faults(refused[0], lang_of(request))
        if "" in faults:
            faults["reference"] = faults.pop("")
        shown |= {"faults": faults, "given": refused[1].given}
    return show(request, visit, "console/proof.html", here="proof", status=422 if refused else 200, **shown)


def _checkpoint(made: Checkpoint, signatures: list[Signature]) -> dict[str, Any]:
    return {
        "number": made.number,
        "made_at": made.made_at,
        "cut": made.cut,
        "rows": made.rows,
        "root": made.root.hex(),
        "keys": ", ".join(sorted(signature.key_id for signature in signatures)),
    }


def _part(desk: Desk, found: Examination) -> dict[str, Any]:
    name = desk.words.part_chains if found.part == CHAINS else desk.words.f("part_bucket", n=found.part)
    return {
        "name": name,
        "at": found.examined_at,
        "transfers": found.transfers,
        "is_asked": found.is_asked,
        "findings": found.findings,
    }
