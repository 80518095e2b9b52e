"""Start, share and stop one PostgreSQL per data folder.

The order of locks, always: a shared claim first (it waits out a server that is being stopped), then the start lock. Who
holds the start lock sees either no server or one that is ready, never one half started. A process that dies loses its
claim by itself; the keeper (keeper.py) stops the server when none is left. Not here: schema, migrations, pools.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from praemia.foundation.postgres import binaries as programmes
from praemia.foundation.postgres import locks, profile
from praemia.foundation.postgres.binaries import Binaries, Source
from praemia.foundation.postgres.errors import ServerDidNotStart
from praemia.foundation.postgres.place import Place, locate, open_folder, socket_folder

ROLE = "praemia"
DATABASE = "praemia"
STATE = Path("/var/lib/praemia")
_READY_SECONDS = 900  # crash recovery of a full WAL takes minutes, and the server is alive meanwhile
_SOCKET = ".s.PGSQL.5432"
_ENCRYPTION_REQUEST = struct.pack("!ii", 8, 80877103)
_STARTS = 20
_ROTATE_LOG_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running PostgreSQL this process holds a claim on. `owned`: this very call started it; `pid` is the postmaster's."""

    dsn: str
    major: int
    source: str
    data_dir: Path
    pid: int
    owned: bool
    claim: locks.Claim = field(repr=False, compare=False)


def start(data_dir: Path, *, source: Source = "auto", settings: Mapping[str, str] | None = None, state: Path = STATE) -> Server:
    """A server on that folder: attached to if it runs, else started, else made. Blocks until it takes connections.

    `settings` go on top of the profile and count only for whoever starts the server. `state` is used only below root, for
    what the server's account could not reach otherwise: binaries in a closed home, a data folder in one. Refuses with
    NoBinaries, WrongMajor, NoRight, NoAccount, ClusterBusy or ServerDidNotStart. May be called from any thread.
    """
    folder = open_folder(data_dir)
    claim = locks.claim(folder)
    try:
        with locks.held(folder / "start.lock", folder):
            place = locate(folder, state)
            running_already = _attach(place)
            record = running_already or _launch(place, source, settings or {})
    except BaseException:
        claim.release()
        raise
    return Server(
        dsn=_dsn(Path(record["socket"])),
        major=int(record["major"]),
        source=record["source"],
        data_dir=folder,
        pid=int(record["pid"]),
        owned=running_already is None,
        claim=claim,
    )


def stop(server: Server) -> None:
    """Give up this process's claim. The last one out stops the server and waits until it has ended; others keep it."""
    if server.claim.released:
        return
    if server.claim.become_the_only_one():
        _dismiss_keeper(server.data_dir)
    server.claim.release()


@contextlib.contextmanager
def running(data_dir: Path, *, source: Source = "auto", settings: Mapping[str, str] | None = None, state: Path = STATE) -> Iterator[Server]:
    """A server for the length of a block."""
    server = start(data_dir, source=source, settings=settings, state=state)
    try:
        yield server
    finally:
        stop(server)


def _attach(place: Place) -> dict[str, str] | None:
    """What the record says of a server that is alive, proven by its keeper's lock and by its socket."""
    if locks.holder(place.keeper_lock) is None:
        return None
    try:
        record: dict[str, str] = json.loads(place.record.read_text())
    except (OSError, ValueError):
        return None
    return record if _answers(Path(record["socket"])) else None


def _launch(place: Place, source: Source, settings: Mapping[str, str]) -> dict[str, str]:
    _clear_the_remains(place)
    chosen = programmes.choose(source, directory_major=_directory_major(place.cluster), data_dir=place.data_dir)
    usable = programmes.readable_copy(chosen, place.account, place.state)
    _rotate(place.log)
    if not place.cluster.exists():
        _make_cluster(place, usable, durable=settings.get("fsync") != "off")
    place.settings.write_text(profile.as_file({**profile.settings_here(place.cluster), **settings}))
    place.settings.chmod(0o644)
    sockets = socket_folder(place)
    pid = _start_keeper(place, usable, sockets)
    record = {"pid": str(pid), "major": str(usable.major), "source": usable.name, "socket": str(sockets)}
    draft = place.record.with_suffix(".new")
    draft.write_text(json.dumps(record))
    draft.rename(place.record)
    return record


def _make_cluster(place: Place, usable: Binaries, *, durable: bool) -> None:
    """initdb and our database, in a folder that gets its name only when complete: a crash leaves nothing half made."""
    draft = place.cluster.with_name("pgdata.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if not place.account.is_self:
        os.chown(draft, place.account.uid, place.account.gid)
    _run(place, usable, ["initdb", "-D", str(draft), "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
    with (draft / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = '../praemia.conf'\n")
    # Single-user mode needs no socket and no second process.
    _run(place, usable, ["postgres", "--single", "-D", str(draft), "-c", "fsync=off", "postgres"], f"CREATE DATABASE {DATABASE}\n")
    if durable:
        _run(place, usable, ["initdb", "--sync-only", "-D", str(draft)])
    draft.rename(place.cluster)


def _run(place: Place, usable: Binaries, command: list[str], text: str = "") -> None:
    done = subprocess.run(
        [usable.bin / command[0], *command[1:]],
        input=text.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
        umask=0o077,
        check=False,
        **place.account.popen_arguments(),
    )
    with place.log.open("ab") as log:
        log.write(done.stdout)
    if done.returncode:
        raise _did_not_start(place)


def _start_keeper(place: Place, usable: Binaries, sockets: Path) -> int:
    """The postmaster's pid, once it takes connections. Leftover children of a killed postmaster get a moment to leave."""
    for attempt in range(_STARTS):
        written = place.log.stat().st_size if place.log.exists() else 0
        pid = _spawn_keeper(place, usable, sockets)
        if pid and _becomes_ready(place, pid):
            return pid
        _dismiss_keeper(place.data_dir)
        if b"is still in use" not in place.log.read_bytes()[written:]:
            break
        time.sleep(0.1 * (attempt + 1))
    raise _did_not_start(place)


def _spawn_keeper(place: Place, usable: Binaries, sockets: Path) -> int | None:
    order = {
        "claims": str(place.claims),
        "lock": str(place.keeper_lock),
        "record": str(place.record),
        "log": str(place.log),
        "sockets": str(sockets),
        "identity": place.account.popen_arguments(),
        "command": [
            str(usable.bin / "postgres"), "-D", str(place.cluster),
            "-c", "listen_addresses=", "-c", f"unix_socket_directories={sockets}", "-c", "port=5432",
        ],
    }  # fmt: skip
    script = Path(__file__).with_name("keeper.py")
    with (
        place.log.open("ab") as log,
        subprocess.Popen(
            [sys.executable, "-I", "-S", str(script), json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            start_new_session=True,
        ) as keeper,
    ):
        assert keeper.stdout is not None
        said = keeper.stdout.readline().strip()
    return int(said) if said else None


def _becomes_ready(place: Place, pid: int) -> bool:
    """postmaster.pid is believed only when it is complete and names the process we started."""
    deadline = time.monotonic() + _READY_SECONDS
    pause = 0.005
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            lines = (place.cluster / "postmaster.pid").read_text().splitlines()
            if len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready":
                return True
        if locks.holder(place.keeper_lock) is None:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return False


def _clear_the_remains(place: Place) -> None:
    """End what a killed starter or keeper left, and forget a postmaster.pid whose number is another programme's now.

    PostgreSQL trusts that number when any process of the same user has it, which is common after a container restarts.
    The file also guards against backends that outlived their postmaster, so it goes only when no process at all works in
    the cluster. One that lives there is on its way out, its keeper being dead; one started by hand is not ours to end.
    """
    _dismiss_keeper(place.data_dir)
    place.record.unlink(missing_ok=True)
    pid_file = place.cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if Path("/proc/self").exists():
        locks.wait_for(lambda: not _inhabited(place.cluster), place.data_dir, seconds=150)
        if Path(f"/proc/{pid}").exists():
            pid_file.unlink(missing_ok=True)


def _inhabited(cluster: Path) -> bool:
    """Whether any process works in the cluster: every PostgreSQL process does, and nothing else should."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(process / "cwd") == str(cluster):
                return True
    return False


def _dismiss_keeper(data_dir: Path) -> None:
    """Have the keeper stop its server, whoever still claims it, and wait until both have ended."""
    keeper = locks.holder(data_dir / "keeper.lock")
    if keeper is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGTERM)
        locks.wait_until_free(data_dir / "keeper.lock", data_dir)


def _directory_major(cluster: Path) -> int | None:
    try:
        return int((cluster / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None


def _answers(sockets: Path) -> bool:
    """Whether the postmaster still takes connections in: asked for encryption, a living one says no, or yes.

    To connect proves nothing, for the kernel queues connections of a postmaster that has just been killed.
    """
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(10)
        try:
            probe.connect(str(sockets / _SOCKET))
            probe.sendall(_ENCRYPTION_REQUEST)
            return probe.recv(1) != b""
        except (ConnectionError, FileNotFoundError):
            return False
        except OSError:
            return True  # too busy to answer is alive


def _dsn(sockets: Path) -> str:
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(sockets), safe='/')}&port=5432"


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _ROTATE_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _did_not_start(place: Place) -> ServerDidNotStart:
    tail = place.log.read_bytes()[-2000:].decode(errors="replace") if place.log.exists() else "(empty)"
    return ServerDidNotStart(data_dir=str(place.data_dir), log=str(place.log), tail=tail)
