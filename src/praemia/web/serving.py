"""The HTTP server as a process that is asked to leave: it leaves, and that is no failure.

uvicorn raises a signal again once it has stopped, so that a service that did as it was told ends with -15.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

_LEAVE = (signal.SIGINT, signal.SIGTERM)


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
