"""A PostgreSQL of our own for whoever brings none: found on the system or in the wheel, started, shared and stopped.

Knows nothing of schemas or migrations. Every process that uses a cluster holds a claim on it (a shared file lock); the
server runs as long as one claim is left, also when the claimants were killed. Unix sockets in a private folder only.
"""

from praemia.foundation.postgres.binaries import Binaries, Source, installed
from praemia.foundation.postgres.errors import (
    ClusterBusy,
    NoAccount,
    NoBinaries,
    NoRight,
    ServerDidNotStart,
    WrongMajor,
)
from praemia.foundation.postgres.launcher import Server, running, start, stop

__all__ = [
    "Binaries",
    "ClusterBusy",
    "NoAccount",
    "NoBinaries",
    "NoRight",
    "Server",
    "ServerDidNotStart",
    "Source",
    "WrongMajor",
    "installed",
    "running",
    "start",
    "stop",
]
