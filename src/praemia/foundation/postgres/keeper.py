"""The keeper: a small process of its own that starts one postmaster and stops it when the last claim is gone.

Run as a script, standard library only. It is the postmaster's parent, so it reaps it, and on Linux the kernel tells the
postmaster to shut down cleanly should the keeper be killed. Waiting costs nothing: the exclusive lock on the claims file
is granted exactly when no process holds a shared one any more, however those processes ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

_PR_SET_PDEATHSIG = 1
_FAST_SHUTDOWN_SECONDS = 120


class _Leave(Exception):
    """The postmaster has gone, or we were asked to stop it."""


def main() -> None:
    """Arguments as one JSON object: claims, lock, record, log, sockets, command, identity. Writes the postmaster's pid, once."""
    order = json.loads(sys.argv[1])
    if os.fork():
        os._exit(0)  # the process that starts us is not to wait for us, nor to leave a zombie behind
    lock = os.open(order["lock"], os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    claims = os.open(order["claims"], os.O_RDWR)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    postmaster = _spawn(order)
    sys.stdout.write(f"{postmaster.pid}\n")
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    try:
        _wait_for_the_last_claim(claims)
    except _Leave:
        pass
    finally:
        _ignore_everything()
        _shut_down(postmaster)
        Path(order["record"]).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.rmdir(order["sockets"])


def _spawn(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    with open(order["log"], "ab") as log:
        return subprocess.Popen(
            order["command"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            start_new_session=True,
            umask=0o077,
            preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 -- this process has one thread
            **order["identity"],
        )


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """Runs in the child after it changed its user, which would have cleared the setting."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def arrange() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def _wait_for_the_last_claim(claims: int) -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        raise _Leave

    signal.signal(signal.SIGCHLD, leave)
    signal.signal(signal.SIGTERM, leave)
    _raise_if_gone()
    fcntl.flock(claims, fcntl.LOCK_EX)


def _raise_if_gone() -> None:
    """A child that ended before its handler stood sends no second signal."""
    if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
        raise _Leave


def _ignore_everything() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _shut_down(postmaster: subprocess.Popen[bytes]) -> None:
    """Fast, which ends sessions and writes a checkpoint; immediate when that takes too long, which recovery mends."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if postmaster.poll() is not None:
            return
        try:
            postmaster.send_signal(number)
            postmaster.wait(_FAST_SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    main()
