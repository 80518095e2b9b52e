"""The event loop of the process: uvloop where there is one, asyncio's own elsewhere; and how often garbage is looked for."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end on a loop of its own, as `asyncio.run` does."""
    if sys.platform == "win32":
        return asyncio.run(main)
    import uvloop

    return uvloop.run(main)


def settle_memory() -> None:
    """What lives so far lives for ever, and cycles are looked for seldom. Call it once, when a server is built.

    A batch of purchases makes a hundred thousand objects and hardly a cycle; Python's defaults spent a fifth of its time
    looking for them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
