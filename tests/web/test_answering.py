"""Answers on the wire: whole, in order, and never faster than their reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import Receive, Scope, Send

from praemia.web.serving import Http

CHUNK = b"x" * 1000
CHUNKS = 40_000
ASKING = b"GET /%s HTTP/1.1\r\nHost: here\r\n\r\n"


class Echo:
    """Answers its path; a long answer for /long, counted as it is handed over."""

    def __init__(self) -> None:
        self.handed_over = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = scope["path"].encode()
        if body != b"/long":
            head = [(b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": body})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(CHUNKS * len(CHUNK)).encode())]})
        for number in range(CHUNKS):
            await send({"type": "http.response.body", "body": CHUNK, "more_body": number < CHUNKS - 1})
            self.handed_over += 1


@asynccontextmanager
async def served(app: Echo) -> AsyncIterator[int]:
    """The port of a server that runs the app as `praemia serve` would."""
    server = uvicorn.Server(uvicorn.Config(app, http=Http, host="127.0.0.1", port=0, lifespan="off", log_level="warning", access_log=False))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn offers nothing to wait for
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


async def answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:")).split(b":")[1])
    return await reader.readexactly(length)


async def test_requests_sent_together_are_answered_in_order_and_whole() -> None:
    async with served(Echo()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"".join(ASKING % b"%d" % number for number in range(50)))
        assert [await answer(reader) for _ in range(50)] == [b"/%d" % number for number in range(50)]
        writer.close()


async def test_the_last_answer_arrives_before_the_connection_ends() -> None:
    async with served(Echo()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /bye HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"/bye")
        writer.close()


async def test_a_long_answer_waits_for_a_slow_reader_and_arrives_whole() -> None:
    app = Echo()
    async with served(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**16)
        writer.write(ASKING % b"long")
        while True:  # until nothing more goes
            before = app.handed_over
            await asyncio.sleep(0.3)
            if app.handed_over == before:
                break
        assert 0 < app.handed_over < CHUNKS // 2
        assert await answer(reader) == CHUNK * CHUNKS
        writer.close()
