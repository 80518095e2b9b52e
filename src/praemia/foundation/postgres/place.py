"""The folders and files of one cluster: which lie where, who may enter, and where the socket fits.

`data_dir` holds our own files (claims, locks, record, log). The cluster itself lies inside as `pgdata`; only when root
runs us and the server's account cannot enter there, `pgdata` is a link into a state folder of the machine: permissions
of folders that are not ours are never changed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from praemia.foundation.postgres.account import Account, account_for, can_enter
from praemia.foundation.postgres.errors import NoRight

_LONGEST_SOCKET_FOLDER = 80  # sun_path holds 104 bytes on macOS, 108 on Linux, and PostgreSQL adds /.s.PGSQL.5432.lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one cluster lives. `cluster` is the real folder PostgreSQL is given; `state` is for what root must put elsewhere."""

    data_dir: Path
    state: Path
    cluster: Path
    account: Account

    @property
    def claims(self) -> Path:
        return self.data_dir / "claims.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.data_dir / "keeper.lock"

    @property
    def record(self) -> Path:
        return self.data_dir / "server.json"

    @property
    def settings(self) -> Path:
        """Beside the cluster, not in it: root writes no file where another account could have laid a link."""
        return self.cluster.parent / "praemia.conf"

    @property
    def log(self) -> Path:
        return self.data_dir / "server.log"


def open_folder(data_dir: Path) -> Path:
    """Make the folder if need be; refuses with NoRight what this user cannot write. Returns it absolute and resolved."""
    folder = data_dir.expanduser().resolve()
    mode = 0o755 if os.geteuid() == 0 else 0o700  # below root another account must pass through
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not folder.exists():
            folder.mkdir(mode=mode)
            folder.chmod(mode)
    except OSError as error:
        raise NoRight(user=_user(), path=str(folder), reason=error.strerror or str(error)) from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise NoRight(user=_user(), path=str(folder), reason="it is not writable")
    return folder


def locate(folder: Path, state: Path) -> Place:
    """Find the cluster, or choose where it will be. Call with the start lock held: it may lay the link."""
    inside = folder / "pgdata"
    account = account_for(inside)
    if not account.is_self and not inside.exists() and not can_enter(folder, account):
        if inside.is_symlink():
            inside.unlink()  # its target was removed
        home = state / "clusters" / f"{folder.name[:40]}-{secrets.token_hex(6)}"
        try:
            home.mkdir(mode=0o755, parents=True)
        except OSError as error:
            raise NoRight(user=account.name, path=str(folder), reason=f"and {state} cannot be used either: {error.strerror}") from None
        inside.symlink_to(home / "pgdata")
    return Place(data_dir=folder, state=state, cluster=inside.resolve(), account=account)


def socket_folder(place: Place) -> Path:
    """A folder only the server's account may enter, short enough for a socket and without characters that need quoting."""
    beside = place.cluster.parent / "socket"
    if len(os.fsencode(beside)) <= _LONGEST_SOCKET_FOLDER and not set(str(beside)) & set(" ,\"'\\%"):
        return _private(beside, place.account)
    digest = hashlib.sha256(os.fsencode(place.cluster)).hexdigest()[:12]
    return _private(Path(tempfile.gettempdir()) / f"praemia-{place.account.uid}-{digest}", place.account)


def _private(folder: Path, account: Account) -> Path:
    """The folder, owned by that account with mode 0700. One in a shared place that somebody else made is refused."""
    try:
        folder.mkdir(mode=0o700)
        if not account.is_self:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
        raise NoRight(user=account.name, path=str(folder), reason="somebody else made it")
    folder.chmod(0o700)
    return folder


def _user() -> str:
    return f"with uid {os.geteuid()}"
