"""Where this server sends no mail, pages say so; in a sandbox staff, and in the demonstration everybody, may read what waits."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import identity, messaging
from praemia.web.doors import place_of, staff_page
from praemia.web.face import face_of
from praemia.web.frame import render
from praemia.web.sessions import Visit

_PAGE = 50


def waits_here(request: Request) -> bool:
    """Whether mail stays in the outbox, because nobody said where it leaves."""
    return face_of(request).rooms.settings.smtp_url is None


async def shown_mail(request: Request, email: str) -> str:
    """The newest mail to an address, in the demonstration's sandbox only, where no mail leaves; else nothing."""
    face, place = face_of(request), place_of(request)
    demo = face.rooms.demo
    if not waits_here(request) or demo is None or (demo.tenant_id, demo.program) != (place.tenant_id, place.slug) or not place.sandbox:
        return ""
    async with face.rooms.db.transaction(place.tenant_id) as tx:
        posted = await messaging.outbox(tx, face.rooms.vault, program_id=place.program_id, limit=_PAGE)
    to = identity.email_of(email)
    return next((each.mail.text for each in posted if each.mail is not None and each.mail.to == to), "")


@staff_page("messaging:mail:read")
async def outbox_page(visit: Visit, request: Request) -> Response:
    """The newest mails of a sandbox and of its tenant's staff. Of a live programme there is nothing to see: they hold codes."""
    face, place = face_of(request), place_of(request)
    if not place.sandbox:
        raise HTTPException(404)
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        posted = await messaging.outbox(tx, face.rooms.vault, program_id=visit.program_id, limit=_PAGE)
    return render(request, "sign_in/outbox.html", words="sign_in", posted=posted, waits=waits_here(request))
