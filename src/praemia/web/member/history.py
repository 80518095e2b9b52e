"""Points: what is held, what ends when, what is still to come, every movement, and why each came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from praemia import journal, ledger, locations
from praemia.foundation.db import Tx
from praemia.journal import EventUnknown, StoredEvent
from praemia.ledger import Movement
from praemia.web import presenting
from praemia.web.doors import member_page
from praemia.web.explained import explained
from praemia.web.frame import render
from praemia.web.member import figures
from praemia.web.member.seat import Seat, looking
from praemia.web.sessions import Visit

_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One movement as people read it: `amount` is what it changed in what can be used, `beside` what else it changed."""

    event: UUID
    title: str
    kind: str
    at: datetime
    code: str
    decimals: int
    amount: int
    pending: int
    held: int


@member_page
async def points(visit: Visit, request: Request) -> Response:
    """What is held, and the newest movements or a later page of them."""
    before = presenting.read_cursor(request.query_params.get("after", ""))

    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        page = await ledger.histories_of(tx, seat.owners, before=before, page=_PAGE + 1)
        following = presenting.cursor(page[_PAGE - 1]) if len(page) > _PAGE else None
        return {
            "seat": seat,
            "holdings": [] if before else await figures.holdings_of(tx, seat),
            "lines": together(await lines_of(tx, seat, page[:_PAGE])),
            "next_url": f"/m/{visit.address}/points?after={following}" if following else None,
            "later": before is not None,
        }

    shown = await looking(visit, request, read)
    return render(request, "member/points.html", words="member", here_tab="points", **shown)


@member_page
async def movement(visit: Visit, request: Request) -> Response:
    """Why: the stored verdict of one event, rule by rule. Another member's event is as unknown as none."""
    name = str(request.path_params["event"])

    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        event = await _own_event(tx, seat, name)
        moved = [one for owner in seat.owners for one in await ledger.transfers_of(tx, owner, event.event_id)]
        told = await explained(tx, seat.program, event, seat.lang, seat.units)
        places = await locations.names_of(tx, seat.program.program_id)
        return {
            "seat": seat,
            "event": event,
            "told": told,
            "title": title_of(seat, event),
            "moved": await lines_of(tx, seat, moved),
            "place": places.get(event.inputs.get("location", ""), event.inputs.get("location", "")),
        }

    shown = await looking(visit, request, read)
    return render(request, "member/movement.html", words="member", here_tab="points", **shown)


async def lines_of(tx: Tx, seat: Seat, moved: Sequence[Movement]) -> list[Line]:
    """Movements with the names of what caused them."""
    events = await journal.events_by_id(tx, {one.event_id for one in moved})
    return [_line(seat, one, events.get(one.event_id)) for one in moved]


def together(lines: Sequence[Line]) -> list[list[Line]]:
    """What one event moved in several units is one line of the history."""
    return [list(group) for _, group in groupby(lines, key=lambda line: (line.event, line.kind))]


def title_of(seat: Seat, event: StoredEvent) -> str:
    """What happened, in a word or two: the reward's or activity's own name where there is one."""
    spoken = seat.policies.spoken.activities.get(event.kind)
    if spoken:
        return seat.speech.t(spoken, event.kind)
    about = event.verdict.get("about") or {}
    kind = seat.words.get(f"event_{event.kind}", event.kind)
    name = seat.speech.t(about.get("name"), "") if isinstance(about, dict) else ""
    return f"{kind}: {name}" if name else kind


def _line(seat: Seat, one: Movement, event: StoredEvent | None) -> Line:
    code, decimals = seat.unit_of(one.unit)
    return Line(
        event=one.event_id,
        title=title_of(seat, event) if event else seat.words.get(f"moved_{one.kind}", one.kind),
        kind=seat.words.get(f"moved_{one.kind}", one.kind),
        at=one.occurred_at,
        code=code,
        decimals=decimals,
        amount=one.amount,
        pending=one.pending,
        held=one.held,
    )


async def _own_event(tx: Tx, seat: Seat, name: str) -> StoredEvent:
    try:
        event = await journal.get_event(tx, seat.program.program_id, UUID(name))
    except ValueError:
        raise EventUnknown(reference=name) from None
    mine = event.member_id in seat.owners
    for owner in seat.owners:
        mine = mine or bool(await ledger.transfers_of(tx, owner, event.event_id))
    if not mine:
        raise EventUnknown(reference=name)
    return event
