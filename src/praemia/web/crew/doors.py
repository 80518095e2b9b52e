"""The port: of a server alone, or of a crew, of which each hand opens it for itself (SO_REUSEPORT) and the kernel spreads the connections
over them by chance.

With one socket for all hands, whoever wakes first takes every connection that waits. And a hand that died is sent nobody.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Iterator

from praemia.web.crew.errors import NoPort, NotHere


@contextlib.contextmanager
def listening(host: str, port: int, *, shared: bool = False) -> Iterator[tuple[int, list[socket.socket]]]:
    """The port and sockets bound to it, one for each address of the host, for the length of the block; whoever serves begins to listen.

    Port 0: one that is free, the same for all addresses. `shared`: with everybody who shares it too. Refuses NoPort.
    """
    with contextlib.ExitStack() as stack:
        doors: list[socket.socket] = []
        try:
            for family, kind, protocol, _, address in dict.fromkeys(
                socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            ):
                door = stack.enter_context(socket.socket(family, kind, protocol))
                doors.append(door)
                if os.name == "posix":  # elsewhere it means that others may take the port
                    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if shared:
                    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                if family == socket.AF_INET6:
                    door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                door.bind((address[0], port, *address[2:]))
                port = door.getsockname()[1]
        except OSError as error:
            raise NoPort(host=host, port=port, reason=error.strerror) from None
        yield port, doors


@contextlib.contextmanager
def reserved(host: str, port: int) -> Iterator[int]:
    """The port is ours for the length of the block, also while no hand listens: to be shared, and with no other crew. Answers which one
    it is. Refuses NotHere and NoPort."""
    if not sys.platform.startswith("linux"):
        raise NotHere()
    if port:  # one of the kernel's choice is nobody's; a given one it would let us share with another crew
        with listening(host, port):
            pass
    with listening(host, port, shared=True) as (found, _):
        yield found
