"""`praemia serve` as a process: whoever asks it to leave is obeyed, and that is no failure."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bench.processes import free_port

PATIENCE = 60


async def answers(port: int) -> None:
    """Until the door opens: it does when everything behind it is there."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_that_is_asked_to_leave_ends_well(sign: signal.Signals, database: str, tmp_path: Path) -> None:
    port = free_port()
    surroundings = {**os.environ, "DATABASE_URL": database, "PRAEMIA_STATE_DIR": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "praemia", "serve", "--port", str(port)),
        env=surroundings,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await asyncio.wait_for(answers(port), PATIENCE)
        process.send_signal(sign)
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
    assert (process.returncode, b"Traceback" in said) == (0, False), said.decode()
