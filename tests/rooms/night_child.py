"""A process that lives the nights that are due, to be killed in the middle: `python -m tests.rooms.night_child DSN NOW`."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from praemia.foundation.db import connect
from praemia.worker.nights import live_due


async def main(dsn: str, now: str) -> None:
    """Live everything that is due, then say so."""
    db = await connect(dsn, size=2)
    print(await live_due(db, datetime.fromisoformat(now)))
    await db.close()


asyncio.run(main(*sys.argv[1:]))
