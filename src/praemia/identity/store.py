"""One function per statement of identity: rows in, values out. Sealed fields pass through as bytes; the verbs open them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of
from praemia.foundation.sql import queries
from praemia.identity.model import Kind, Means, Passkey, PasswordMark, Session

_Q = "praemia.identity"


def _of(tx: Tx, subject_id: UUID) -> dict[str, Any]:
    """What leads every key of a subject's rows."""
    return {"bucket": bucket_of(subject_id), "tenant_id": tx.tenant_id, "subject_id": subject_id}


async def insert_session(tx: Tx, session: Session, digest: bytes) -> None:
    """Keep a session that begins."""
    await queries(_Q).insert_session(
        tx.conn,
        **_of(tx, session.subject_id),
        session_id=session.session_id,
        kind=session.kind.value,
        program_id=session.program_id or 0,
        digest=digest,
        means=session.means.value,
        at=session.made_at,
        expires_at=session.expires_at,
        device=session.device,
    )


async def find_session(tx: Tx, session_id: UUID) -> tuple[Session, bytes] | None:
    """A session that was not ended, with the digest of its token."""
    row = await queries(_Q).find_session(tx.conn, bucket=bucket_of(session_id), tenant_id=tx.tenant_id, session_id=session_id)
    return (_session(row), row["digest"]) if row else None


async def sessions_of(tx: Tx, subject_id: UUID) -> list[Session]:
    """The sessions of somebody that were not ended."""
    return [_session(row) for row in await queries(_Q).sessions_of(tx.conn, **_of(tx, subject_id))]


async def see_session(tx: Tx, session_id: UUID, at: datetime) -> None:
    """It was used."""
    await queries(_Q).see_session(tx.conn, bucket=bucket_of(session_id), tenant_id=tx.tenant_id, session_id=session_id, at=at)


async def end_session(tx: Tx, subject_id: UUID, session_id: UUID, at: datetime) -> None:
    """It is over."""
    await queries(_Q).end_session(tx.conn, **_of(tx, subject_id), session_id=session_id, at=at)


async def end_sessions(tx: Tx, subject_id: UUID, kept: UUID | None, at: datetime) -> None:
    """All are over but the kept one."""
    await queries(_Q).end_sessions(tx.conn, **_of(tx, subject_id), kept=kept, at=at)


def _session(row: Any) -> Session:
    return Session(
        session_id=row["session_id"],
        kind=Kind(row["kind"]),
        subject_id=row["subject_id"],
        program_id=row["program_id"] or None,
        means=Means(row["means"]),
        made_at=row["made_at"],
        proved_at=row["proved_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        device=row["device"],
    )


async def claim_key(tx: Tx, program_id: int, bucket: int, key: bytes, subject_id: UUID) -> UUID:
    """Take an address for somebody; whose it is now."""
    owner: UUID = await queries(_Q).claim_key(
        tx.conn, bucket=bucket, tenant_id=tx.tenant_id, program_id=program_id, key=key, subject_id=subject_id
    )
    return owner


async def find_key(tx: Tx, program_id: int, bucket: int, key: bytes) -> UUID | None:
    """Whose address it is."""
    owner: UUID | None = await queries(_Q).find_key(tx.conn, bucket=bucket, tenant_id=tx.tenant_id, program_id=program_id, key=key)
    return owner


async def free_key(tx: Tx, program_id: int, bucket: int, key: bytes, subject_id: UUID, noise: bytes) -> None:
    """Nothing of it stays."""
    await queries(_Q).free_key(
        tx.conn, bucket=bucket, tenant_id=tx.tenant_id, program_id=program_id, key=key, subject_id=subject_id, noise=noise
    )


async def find_staff(conn: Any, key: bytes) -> list[tuple[int, UUID]]:
    """(tenant, staff) whose address it is; `conn` belongs to no tenant yet."""
    return [(row["tenant_id"], row["subject_id"]) for row in await queries(_Q).find_staff(conn, key=key)]


async def set_contact(
    tx: Tx,
    subject_id: UUID,
    program_id: int,
    *,
    email: bytes | None,
    name: bytes | None,
    lang: str | None,
    verified_at: datetime | None,
    at: datetime,
) -> None:
    """Who somebody is to us, sealed."""
    await queries(_Q).set_contact(
        tx.conn, **_of(tx, subject_id), program_id=program_id, email=email, name=name, lang=lang, verified_at=verified_at, at=at
    )


async def contacts(tx: Tx, subjects: Sequence[UUID]) -> list[Any]:
    """Bare rows of contacts."""
    return list(
        await queries(_Q).contacts(tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(each) for each in subjects], subjects=list(subjects))
    )


async def erase_contact(tx: Tx, subject_id: UUID, at: datetime) -> None:
    """Forget who somebody is."""
    await queries(_Q).erase_contact(tx.conn, **_of(tx, subject_id), at=at)


async def set_password(tx: Tx, subject_id: UUID, hashed: str | None, at: datetime) -> None:
    """Keep a password's hash, or (None) take it out."""
    await queries(_Q).set_password(tx.conn, **_of(tx, subject_id), hash=hashed, at=at)


async def password(tx: Tx, subject_id: UUID) -> PasswordMark | None:
    """The password of somebody."""
    row = await queries(_Q).password(tx.conn, **_of(tx, subject_id))
    return PasswordMark(**dict(row)) if row else None


async def skip_factor(tx: Tx, subject_id: UUID, at: datetime) -> None:
    """A second factor was put off."""
    await queries(_Q).skip_factor(tx.conn, **_of(tx, subject_id), at=at)


async def insert_passkey(tx: Tx, subject_id: UUID, passkey: Passkey) -> bool:
    """Keep a passkey; False when it is registered already."""
    kept = await queries(_Q).insert_passkey(
        tx.conn,
        **_of(tx, subject_id),
        credential_id=passkey.credential_id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        name=passkey.name,
        at=passkey.made_at,
    )
    return kept is not None


async def passkeys(tx: Tx, subject_id: UUID) -> list[Passkey]:
    """The passkeys of somebody."""
    return [Passkey(**dict(row)) for row in await queries(_Q).passkeys(tx.conn, **_of(tx, subject_id))]


async def use_passkey(tx: Tx, subject_id: UUID, credential_id: bytes, sign_count: int, at: datetime) -> None:
    """It was used."""
    await queries(_Q).use_passkey(tx.conn, **_of(tx, subject_id), credential_id=credential_id, sign_count=sign_count, at=at)


async def remove_passkey(tx: Tx, subject_id: UUID, credential_id: bytes | None, at: datetime) -> None:
    """It, or (None) every one of somebody's, opens nothing any more."""
    if credential_id is None:
        await queries(_Q).remove_passkeys(tx.conn, **_of(tx, subject_id), at=at)
    else:
        await queries(_Q).remove_passkey(tx.conn, **_of(tx, subject_id), credential_id=credential_id, at=at)


async def set_authenticator(tx: Tx, subject_id: UUID, secret: bytes | None, at: datetime) -> None:
    """A new secret, sealed, or (None) none any more."""
    await queries(_Q).set_authenticator(tx.conn, **_of(tx, subject_id), secret=secret, at=at)


async def lock_authenticator(tx: Tx, subject_id: UUID) -> Any:
    """The bare row of somebody's authenticator, locked, or None."""
    return await queries(_Q).lock_authenticator(tx.conn, **_of(tx, subject_id))


async def step_authenticator(tx: Tx, subject_id: UUID, last_step: int, confirmed_at: datetime) -> None:
    """A time step was used up."""
    await queries(_Q).step_authenticator(tx.conn, **_of(tx, subject_id), last_step=last_step, confirmed_at=confirmed_at)


async def replace_recovery_codes(tx: Tx, subject_id: UUID, digests: Sequence[bytes], at: datetime) -> None:
    """These codes count, those before do not."""
    await queries(_Q).void_recovery_codes(tx.conn, **_of(tx, subject_id), at=at)
    if digests:
        await queries(_Q).insert_recovery_codes(tx.conn, **_of(tx, subject_id), digests=list(digests), at=at)


async def use_recovery_code(tx: Tx, subject_id: UUID, digest: bytes, at: datetime) -> bool:
    """Use one up; False when there is none."""
    return await queries(_Q).use_recovery_code(tx.conn, **_of(tx, subject_id), digest=digest, at=at) is not None


async def count_recovery_codes(tx: Tx, subject_id: UUID) -> int:
    """How many are left."""
    return int(await queries(_Q).count_recovery_codes(tx.conn, **_of(tx, subject_id)))


async def count_attempt(conn: Any, key: bytes, at: datetime, until: datetime) -> tuple[int, datetime]:
    """How many attempts there were within the window, and when it ends. `conn` may belong to no tenant."""
    row = await queries(_Q).count_attempt(conn, key=key, at=at, until=until)
    return row["used"], row["until"]


async def clear_attempts(conn: Any, key: bytes, at: datetime) -> None:
    """The window is over."""
    await queries(_Q).clear_attempts(conn, key=key, at=at)


async def sweep(conn: Any, before: datetime) -> None:
    """Forget what is over."""
    await queries(_Q).sweep(conn, before=before)
