"""Members: enrol, read, change, what they hold and how it came about."""

from __future__ import annotations

from starlette.responses import Response

from praemia import ledger, members, programs, sharing
from praemia.foundation.errors import Fault, InvalidInput
from praemia.members import Change
from praemia.web import commands, presenting
from praemia.web.bodies import examples
from praemia.web.bodies.answers import BalancesAnswer, EventAnswer, HistoryAnswer, MemberAnswer
from praemia.web.bodies.members import MemberBody, MemberPatchBody
from praemia.web.bodies.queries import BalancesQuery, HistoryQuery, LangQuery
from praemia.web.calls import Call, Clock
from praemia.web.holdings import Question
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response, record_one
from praemia.web.presenting import instant
from praemia.web.tier_presenting import tier_of


async def enrol_member(call: Call) -> Response:
    """Enrolling is an event: the programme may pay for it."""
    content = await call.content(MemberBody)
    await call.place()
    enrolled_at = content.get("enrolled_at") or await Clock(call).now()
    return await record_one(call, commands.sign_up(call.program, content, call.idempotency_key, enrolled_at))


async def get_member(call: Call) -> Response:
    """The membership and the personal data kept apart from it."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        member = await members.get_member(tx, place.program_id, call.reference)
        profiles = await members.profiles_of(tx, [member.member_id])
        program = await programs.open_program(tx, call.program)
        tier = await tier_of(tx, program, member, call.face.now(), None)
    return json_response(presenting.member(member, profiles.get(member.member_id), tier))


async def change_member(call: Call) -> Response:
    """Change what the body names; the rest stays."""
    body = await call.body(MemberPatchBody)
    place = await call.place()
    wish = Change(birthdate=body.birthdate, segments=body.segments, attributes=body.attributes)
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        member = await members.change(tx, place.program_id, call.reference, wish)
        profiles = await members.profiles_of(tx, [member.member_id])
        program = await programs.open_program(tx, call.program)
        tier = await tier_of(tx, program, member, call.face.now(), None)
    return json_response(presenting.member(member, profiles.get(member.member_id), tier))


async def get_balances(call: Call) -> Response:
    """Every unit of the programme, now or at an instant of the programme's time."""
    as_of = call.query(BalancesQuery).as_of
    place = await call.place()
    if as_of is None:
        question = Question(call.program, place.program_id, call.reference)
        return json_response(await call.face.holdings.ask(call.principal.tenant_id, question))
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        member = await members.get_member(tx, place.program_id, call.reference)
        owners = await sharing.owners_of(tx, member.member_id)
        held = await ledger.joint_balances_of(tx, owners, as_of=as_of)
    units = {unit.number: (unit.code, unit.decimals) for unit in program.units.values()}
    return json_response({"member": member.reference, "as_of": instant(as_of), "balances": presenting.balances(held, units)})


async def get_history(call: Call) -> Response:
    """A page of movements, newest first, after the cursor of the page before."""
    query = call.query(HistoryQuery)
    before = presenting.read_cursor(query.after) if query.after is not None else None
    if query.after is not None and before is None:
        raise InvalidInput([Fault(path="?after", message="after must be the `next` of a page.", code="not_a_cursor")])
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        member = await members.get_member(tx, place.program_id, call.reference)
        owners = await sharing.owners_of(tx, member.member_id)
        page = await ledger.histories_of(tx, owners, before=before, page=query.limit + 1)
    units = {unit.number: (unit.code, unit.decimals) for unit in program.units.values()}
    shown = page[: query.limit]
    following = presenting.cursor(shown[-1]) if len(page) > query.limit else None
    return json_response({"entries": [presenting.movement(moved, units) for moved in shown], "next": following})


UNKNOWN = ("programs.unknown", "members.unknown")

OPERATIONS = (
    Operation(
        name="enrol_member",
        method="POST",
        path="/members",
        permission="members:member:write",
        tag="Members",
        summary="Enrol a member",
        description="The answer is the sign-up event with what it earned. A reference that is taken is refused (409); with an "
        "Idempotency-Key the repeat answers as the first time.",
        serve=enrol_member,
        body=MemberBody,
        examples=examples.MEMBERS,
        query=LangQuery,
        answer=EventAnswer,
        answer_example={**examples.EVENT_ANSWER, "kind": "signup"},
        problems=("programs.unknown", "members.already_enrolled", "earning.in_future", "journal.key_reused"),
        status=201,
        keyed=True,
    ),
    Operation(
        name="get_balances",
        method="GET",
        path="/members/{reference:path}/balances",
        permission="ledger:balance:read",
        tag="Members",
        summary="What a member holds",
        description="Every unit of the programme, now or at an instant of the programme's time.",
        serve=get_balances,
        query=BalancesQuery,
        answer=BalancesAnswer,
        answer_example=examples.BALANCES_ANSWER,
        problems=UNKNOWN,
        hot=True,
    ),
    Operation(
        name="get_history",
        method="GET",
        path="/members/{reference:path}/history",
        permission="ledger:balance:read",
        tag="Members",
        summary="How it came about",
        description="Every movement of the member's points, newest first, page by page. Pages stay right while new movements arrive.",
        serve=get_history,
        query=HistoryQuery,
        answer=HistoryAnswer,
        answer_example=examples.HISTORY_ANSWER,
        problems=UNKNOWN,
    ),
    Operation(
        name="get_member",
        method="GET",
        path="/members/{reference:path}",
        permission="members:member:read",
        tag="Members",
        summary="Read a member",
        description="The membership and the personal data kept apart from the points.",
        serve=get_member,
        answer=MemberAnswer,
        answer_example=examples.MEMBER_ANSWER,
        problems=UNKNOWN,
    ),
    Operation(
        name="change_member",
        method="PATCH",
        path="/members/{reference:path}",
        permission="members:member:write",
        tag="Members",
        summary="Change a member",
        description="What is absent stays; segments and attributes are replaced whole.",
        serve=change_member,
        body=MemberPatchBody,
        examples=examples.MEMBER_PATCHES,
        answer=MemberAnswer,
        answer_example=examples.MEMBER_ANSWER,
        problems=UNKNOWN,
    ),
)
