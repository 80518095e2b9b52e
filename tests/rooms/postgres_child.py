"""Processes that start a server of their own, and what the launcher's tests ask of one."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg

from praemia.foundation import postgres

CHILD = """
import json, sys, time
from pathlib import Path
from praemia.foundation import postgres
from praemia.foundation.errors import DomainError
order = json.loads(sys.argv[1])
try:
    server = postgres.start(Path(order["data_dir"]), source=order["source"], state=Path(order["state"]))
except DomainError as refusal:
    print(json.dumps({"refused": refusal.code, "message": str(refusal)}), flush=True)
    sys.exit(1)
print(json.dumps({"dsn": server.dsn, "pid": server.pid, "owned": server.owned}), flush=True)
sys.stdin.read()
postgres.stop(server)
"""


class Child:
    """A process that starts a server, tells about it, and stops it when its input ends."""

    def __init__(
        self, data_dir: Path, source: postgres.Source = "auto", *, state: Path | None = None, wait: bool = True, **popen: Any
    ) -> None:
        order = {"data_dir": str(data_dir), "source": source, "state": str(state or data_dir.parent / "state")}
        command = [popen.pop("python", sys.executable), "-c", CHILD, json.dumps(order)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen)
        self.said: dict[str, Any] = self.listen() if wait else {}

    def listen(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        self.said = json.loads(self.process.stdout.readline())
        return self.said

    def leave(self) -> None:
        if self.process.poll() is None:
            self.process.communicate(timeout=60)
        self._close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self._close()

    def _close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()


def ask(dsn: str, statement: str) -> Any:
    async def run() -> Any:
        conn = await asyncpg.connect(dsn, timeout=20)
        try:
            return await conn.fetchval(statement)
        finally:
            await conn.close()

    return asyncio.run(run())


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
