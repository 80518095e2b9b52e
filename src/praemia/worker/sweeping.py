"""Forgets, every hour, what is over: ended sessions, sent mails, windows of attempts, and after a while jobs that are done."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from praemia import identity
from praemia.foundation import jobs
from praemia.foundation.db import Database

_EVERY_SECONDS = 3600
_FIRST_AFTER_SECONDS = 120
log = logging.getLogger(__name__)


async def keep_sweeping(db: Database, *, keep_jobs: timedelta) -> None:
    """Sweep every hour, for ever. A failure is logged and tried again an hour later."""
    await asyncio.sleep(_FIRST_AFTER_SECONDS)
    while True:
        try:
            now = datetime.now(UTC)
            await identity.sweep(db, now=now)
            await jobs.sweep(db, before=now - keep_jobs)
        except Exception:
            log.exception("sweeping.failed")
        await asyncio.sleep(_EVERY_SECONDS)
