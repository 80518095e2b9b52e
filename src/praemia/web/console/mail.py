"""Mail: whether any leaves, and what waits. Staff read that of a sandbox; of a live programme only when and whether: it holds codes."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import messaging
from praemia.foundation.db import Tx
from praemia.programs import Mode
from praemia.web.console.desk import Desk, at_desk, show
from praemia.web.doors import staff_page
from praemia.web.sessions import Visit

_PAGE = 50


@staff_page("messaging:mail:read")
async def mail(visit: Visit, request: Request) -> Response:
    """The newest mails of the programme and of the staff."""

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        rooms = desk.face.rooms
        return {
            "posted": await messaging.outbox(tx, rooms.vault, program_id=desk.program.program_id, limit=_PAGE),
            "leaves": rooms.settings.smtp_url is not None,
            "readable": desk.program.mode is Mode.SANDBOX,
        }

    return show(request, visit, "console/mail.html", here="mail", **await at_desk(visit, request, read))
