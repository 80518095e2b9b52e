"""Where this server sends no mail, pages say so; in the demonstration everybody may read what waits for them."""

from __future__ import annotations

from starlette.requests import Request

from praemia import identity, messaging
from praemia.web.doors import place_of
from praemia.web.face import face_of

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
