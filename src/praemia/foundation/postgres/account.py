"""As whom the server runs: as ourselves, or, since PostgreSQL refuses root, as an unprivileged account of this machine."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from praemia.foundation.postgres.errors import NoAccount, NoRight


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of this machine. `is_self`: the one this process already is."""

    uid: int
    gid: int
    name: str
    is_self: bool

    def popen_arguments(self) -> dict[str, Any]:
        """What makes subprocess.Popen drop to this account."""
        return {} if self.is_self else {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(cluster: Path) -> Account:
    """Who runs the server of this cluster. Root becomes the cluster's owner, else `postgres`, else `nobody`."""
    uid = os.geteuid()
    owner = cluster.stat().st_uid if cluster.exists() else None
    if uid == 0:
        return _account_below_root(owner)
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise NoAccount(uid=uid) from None
    if owner not in (None, uid):
        raise NoRight(user=entry.pw_name, path=str(cluster), reason=f"it belongs to uid {owner}")
    return Account(uid=uid, gid=os.getegid(), name=entry.pw_name, is_self=True)


def can_enter(folder: Path, account: Account) -> bool:
    """Whether that account reaches the folder through all its parents; tried, because modes do not tell of ACLs."""
    return _tries(account, 'cd "$1"', folder)


def can_run(programme: Path, account: Account) -> bool:
    """Whether that account can really start the programme, its libraries included."""
    return _tries(account, '"$1" --version', programme)


def _account_below_root(owner: int | None) -> Account:
    entry = None
    if owner:
        try:
            entry = pwd.getpwuid(owner)
        except KeyError:
            raise NoAccount(uid=owner) from None
    for name in ("postgres", "nobody"):
        if entry is None:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
    if entry is None:
        raise NoAccount(uid=0)
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name, is_self=False)


def _tries(account: Account, command: str, path: Path) -> bool:
    done = subprocess.run(
        ["/bin/sh", "-c", command, "sh", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        check=False,
        **account.popen_arguments(),
    )
    return done.returncode == 0
