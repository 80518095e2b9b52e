"""The event loop of the process: uvloop where there is one, asyncio's own elsewhere; and how often garbage is looked for."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end on a loop of its own, as `asyncio.run` does."""
    if sys.platform == "win32":
        return asyncio.run(main)
    import uvloop

    return uvloop.run(main)


def settle_memory() -> None:
    """What lives so far lives for ever, and cycles are looked for seldom. Called when the command is loaded, and when a server is built.

    Lists of purchases make a hundred thousand objects and hardly a cycle; Python's defaults spent a fifth of its time
    looking for them. While two lists of a thousand are at work ninety thousand are alive, and to look through them takes as long as
    everybody else waits: 30 ms. Loading leaves hardly a cycle either: not even one look is worth its tenth of a second.
    """
    gc.freeze()
    gc.set_threshold(150_000, 10, 50)
    gc.enable()


async def in_turns(items: Sequence[T], size: int = 64) -> AsyncIterator[T]:
    """The items, letting everybody else have a turn after every `size` of them: for long lists that never wait for anything."""
    for number, item in enumerate(items, start=1):
        yield item
        if number % size == 0:
            await asyncio.sleep(0)


async def give_way() -> None:
    """Let everybody else have a turn: between two long pieces of work that wait for nothing."""
    await asyncio.sleep(0)
