"""Where this server sends no mail, pages say so; in a sandbox staff, and in the demonstration everybody, may read what waits."""

from __future__ import annotations

from dataclasses import replace

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
    """The newest mails: of a sandbox with their texts. Of a live programme, and of staff, only what became of them: they hold codes."""
    face, place = face_of(request), place_of(request)
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        mine = await messaging.outbox(tx, face.rooms.vault, program_id=visit.program_id, limit=_PAGE)
        staff = await messaging.outbox(tx, face.rooms.vault, program_id=None, limit=_PAGE)
    sealed = [replace(one, mail=None) for one in (staff if place.sandbox else [*mine, *staff])]
    posted = sorted([*(mine if place.sandbox else ()), *sealed], key=lambda one: one.made_at, reverse=True)[:_PAGE]
    stale = face.now() - messaging.STALE_AFTER
    return render(
        request, "sign_in/outbox.html", words="sign_in", posted=posted, stale=stale, waits=waits_here(request), sandbox=place.sandbox
    )
