"""One keep-alive connection that asks again as soon as it was answered, and the tally all connections share.

Closed loop: a slow server is asked less often. So a rate is what `connections` callers get, and latencies are those of
that very load; nothing here pretends to an open arrival process.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator

from bench.traffic.streams import Request

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Tally:
    """What came back inside the window."""

    def __init__(
        self, requests: Iterator[Request], accepted: Callable[[int, bytes, int], int], following: Callable[[int, bytes], Request | None]
    ) -> None:
        self._requests = requests
        self._accepted = accepted
        self.following = following
        self.counting = False
        self.stopping = False
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.units = 0
        self.refused = 0
        self.complaint: str | None = None
        self._watched: asyncio.Future[None] | None = None

    async def next_answer(self) -> None:
        """Wait for one: a window that begins and ends with an answer counts no half requests, however large they are."""
        self._watched = asyncio.get_running_loop().create_future()
        await self._watched

    def next_request(self) -> Request | None:
        """What to ask next; None when there is no more."""
        return None if self.stopping else next(self._requests, None)

    def answered(self, status: int, body: bytes, units: int, seconds: float) -> None:
        """Count an answer. Refusals count in the warm-up too: there is nothing a server may refuse here."""
        good = self._accepted(status, body, units)
        if good != units:
            self.refused += units - good
            self.complaint = self.complaint or f"{status}: {body[:600].decode(errors='replace')}"
        if self.counting:
            self.units += good
            self.statuses[str(status)] += 1
            self.latencies.append(seconds)
        if self._watched is not None and not self._watched.done():
            self._watched.set_result(None)

    def broken(self, units: int, what: str) -> None:
        """A connection ended with a request unanswered, or spoke something else than it should."""
        self.refused += units
        self.complaint = self.complaint or what


class Wire(asyncio.Protocol):
    """A connection. `closed` is done when it has no more to ask, or was cut. Between an answer and something new it may pause."""

    def __init__(self, tally: Tally, pause_seconds: float = 0.0) -> None:
        self._pause_seconds = pause_seconds
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tally = tally
        self._transport: asyncio.WriteTransport | None = None
        self._heard = b""
        self._needed = 0
        self._body_at = 0
        self._units = 0
        self._asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._heard = self._heard + data if self._heard else data
        if not self._needed and not self._read_head():
            return
        if len(self._heard) >= self._needed:
            seconds = time.perf_counter() - self._asked_at
            body, status = self._heard[self._body_at : self._needed], int(self._heard[9:12])
            self._heard, self._needed = b"", 0
            self._tally.answered(status, body, self._units, seconds)
            self._units = 0
            following = self._tally.following(status, body)
            if self._pause_seconds and following is None:
                asyncio.get_running_loop().call_later(self._pause_seconds, self._ask)
            else:
                self._ask(following)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._units:
            self._tally.broken(self._units, f"the connection was cut: {exc or 'closed by the server'}")
        if not self.closed.done():
            self.closed.set_result(None)

    def _ask(self, request: Request | None = None) -> None:
        assert self._transport is not None
        if self.closed.done():  # cut during a pause
            return
        request = request or self._tally.next_request()
        if request is None:
            self._transport.close()
            return
        data, self._units = request
        self._asked_at = time.perf_counter()
        self._transport.write(data)

    def _read_head(self) -> bool:
        end = self._heard.find(b"\r\n\r\n")
        if end < 0:
            return False
        length = _LENGTH.search(self._heard, 0, end + 2)
        if length is None:
            assert self._transport is not None
            self._tally.broken(self._units, f"an answer without a length: {self._heard[:200].decode(errors='replace')}")
            self._units = 0
            self._transport.close()
            return False
        self._body_at = end + 4
        self._needed = self._body_at + int(length.group(1))
        return True
