"""The real thing, to be killed: `praemia serve` as a process of its own, on a durable PostgreSQL of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from bench.processes import free_port
from praemia import access, programs
from praemia.bootstrap import open_rooms
from praemia.foundation import postgres
from praemia.foundation.settings import Settings

_ANSWERS_SECONDS = 60


@dataclass(slots=True, kw_only=True)
class House:
    """A folder with everything Praemia keeps, and the server process that lives on it."""

    folder: Path
    secret: str
    port: int
    tenant: str
    processes: int = 1
    process: subprocess.Popen[bytes] | None = None
    claims: list[postgres.Server] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        """The data folder of the PostgreSQL."""
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        """What the server processes said."""
        return self.folder / "serve.log"

    async def serve(self) -> None:
        """Start the server and wait until it answers, database and all."""
        with self.log.open("ab") as log:
            command = [*_PRAEMIA, "serve", "--port", str(self.port), "--processes", str(self.processes)]
            self.process = subprocess.Popen(command, env=self._surroundings(), stdout=log, stderr=log)
        async with httpx2.AsyncClient(base_url=self.address) as client:
            async with asyncio.timeout(_ANSWERS_SECONDS):
                while not await self._healthy(client):
                    assert self.process.poll() is None, self.log.read_text()
                    await asyncio.sleep(0.05)

    async def _healthy(self, client: httpx2.AsyncClient) -> bool:
        try:
            return (await client.get("/health")).status_code == 200
        except httpx2.TransportError:
            return False

    async def kill_server(self) -> None:
        """kill -9, as an impatient operator or the kernel would."""
        assert self.process is not None
        self.process.kill()
        await asyncio.to_thread(self.process.wait)

    def kill_a_hand(self) -> None:
        """kill -9 of one of the processes behind the port; the others go on, and it is replaced."""
        assert self.process is not None
        os.kill(hands_of(self.process.pid)[0], signal.SIGKILL)

    async def kill_postgres(self) -> None:
        """kill -9 of the postmaster, and a new one on the same folder; whoever serves has to find it by himself."""
        claimed = await asyncio.to_thread(postgres.start, self.database)
        self.claims.append(claimed)
        assert not claimed.owned
        os.kill(claimed.pid, signal.SIGKILL)
        restarted = await asyncio.to_thread(postgres.start, self.database)
        self.claims.append(restarted)
        assert restarted.owned
        assert restarted.pid != claimed.pid

    async def stop_server(self) -> int:
        """Ask the server to leave; answers its exit code."""
        assert self.process is not None
        self.process.terminate()
        return await asyncio.to_thread(self.process.wait, _ANSWERS_SECONDS)

    async def command(self, *words: str) -> tuple[int, str]:
        """Run `praemia` with these words; answers its exit code and what it printed."""
        done = await asyncio.to_thread(
            subprocess.run, [*_PRAEMIA, *words], env=self._surroundings(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        return done.returncode, done.stdout.decode()

    def leave(self) -> None:
        """End what is left running."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for claim in self.claims:
            postgres.stop(claim)

    def _surroundings(self) -> dict[str, str]:
        ours = {k: v for k, v in os.environ.items() if not k.startswith("PRAEMIA_") and k not in ("DATABASE_URL", "PORT")}
        return ours | {"PRAEMIA_STATE_DIR": str(self.folder), "PRAEMIA_TENANT": self.tenant, "COLUMNS": "300"}


_PRAEMIA = (sys.executable, "-m", "praemia")


def hands_of(pid: int) -> list[int]:
    """The processes a crew's parent has forked, the oldest first."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def build(folder: Path, source: str, *, tenant: str = "main", processes: int = 1) -> House:
    """A house with one programme in force and a key for its owner; not serving yet."""
    now = datetime.now(UTC)
    async with open_rooms(Settings(), data_dir=folder / "postgres") as rooms:
        tenant_id = await access.create_tenant(rooms.db, tenant, tenant, at=now)
        async with rooms.db.transaction(tenant_id) as tx:
            await programs.apply(tx, source, at=now, by="test")
            issued = await access.issue(tx, name="storm", scopes=["owner"], now=now)
    return House(folder=folder, secret=issued.secret, port=free_port(), tenant=tenant, processes=processes)
