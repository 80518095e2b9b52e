"""Processes of a run: started with their output in a file, awaited until they answer, ended by their own number."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

PATIENCE_SECONDS = 60.0
GRACE_SECONDS = 20.0
CHECKOUT = Path(__file__).resolve().parent.parent
_STEERING = {"DATABASE_URL", "PORT"}


class DidNotRun(Exception):
    """A process of the run failed; the message holds the end of what it said."""


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without what would steer the product or libpq elsewhere, with this checkout importable."""
    kept = {name: value for name, value in os.environ.items() if name not in _STEERING and not name.startswith(("PRAEMIA_", "PG"))}
    path = os.pathsep.join(filter(None, (str(CHECKOUT), kept.get("PYTHONPATH"))))
    return {**kept, "PYTHONPATH": path, **extra}


def free_port() -> int:
    """A port nobody listens on at the moment, below those the kernel lends to whoever connects (32768 and up on Linux): one of these
    may be on loan again before a server has come up on it."""
    for port in random.sample(range(20_000, 32_000), 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise DidNotRun("no free port between 20000 and 32000")


@contextlib.asynccontextmanager
async def serving(command: Sequence[str], *, port: int, log: Path, env: Mapping[str, str]) -> AsyncIterator[Process]:
    """A server that takes connections on `port`, for the length of the block."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(*command, stdout=output, stderr=output, env=environment(env))
    try:
        await _answers(process, port, log)
        yield process
    finally:
        await _end(process)


async def said_by(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, stdin: bytes | None = None) -> str:
    """Run a command to its end and answer what it printed. Raises DidNotRun when it fails."""
    code, text = await outcome_of(command, env=env, stdin=stdin)
    if code:
        raise DidNotRun(f"{Path(command[0]).name} ended with {code}: {text[-1500:].strip()}")
    return text


async def outcome_of(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, stdin: bytes | None = None) -> tuple[int, str]:
    """The exit code of a command and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE if stdin is not None else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment(env or {}),
    )
    try:
        output, _ = await process.communicate(stdin)
    except BaseException:
        await _end(process)
        raise
    return process.returncode or 0, output.decode(errors="replace")


async def _answers(process: Process, port: int, log: Path) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        if process.returncode is not None:
            break
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    raise DidNotRun(f"the server did not answer: {log.read_text(errors='replace')[-1500:].strip()}")


async def _end(process: Process) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
