"""The raw connection against a small server that answers as servers may: in pieces, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise, repeat

from bench.traffic.wire import Tally, Wire

ANSWER = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nContent-Length: 4\r\n\r\ndone"
Reply = Callable[[asyncio.StreamWriter], object]


async def _play(reply: Reply, *, requests: int, pause_seconds: float = 0.0) -> Tally:
    left = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing() and await reader.read(100):
            result = reply(writer)
            if asyncio.iscoroutine(result):
                await result
        writer.close()
        await writer.wait_closed()
        left.set()

    tally = Tally(
        repeat((b"ask", 1), requests),
        lambda status, body, units: units if (status, body) == (201, b"done") else 0,
        lambda status, body: None,
    )
    tally.counting = True
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        _, wire = await asyncio.get_running_loop().create_connection(lambda: Wire(tally, pause_seconds), "127.0.0.1", port)
        await asyncio.wait_for(wire.closed, 10)
        await asyncio.wait_for(left.wait(), 10)
    return tally


async def test_an_answer_may_come_in_pieces() -> None:
    async def in_pieces(writer: asyncio.StreamWriter) -> None:
        for piece in (ANSWER[:20], ANSWER[20:70], ANSWER[70:-1], ANSWER[-1:]):
            writer.write(piece)
            await asyncio.sleep(0.005)

    tally = await _play(in_pieces, requests=3)
    assert (tally.units, tally.refused, len(tally.latencies)) == (3, 0, 3)
    assert tally.statuses == {"201": 3}


async def test_what_is_not_accepted_is_refused_and_quoted() -> None:
    tally = await _play(lambda writer: writer.write(b"HTTP/1.1 422 No\r\ncontent-length: 3\r\n\r\nbad"), requests=2)
    assert (tally.units, tally.refused, tally.complaint) == (0, 2, "422: bad")


async def test_a_cut_connection_loses_its_request() -> None:
    tally = await _play(lambda writer: writer.close(), requests=5)
    assert tally.refused == 1
    assert "cut" in (tally.complaint or "")


async def test_an_answer_without_a_length_is_not_guessed_at() -> None:
    tally = await _play(lambda writer: writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"), requests=5)
    assert tally.refused == 1
    assert "without a length" in (tally.complaint or "")


async def test_a_pause_lies_between_an_answer_and_the_next_request_of_the_stream() -> None:
    asked: list[float] = []

    def reply(writer: asyncio.StreamWriter) -> None:
        asked.append(asyncio.get_running_loop().time())
        writer.write(ANSWER)

    tally = await _play(reply, requests=3, pause_seconds=0.05)
    assert tally.units == 3
    assert all(later - earlier >= 0.05 for earlier, later in pairwise(asked))
