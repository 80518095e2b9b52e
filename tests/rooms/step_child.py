"""A worker to be killed: does the jobs of a database, and dies by its own hand at a named moment.

    python -m tests.rooms.step_child DSN NOW (before|after) STEP LOG

`before` dies when the world is about to be asked for STEP, `after` when the world has done it and nothing is written yet.
Every request to the world is written to LOG as `step key`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from praemia.foundation.db import connect
from praemia.worker.jobs import do_due


async def main(dsn: str, now: str, when: str, fatal: str, log: str) -> None:
    async def step(name: str, _redemption: str, key: str) -> None:
        if name == fatal and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        with Path(log).open("a") as kept:
            kept.write(f"{name} {key}\n")
        if name == fatal and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    db = await connect(dsn, size=2)
    while await do_due(db, datetime.fromisoformat(now), step=step):
        pass
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
