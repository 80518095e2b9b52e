"""File locks the kernel releases when their process ends, however it ends: claims, the start lock, the keeper's.

Locks of open files (flock), so that two claims inside one process are two. Their descriptors are not inherited.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from praemia.foundation.postgres.errors import ClusterBusy

_PATIENCE_SECONDS = 960  # longer than a crash recovery is waited for


@dataclass(slots=True)
class Claim:
    """A shared lock on the claims file: while one exists anywhere, the server stays."""

    descriptor: int

    @property
    def released(self) -> bool:
        return self.descriptor < 0

    def become_the_only_one(self) -> bool:
        """Whether no other claim exists; nobody can claim then until this one is released.

        When the keeper was faster (it stops the server then), waits until that is over. When others stay, the claim may
        be lost on the way, which is what the caller wanted anyway.
        """
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self.descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
        fcntl.flock(self.descriptor, fcntl.LOCK_SH)
        return False

    def release(self) -> None:
        """Give the claim up; a second time does nothing."""
        if not self.released:
            os.close(self.descriptor)
            self.descriptor = -1


def claim(folder: Path) -> Claim:
    """A claim on the folder's server, had only after a stop that is under way has ended."""
    return Claim(_take(folder / "claims.lock", fcntl.LOCK_SH, folder))


@contextlib.contextmanager
def held(path: Path, folder: Path) -> Iterator[None]:
    """The lock for the length of a block."""
    descriptor = _take(path, fcntl.LOCK_EX, folder)
    try:
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> int | None:
    """The pid written in a lock file that is locked now, else None."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        return int(os.read(descriptor, 32) or b"0") or None
    finally:
        os.close(descriptor)


def wait_until_free(path: Path, folder: Path) -> None:
    """Return when nobody holds the lock any more; refuses with ClusterBusy after a long while."""
    os.close(_take(path, fcntl.LOCK_SH, folder))


def wait_for(condition: Callable[[], bool], folder: Path, *, seconds: float = _PATIENCE_SECONDS) -> None:
    """Return when the condition holds; refuses with ClusterBusy when it has not held for that long."""
    deadline = time.monotonic() + seconds
    pause = 0.005
    while not condition():
        if time.monotonic() > deadline:
            raise ClusterBusy(data_dir=str(folder), seconds=round(seconds), log=str(folder / "server.log"))
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def _take(path: Path, kind: int, folder: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def taken() -> bool:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        wait_for(taken, folder)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
