"""Programmes: apply a file, plan it, read it back; and the clock of a sandbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import Response

from praemia import access, nights, orders, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.programs import Mode, ProgramUnknown
from praemia.web.bodies import examples
from praemia.web.bodies.answers import AppliedAnswer, ClockAnswer, PlanAnswer, ProgramAnswer
from praemia.web.bodies.members import ClockBody
from praemia.web.bodies.queries import ApplyQuery, SourceQuery
from praemia.web.calls import Call, require_media_type
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant

FILE_TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "application/json")


async def apply_program(call: Call) -> Response:
    """Reach is asked before and after: the key may not reach what is there, nor what it would make."""
    query = call.query(ApplyQuery)
    source = await _file(call)

    async def work(tx: Tx) -> programs.Applied:
        await _require_reach(call, tx)
        applied = await programs.apply(
            tx,
            source,
            at=call.face.now(),
            by=call.principal.name,
            effective_from=query.effective_from,
            note=query.note,
            mode=Mode(query.mode) if query.mode else None,
            clock=query.clock,
        )
        await _require_reach(call, tx, must_exist=True)
        if applied.changed:
            made, now = applied.version, call.face.now()
            await access.note(tx, call.actor, "programs.program.applied", made.program, at=now, program_id=made.program_id, **applied.deed)
        return applied

    applied = await call.face.rooms.db.run(call.principal.tenant_id, work)
    version = applied.version
    document = {
        "program": version.program,
        "version": version.version,
        "effective_from": _since(version.effective_from),
        "changed": applied.changed,
    }
    return json_response(document, 201 if applied.changed and version.version == 1 else 200)


async def plan_program(call: Call) -> Response:
    """What the file would change, in a transaction that is rolled back."""
    source = await _file(call)
    async with call.face.rooms.db.rehearsal(call.principal.tenant_id) as tx:
        await _require_reach(call, tx)
        plan = await programs.plan(tx, source, at=call.face.now())
    return json_response(_plan(plan))


async def get_program(call: Call) -> Response:
    """How the programme stands at its own time."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        now = program.now(call.face.now())
        version = program.version_at(now)
        spoken = (await programs.ruleset_of(tx, program, version)).earning
    return json_response(
        {
            "program": program.slug,
            "mode": program.mode.value,
            "clock": instant(program.clock) if program.clock else None,
            "version": version,
            "effective_from": _since(next(mark.effective_from for mark in program.versions if mark.version == version)),
            "timezone": spoken.timezone.key,
            "currency": spoken.currency,
            "units": [
                {"code": unit.code, "decimals": unit.decimals, "spendable": unit.spendable, "qualifying": unit.qualifying}
                for unit in spoken.units
            ],
        }
    )


async def get_source(call: Call) -> Response:
    """A version's file, byte for byte."""
    query = call.query(SourceQuery)
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        source = await programs.export(tx, call.program, query.version)
    return Response(source.encode(), media_type="application/yaml")


async def get_clock(call: Call) -> Response:
    """The programme's time: a sandbox's clock or the wall clock."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.get_program(tx, call.program)
    return json_response({"clock": instant(program.now(call.face.now())), "nights": 0})


async def move_clock(call: Call) -> Response:
    """Only a sandbox has a clock to move; every local midnight on the way is lived in one transaction."""
    body = await call.body(ClockBody)
    await call.place()

    async def work(tx: Tx) -> int:
        now = call.face.now()
        lived = await nights.set_clock(tx, call.program, body.to, now=now)
        while await orders.lapse_reservations(tx, call.program, await orders.overdue_reservations(tx, call.program, now=now), now=now):
            pass
        return lived

    lived = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response({"clock": instant(body.to), "nights": lived})


async def _file(call: Call) -> str:
    """The file in the body, which must name the programme of the path."""
    require_media_type(call.request, FILE_TYPES)
    try:
        source = (await call.request.body()).decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(
            [Fault(path="", message=f"The file is not UTF-8: {error.reason} at byte {error.start}.", code="not_utf8")]
        ) from None
    named = programs.read_program(source).file.program
    if named != call.program:
        message = f"The file describes “{named}”, the address names “{call.program}”."
        raise InvalidInput([Fault(path="/program", message=message, code="other_program", suggestion=call.program)])
    return source


async def _require_reach(call: Call, tx: Tx, *, must_exist: bool = False) -> None:
    try:
        found = await programs.get_program(tx, call.program)
    except ProgramUnknown:
        if must_exist:
            raise
        return
    sandbox = found.mode is Mode.SANDBOX
    access.require_program(call.principal, program=found.slug, program_id=found.program_id, sandbox=sandbox)


def _since(effective_from: datetime) -> str | None:
    """The first version has counted from the beginning, which is no date."""
    return None if effective_from.year == 1 else instant(effective_from)


def _plan(plan: programs.Plan) -> dict[str, Any]:
    changes = [
        {
            "kind": change.kind.value,
            "part": change.part,
            "id": change.id,
            "sentence": change.sentence,
            "fields": [{"key": field.key, "before": field.before, "after": field.after} for field in change.fields],
        }
        for change in plan.changes
    ]
    warnings = [{"path": warning.path, "code": warning.code, "message": warning.message} for warning in plan.warnings]
    return {"program": plan.program, "base": plan.base, "same_text": plan.same_text, "changes": changes, "warnings": warnings}


UNKNOWN = ("programs.unknown",)
FILE = ("input.invalid", "programs.unit_decimals_fixed")

OPERATIONS = (
    Operation(
        name="apply_program",
        method="PUT",
        path="",
        permission="programs:program:write",
        tag="Programmes",
        summary="Apply a programme file",
        description="Creates the programme (201) or its next version; the same file again changes nothing. What happened before "
        "`effective_from` stays judged by the version of its time.",
        serve=apply_program,
        media=examples.PROGRAM_FILES,
        query=ApplyQuery,
        answer=AppliedAnswer,
        answer_example=examples.APPLIED_ANSWER,
        problems=(*FILE, "programs.effective_too_early", "programs.mode_fixed"),
    ),
    Operation(
        name="get_program",
        method="GET",
        path="",
        permission="programs:program:read",
        tag="Programmes",
        summary="Read a programme",
        description="How it stands: its version, its units, and in a sandbox its clock.",
        serve=get_program,
        answer=ProgramAnswer,
        answer_example=examples.PROGRAM_ANSWER,
        problems=UNKNOWN,
    ),
    Operation(
        name="plan_program",
        method="POST",
        path="/plan",
        permission="programs:program:read",
        tag="Programmes",
        summary="See what a file would change",
        description="Reads and compares; nothing is written.",
        serve=plan_program,
        media=examples.PROGRAM_FILES,
        answer=PlanAnswer,
        answer_example=examples.PLAN_ANSWER,
        problems=FILE,
    ),
    Operation(
        name="get_source",
        method="GET",
        path="/source",
        permission="programs:program:read",
        tag="Programmes",
        summary="Read a version's file",
        description="Byte for byte as it was applied.",
        serve=get_source,
        query=SourceQuery,
        answer=ProgramAnswer,
        answer_example=examples.PROGRAM_FILE,
        answer_media="application/yaml",
        problems=(*UNKNOWN, "programs.version_unknown"),
    ),
    Operation(
        name="get_clock",
        method="GET",
        path="/clock",
        permission="programs:program:read",
        tag="Programmes",
        summary="What time it is",
        description="A sandbox's own clock, or the wall clock.",
        serve=get_clock,
        answer=ClockAnswer,
        answer_example={**examples.CLOCK_ANSWER, "nights": 0},
        problems=UNKNOWN,
    ),
    Operation(
        name="move_clock",
        method="PUT",
        path="/clock",
        permission="programs:clock:write",
        tag="Programmes",
        summary="Move a sandbox's clock",
        description="Forward only. Every local midnight on the way is lived: points open and expire, birthdays and anniversaries are paid.",
        serve=move_clock,
        body=ClockBody,
        examples=examples.CLOCKS,
        answer=ClockAnswer,
        answer_example=examples.CLOCK_ANSWER,
        problems=(*UNKNOWN, "nights.not_a_sandbox", "nights.clock_backwards", "nights.clock_too_far"),
    ),
)
