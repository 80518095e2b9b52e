"""A process that lives the nights that are due, to be killed in the middle: `python -m tests.rooms.night_child DSN NOW`."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from praemia import nights
from praemia.foundation.db import connect


async def main(dsn: str, now: str) -> None:
    """Live what is due of the café of the first tenant, in small pages, with a breath after each so that somebody can look."""
    db, more = await connect(dsn, size=2), True
    while more:
        page = await db.run(1, lambda tx: nights.live_page(tx, "cafe", now=datetime.fromisoformat(now), owners=1))
        more = page.more
        await asyncio.sleep(0.02)
    await db.close()


asyncio.run(main(*sys.argv[1:]))
