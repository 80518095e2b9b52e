"""`praemia serve` as a process: whoever asks it to leave is obeyed, and that is no failure."""

from __future__ import annotations

import asyncio
import json
import os
import re
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


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.skipif(sys.platform != "linux", reason="Linux only"))])
async def test_port_0_is_one_free_port_for_all_and_is_named(processes: int, database: str, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "praemia", "serve", "--port", "0", "--processes", str(processes)),
        env={**os.environ, "DATABASE_URL": database, "PRAEMIA_STATE_DIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        said = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        named = re.search(r"Praemia answers on http://127.0.0.1:([1-9]\d*)", said)
        assert named is not None, said
        port = int(named[1])
        async with asyncio.timeout(PATIENCE):
            await answers(port)
            while sys.platform == "linux" and _listening_on(port) != processes:  # noqa: ASYNC110 -- the kernel signals nothing
                await asyncio.sleep(0.05)
        process.terminate()
        _, logged = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, logged
    bound = next(line for line in map(json.loads, logged.splitlines()) if line["event"] == "server.bound")
    assert (bound["port"], bound["processes"]) == (port, processes)


def _listening_on(port: int) -> int:
    """How many sockets of this machine listen on the port over IPv4."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(1 for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A")
