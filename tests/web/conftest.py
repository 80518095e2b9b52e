"""A real server for each test that asks: uvicorn on a port of its own, in a thread with its own loop, on a fresh database.

site     a server and its tenant for this test alone
house    a server with the café for a module's tests
owner    somebody who may change everything, at the console of that café
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import uvicorn

from praemia import access
from praemia.foundation.db import Database, connect
from praemia.foundation.settings import Settings
from praemia.foundation.vault import Vault
from praemia.web.app import create_app
from praemia.web.face import Demo
from praemia.web.serving import Http

if TYPE_CHECKING:
    from tests.web.office import Staff

CAFE = Path(__file__).resolve().parents[2] / "examples" / "customer-cafe.yaml"
LENIENT, _, _ = CAFE.read_text("utf-8").partition("\n# Support corrects")
"""The café where any correction may be made by anybody for any reason."""
START = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)  # a Tuesday morning


@dataclass(slots=True, kw_only=True)
class ShownDemo:
    tenant_id: int
    program: str
    member: str
    secret: str


@dataclass(slots=True, kw_only=True)
class OpenedRooms:
    db: Database
    settings: Settings = field(default_factory=lambda: Settings(password_memory_kib=64, password_passes=1))
    vault: Vault = field(default_factory=lambda: Vault({1: bytes(range(32))}))
    demo: Demo | None = None


@dataclass(slots=True, kw_only=True)
class Site:
    """A running server with one tenant and the key of its owner."""

    address: str
    tenant_id: int
    owner: str
    rooms: OpenedRooms
    app: Any
    loop: asyncio.AbstractEventLoop
    _clients: list[httpx2.Client] = field(default_factory=list)

    def run(self, work: Callable[[Database], Any]) -> Any:
        """Do something with the database in the server's own loop."""
        return asyncio.run_coroutine_threadsafe(work(self.rooms.db), self.loop).result(30)

    def key(self, *scopes: str, **wish: Any) -> str:
        """The text of a new key."""

        async def issue(db: Database) -> access.IssuedKey:
            async with db.transaction(self.tenant_id) as tx:
                return await access.issue(tx, name="a key", scopes=scopes, now=datetime.now(UTC), **wish)

        issued: access.IssuedKey = self.run(issue)
        return issued.secret

    def client(self, secret: str | None = None) -> httpx2.Client:
        """A client with a key: the owner's, or another; an empty text means none."""
        secret = self.owner if secret is None else secret
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        made = httpx2.Client(base_url=self.address, headers=headers, timeout=30)
        self._clients.append(made)
        return made

    def cafe(self, slug: str = "cafe") -> Program:
        """The café programme in a sandbox whose clock stands still."""
        client = self.client()
        source = LENIENT.replace("program: cafe", f"program: {slug}")
        answer = client.put(
            f"/v1/programs/{slug}",
            params={"mode": "sandbox", "clock": START.isoformat()},
            content=source,
            headers={"Content-Type": "application/yaml"},
        )
        assert answer.status_code == 201, answer.text
        return Program(client, slug)

    def close(self) -> None:
        for client in self._clients:
            client.close()


@dataclass(slots=True)
class Program:
    """Short words for one programme's routes."""

    client: httpx2.Client
    slug: str

    def path(self, rest: str = "") -> str:
        return f"/v1/programs/{self.slug}{rest}"

    def post(self, rest: str, body: Any, **headers: str) -> httpx2.Response:
        return self.client.post(self.path(rest), json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def get(self, rest: str = "", **query: Any) -> httpx2.Response:
        return self.client.get(self.path(rest), params=query or None)

    def enrol(self, reference: str, **more: Any) -> httpx2.Response:
        answer = self.post("/members", {"reference": reference, **more})
        assert answer.status_code == 201, answer.text
        return answer

    def balance(self, reference: str, unit: str = "points") -> int:
        held = self.get(f"/members/{reference}/balances").json()["balances"]
        return next(int(each["available"]) for each in held if each["unit"] == unit)


def purchase(order: str, member: str | None = "anna", amount_minor: int = 1000, **more: Any) -> dict[str, Any]:
    """A purchase of one plain line."""
    body = {"order": order, "lines": [{"sku": "beans", "amount_minor": amount_minor}], **more}
    return body if member is None else {"member": member, **body}


@pytest.fixture
def site(database: str) -> Iterator[Site]:
    yield from running_site(database)


@pytest.fixture(scope="module")
def house(module_database: str) -> Iterator[tuple[Site, Program]]:
    """A server with the café for all tests of a module: for pages that are read, and forms that `owner` finds as they were."""
    for site in running_site(module_database):
        yield site, site.cafe()


@pytest.fixture
def owner(house: tuple[Site, Program]) -> Iterator[Staff]:
    """An owner at the console of the café as it is in the examples, without a draft."""
    from tests.web.office import owner_of

    someone = owner_of(*house)
    someone.post("/discard")
    yield someone
    someone.close()


def running_site(database: str, **options: Any) -> Iterator[Site]:
    """Start a server, yield it, stop it gracefully."""
    ready: threading.Event = threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        db = await connect(database, size=8)
        tenant_id = await access.create_tenant(db, "acme", "Acme", at=START)
        async with db.transaction(tenant_id) as tx:
            owner = (await access.issue(tx, name="owner", scopes=["owner"], now=START)).secret
        rooms = OpenedRooms(db=db)
        app = create_app(rooms, **options)
        server = uvicorn.Server(uvicorn.Config(app, http=Http, host="127.0.0.1", port=0, log_level="warning", access_log=False))
        task = asyncio.create_task(server.serve())
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has a flag, no event
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        site = Site(
            address=f"http://127.0.0.1:{port}", tenant_id=tenant_id, owner=owner, rooms=rooms, app=app, loop=asyncio.get_running_loop()
        )
        found.update(site=site, server=server)
        ready.set()
        await task
        await db.close()

    def whole() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            found["error"] = error
            ready.set()
            raise

    thread = threading.Thread(target=whole)
    thread.start()
    assert ready.wait(30)
    if "error" in found:
        raise found["error"]
    site: Site = found["site"]
    try:
        yield site
    finally:
        site.close()
        found["server"].should_exit = True
        thread.join(30)
        assert not thread.is_alive()
