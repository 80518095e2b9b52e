"""Praemia's PostgreSQL settings, scaled to the machine. Durability is never traded: fsync and synchronous_commit stay on.

The sizes follow our measurements: a roomy WAL with rare checkpoints takes the stalls out of the tail, while large shared
buffers gain little and hurt small containers. ALTER SYSTEM and the caller's own settings win over these.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

_MB = 1024 * 1024
_GB = 1024 * _MB
_SMALL_DEV_SHM = 256 * _MB


def settings_for(*, memory_bytes: int, disk_free_bytes: int, shm_bytes: int | None) -> dict[str, str]:
    """The profile for a machine with that much memory, free disk and /dev/shm (None: not there)."""
    wal = _between(512 * _MB, min(memory_bytes // 2, disk_free_bytes // 10), 16 * _GB)
    profile = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "max_connections": "100",
        "shared_buffers": _megabytes(_between(64 * _MB, memory_bytes // 16, _GB)),
        "effective_cache_size": _megabytes(memory_bytes // 2),
        "work_mem": "16MB",
        "maintenance_work_mem": _megabytes(_between(64 * _MB, memory_bytes // 32, 512 * _MB)),
        "max_wal_size": _megabytes(wal),
        "min_wal_size": _megabytes(wal // 4),
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        # Our statements are short: compiling them costs more than it saves.
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_checkpoints": "off",
    }
    if shm_bytes is not None and shm_bytes < _SMALL_DEV_SHM:
        # Containers often give 64 MB of /dev/shm; a parallel hash join dies there.
        profile["dynamic_shared_memory_type"] = "mmap"
    return profile


def settings_here(cluster: Path) -> dict[str, str]:
    """The profile for this machine and the disk the cluster lies on."""
    shm = Path("/dev/shm")
    return settings_for(
        memory_bytes=_memory_bytes(),
        disk_free_bytes=shutil.disk_usage(cluster).free,
        shm_bytes=shutil.disk_usage(shm).total if shm.is_dir() else None,
    )


def as_file(settings: Mapping[str, str]) -> str:
    """The settings in the syntax of postgresql.conf."""
    lines = ["# Written anew at every start. Settings of your own: ALTER SYSTEM, which wins over this file."]
    for name, value in settings.items():
        quoted = value.replace("'", "''")
        lines.append(f"{name} = '{quoted}'")
    return "\n".join(lines) + "\n"


def _memory_bytes() -> int:
    """The machine's memory, or the container's share of it when that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(limit).read_text()))
        except (OSError, ValueError):
            continue
    return total


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))


def _megabytes(size: int) -> str:
    return f"{size // _MB}MB"
