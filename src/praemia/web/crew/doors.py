"""The port of a crew: each hand opens it for itself (SO_REUSEPORT), and the kernel spreads the connections over them by chance.

With one socket for all, whoever wakes first takes every connection that waits. And a hand that died is sent nobody.
"""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator

from praemia.web.crew.errors import NotHere, PortTaken


@contextlib.contextmanager
def reserved(host: str, port: int) -> Iterator[None]:
    """The port is ours for the length of the block, also while no hand listens. Refuses NotHere, and PortTaken also when another crew
    has it, which the kernel alone would let us join."""
    if not sys.platform.startswith("linux"):
        raise NotHere()
    try:
        for one in _bound(host, port):
            one.close()
        held = doors(host, port)
    except OSError as error:
        raise PortTaken(host=host, port=port, reason=error.strerror) from None
    try:
        yield
    finally:
        for one in held:
            one.close()


def doors(host: str, port: int) -> list[socket.socket]:
    """Sockets of a hand's own on the reserved port: one for each address of the host, not listening yet."""
    return _bound(host, port, shared=True)


def _bound(host: str, port: int, *, shared: bool = False) -> list[socket.socket]:
    """A socket bound to each address of the host, as asyncio would."""
    found: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(
            socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        ):
            one = socket.socket(family, kind, protocol)
            found.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
    except BaseException:
        for one in found:
            one.close()
        raise
    return found
