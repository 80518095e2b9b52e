"""Sessions: an opaque token in the browser, its digest here, over when unused, too old, or ended by whoever it belongs to.

A session never changes hands: signing in begins a new one and ends the one before. The token names its tenant and session, so that
it is looked up inside the tenant, in the bucket of its subject.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from praemia.access import SECRET_BYTES, read_token, spell_token, token_digest
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.identity import store
from praemia.identity.model import IDLE, LASTS, Begun, Kind, Means, Session

_SEEN_EVERY = timedelta(minutes=5)  # a write at every request would cost more than it tells
DEVICE_LENGTH = 120


async def begin_session(
    tx: Tx,
    kind: Kind,
    subject_id: UUID,
    *,
    program_id: int | None,
    means: Means,
    device: str,
    now: datetime,
    instead_of: Session | None = None,
) -> Begun:
    """Sign a browser in, in the place of a session it had. Answers the token, once."""
    if instead_of is not None:
        await store.end_session(tx, instead_of.subject_id, instead_of.session_id, now)
    session = Session(
        session_id=new_id(bucket_of(subject_id)),
        kind=kind,
        subject_id=subject_id,
        program_id=program_id,
        means=means,
        made_at=now,
        proved_at=now,
        seen_at=now,
        expires_at=now + LASTS[kind],
        device=device[:DEVICE_LENGTH],
    )
    token = spell_token(tx.tenant_id, session.session_id, secrets.token_bytes(SECRET_BYTES))
    await store.insert_session(tx, session, token_digest(token))
    return Begun(session=session, token=token)


async def open_session(tx: Tx, token: str, *, now: datetime) -> Session | None:
    """The session of a token, or None: not ours, ended, unused too long, too old."""
    read = read_token(token)
    if read is None or read[0] != tx.tenant_id:
        return None
    found = await store.find_session(tx, read[1])
    if found is None or not hmac.compare_digest(found[1], read[2]):
        return None
    session = found[0]
    if now >= session.expires_at or now >= session.seen_at + IDLE[session.kind]:
        return None
    if now >= session.seen_at + _SEEN_EVERY:
        await store.see_session(tx, session.session_id, now)
    return session


async def sessions_of(tx: Tx, subject_id: UUID, *, now: datetime) -> list[Session]:
    """Where somebody is signed in, the last used first."""
    found = await store.sessions_of(tx, subject_id)
    return [each for each in found if now < each.expires_at and now < each.seen_at + IDLE[each.kind]]


async def end_session(tx: Tx, subject_id: UUID, session_id: UUID, *, now: datetime) -> None:
    """Sign one browser of somebody out; another's sessions are not touched."""
    await store.end_session(tx, subject_id, session_id, now)


async def end_sessions(tx: Tx, subject_id: UUID, *, now: datetime, but: UUID | None = None) -> None:
    """Sign somebody out everywhere, but for one session if named."""
    await store.end_sessions(tx, subject_id, but, now)
