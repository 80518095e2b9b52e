"""Forgets, every hour, what is personal and over: ended sessions, sent mails, windows of attempts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog

from praemia import identity
from praemia.foundation.db import Database

_EVERY_SECONDS = 3600
_FIRST_AFTER_SECONDS = 120
log = structlog.get_logger(__name__)


async def keep_sweeping(db: Database) -> None:
    """Sweep every hour, for ever. A failure is logged and tried again an hour later."""
    await asyncio.sleep(_FIRST_AFTER_SECONDS)
    while True:
        try:
            await identity.sweep(db, now=datetime.now(UTC))
        except Exception:
            log.exception("sweeping.failed")
        await asyncio.sleep(_EVERY_SECONDS)
