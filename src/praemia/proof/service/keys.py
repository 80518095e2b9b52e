"""Keys that sign checkpoints: made here, kept by the operator; only the public half is stored."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from praemia import access
from praemia.foundation.db import Tx
from praemia.proof import store
from praemia.proof.core.signing import key_id_of
from praemia.proof.model import ProofKey


def new_key() -> Ed25519PrivateKey:
    """A new key. Whoever asks keeps it; nothing of it stays here."""
    return Ed25519PrivateKey.generate()


async def introduce(tx: Tx, public: bytes, *, name: str, now: datetime, by: access.Actor) -> ProofKey:
    """Make the public half of a key known. Audited; a known key stays as it is."""
    key_id = key_id_of(public)
    known = (await store.keys(tx)).get(key_id)
    if known is not None:
        return known
    key = ProofKey(key_id=key_id, name=name, public=public, made_at=now)
    await store.insert_key(tx, key)
    await access.note(tx, by, "proof.key.introduced", key_id, at=now, new={"name": name, "public": public.hex()})
    return key


async def keys_of(tx: Tx) -> list[ProofKey]:
    """The public keys of the tenant, oldest first."""
    return list((await store.keys(tx)).values())
