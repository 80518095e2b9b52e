"""Mail: whether any leaves, and what became of each. A sandbox's is read whole; of a live programme, and of staff, only what it was: it
holds codes."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import messaging
from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.programs import Mode
from praemia.web.console.desk import Desk, at_desk, show
from praemia.web.doors import staff_page
from praemia.web.sessions import Visit

_PAGE = 50


@staff_page("messaging:mail:read")
async def mail(visit: Visit, request: Request) -> Response:
    """The newest mails of the programme and of the operator's staff."""

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        rooms = desk.face.rooms
        is_read = desk.program.mode is Mode.SANDBOX
        mine = await messaging.outbox(tx, rooms.vault, program_id=desk.program.program_id, limit=_PAGE)
        staff = await messaging.outbox(tx, rooms.vault, program_id=None, limit=_PAGE)
        sealed = [replace(one, mail=None) for one in (staff if is_read else [*mine, *staff])]
        return {
            "posted": sorted([*(mine if is_read else ()), *sealed], key=lambda one: one.made_at, reverse=True)[:_PAGE],
            "leaves": rooms.settings.smtp_url is not None,
            "is_read": is_read,
            "stale": desk.now - messaging.STALE_AFTER,
        }

    return show(request, visit, "console/mail.html", here="mail", **await at_desk(visit, request, read))
