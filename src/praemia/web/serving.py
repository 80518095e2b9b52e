"""The HTTP server as a process that is asked to leave: it leaves, and that is no failure. And its answers go out in one piece.

uvicorn raises a signal again once it has stopped, so that a service that did as it was told ends with -15. It also writes the head and
the body of an answer one after the other, which is two calls into the kernel for each request, and two awakenings of the client.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LARGE = 16_384  # bytes
_MANY = 16  # pieces
_LEAVE = (signal.SIGINT, signal.SIGTERM)


class _Gathering:
    """A transport that sends what was written in one turn of the loop together; everything else is the transport's own.

    A whole answer goes at once (`send_now`): the next turn may be long. So do large or many pieces: a long download must feel when its
    reader is slow.
    """

    __slots__ = ("_loop", "_transport", "_written", "is_closing")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.is_closing = transport.is_closing  # asked with every answer
        self._transport = transport
        self._loop = loop
        self._written: list[bytes] = []

    def write(self, data: bytes) -> None:
        if len(data) >= _LARGE:  # not copied once more
            self.send_now()
            self._transport.write(data)
            return
        if not self._written:
            self._loop.call_soon(self.send_now)
        self._written.append(data)
        if len(self._written) >= _MANY:
            self.send_now()

    def close(self) -> None:
        self.send_now()
        self._transport.close()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.send_now()
        self._transport.set_protocol(protocol)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def send_now(self) -> None:
        """Send what was written so far."""
        written, self._written = self._written, []
        if written and not self._transport.is_closing():
            self._transport.write(b"".join(written))


class Http(HttpToolsProtocol):
    """uvicorn's own protocol on a transport that gathers."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client connected."""
        self._gathering = _Gathering(transport, self.loop)
        super().connection_made(cast(asyncio.Transport, self._gathering))

    def on_response_complete(self) -> None:
        """An answer was written to its end."""
        self._gathering.send_now()
        super().on_response_complete()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at the first signal, at once at the second, and say nothing more about it."""
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread hears signals
            return
        before = {wanted: signal.signal(wanted, self.handle_exit) for wanted in _LEAVE}
        try:
            yield
        finally:
            for wanted, heard in before.items():
                signal.signal(wanted, heard)


def server_of(config: uvicorn.Config) -> uvicorn.Server:
    """A server that stops cleanly on SIGINT and SIGTERM."""
    return _Server(config)
