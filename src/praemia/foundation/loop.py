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

    A batch of purchases makes a hundred thousand objects and hardly a cycle; Python's defaults spent a fifth of its time
    looking for them. Loading leaves hardly a cycle either: not even one look is worth its tenth of a second.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


async def in_turns(items: Sequence[T], size: int = 64) -> AsyncIterator[T]:
    """The items, letting everybody else have a turn after every `size` of them: for long lists that never wait for anything."""
    for number, item in enumerate(items, start=1):
        yield item
        if number % size == 0:
            await asyncio.sleep(0)
