"""Seals what was posted, every hour, and signs it where the operator's key is at hand.

Any number of processes may run it: of two at once one makes the checkpoint, the other finds it made.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from praemia import proof
from praemia.access import all_tenants
from praemia.foundation.db import Database, Tx

_EVERY_SECONDS = 3600
_FIRST_AFTER_SECONDS = 60  # a server that starts has more urgent things to do
log = logging.getLogger(__name__)


async def keep_sealing(db: Database, key_file: Path | None) -> None:
    """Seal every hour, for ever. A failure is logged and tried again an hour later."""
    await asyncio.sleep(_FIRST_AFTER_SECONDS)
    while True:
        try:
            await seal_all(db, datetime.now(UTC), key_file)
        except Exception:
            log.exception("seals.failed")
        await asyncio.sleep(_EVERY_SECONDS)


async def seal_all(db: Database, now: datetime, key_file: Path | None) -> int:
    """Seal for every tenant; answers how many transfers were sealed. The key is read anew each time and kept nowhere."""
    key = proof.read_private(key_file.read_bytes()) if key_file else None
    rows = 0
    for tenant_id in await all_tenants(db):
        sealed = await db.run(tenant_id, _seal(now, key))
        rows += sealed.rows
        if sealed.is_new and sealed.checkpoint is not None:
            log.info(
                "seals.made",
                extra={"tenant": tenant_id, "checkpoint": sealed.checkpoint.number, "rows": sealed.rows, "signed": sealed.is_signed},
            )
    return rows


def _seal(now: datetime, key: Ed25519PrivateKey | None) -> Callable[[Tx], Awaitable[proof.Sealed]]:
    async def work(tx: Tx) -> proof.Sealed:
        return await proof.seal(tx, now=now, key=key)

    return work
