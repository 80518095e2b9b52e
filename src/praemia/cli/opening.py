"""What a command is given: how to open the rooms, how to serve, and the settings. Carried by typer's context object."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from socket import socket
from typing import Any, Protocol, TypeVar

import typer

from praemia.access import Actor, create_tenant, tenant_of
from praemia.foundation import loop
from praemia.foundation.db import Database
from praemia.foundation.settings import Settings
from praemia.foundation.vault import Vault

T = TypeVar("T")


class Rooms(Protocol):
    """The rooms as a command sees them."""

    db: Database
    settings: Settings
    dsn: str
    vault: Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What the composition root hands to the command line."""

    open_rooms: Callable[..., AbstractAsyncContextManager[Any]]
    listening: Callable[[str, int], AbstractContextManager[tuple[int, list[socket]]]]
    serve: Callable[..., Awaitable[None]]
    serve_together: Callable[..., None]
    settings: Callable[[], Settings]

    def run(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """Open the rooms, do `work` with them, close them, answer its result."""

        async def go() -> T:
            async with self.open_rooms(self.settings()) as rooms:
                return await work(rooms)

        return loop.run(go())


def opened(context: typer.Context) -> Opened:
    """What the composition root put into the context."""
    found = context.find_root().obj
    assert isinstance(found, Opened)
    return found


def address_of(host: str, port: int) -> str:
    """Where a browser finds a server of this machine: an IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def operator(name: str | None = None) -> Actor:
    """Who sits at the command line, for the audit log: a name that was given, or the account of the machine."""
    if name is None:
        try:
            name = getpass.getuser()
        except (KeyError, OSError):  # an account without a name
            name = "somebody"
    return Actor(name=name, origin="command line")


async def speaks_for(rooms: Rooms, tenant: str | None = None) -> int:
    """The id of the tenant the command speaks for: the named one, or the one of the settings, made when it is missing."""
    if tenant is not None:
        return await tenant_of(rooms.db, tenant)
    slug = rooms.settings.tenant
    return await create_tenant(rooms.db, slug, slug, at=datetime.now(UTC))
