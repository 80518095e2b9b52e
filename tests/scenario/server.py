"""The real thing to play on: the product's own composition on a given database, served by uvicorn on a free port, and a key.

Whoever knows how the product is put together and how a key is issued is this module alone; the rest speaks HTTP.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import uvicorn

from praemia import access
from praemia.bootstrap import Rooms, open_rooms
from praemia.foundation import postgres
from praemia.foundation.settings import Settings
from praemia.web.app import create_app
from praemia.web.serving import Http

TENANT = "stories"
_ANSWER_SECONDS = 60
# Nothing here has to survive a power cut.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@asynccontextmanager
async def on_a_database_of_its_own() -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server on a PostgreSQL that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="praemia-stories-") as folder, postgres.running(Path(folder), settings=_FAST) as server:
        async with on_database(server.dsn) as client:
            yield client


@asynccontextmanager
async def on_database(dsn: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server on that database."""
    async with open_rooms(Settings(DATABASE_URL=dsn)) as rooms:  # type: ignore[call-arg]
        secret = await _key(rooms)
        async with (
            _served(rooms) as address,
            httpx2.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {secret}"}, timeout=_ANSWER_SECONDS) as client,
        ):
            yield client


@asynccontextmanager
async def _served(rooms: Rooms) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(rooms), http=Http, log_level="warning", access_log=False))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            while not server.started and not running.done():  # noqa: ASYNC110 - uvicorn has a flag, no event
                await asyncio.sleep(0.02)
            if running.done():
                await running
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


async def _key(rooms: Rooms) -> str:
    now = datetime.now(UTC)
    tenant = await access.create_tenant(rooms.db, TENANT, "Stories", at=now)
    async with rooms.db.transaction(tenant) as tx:
        return (await access.issue(tx, name="stories", scopes=["owner"], now=now)).secret
