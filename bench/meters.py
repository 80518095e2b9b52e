"""What the machine knows about itself: processor time by process, memory, the disk's fdatasync, and who else is working.

Read from /proc; where there is none (macOS) the figures are None and the tables say so. Children that have ended are
counted too: the postmaster carries the time of its late backends.
"""

from __future__ import annotations

import os
import platform
import resource
import time
from dataclasses import dataclass
from pathlib import Path

from bench.figures import percentile

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
BLOCK = b"\0" * 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The clocks at one instant, in seconds. `busy` is all processors of the machine together, `own` all of ours."""

    at: float
    server: float | None
    postgres: float | None
    busy: float | None
    own: float


def read(*, server_pid: int | None, postmaster_pid: int, load_pid: int | None = None) -> Reading:
    """Read the clocks now. `load_pid`: a load generator that still runs and is therefore not yet among our late children."""
    server = _tree_seconds(server_pid) if server_pid else 0.0
    postgres = _tree_seconds(postmaster_pid)
    mine, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    own = mine.ru_utime + mine.ru_stime + children.ru_utime + children.ru_stime
    if load_pid is not None:
        own += _tree_seconds(load_pid) or 0.0
    own += (server or 0.0) + (postgres or 0.0)
    return Reading(at=time.monotonic(), server=server, postgres=postgres, busy=_busy_seconds(), own=own)


def spent(before: Reading, after: Reading) -> dict[str, float]:
    """Seconds of processor time between two readings, by who used them."""
    found = {}
    for who in ("server", "postgres"):
        start, end = getattr(before, who), getattr(after, who)
        if start is not None and end is not None:
            found[who] = end - start
    return found


def others(before: Reading, after: Reading) -> float | None:
    """How many processors were kept busy by anybody but us: other programmes, the kernel's own threads, the host."""
    if before.busy is None or after.busy is None or after.at <= before.at:
        return None
    return max(0.0, (after.busy - before.busy) - (after.own - before.own)) / (after.at - before.at)


def children_seconds() -> float:
    """Processor time of our children that have ended."""
    late = resource.getrusage(resource.RUSAGE_CHILDREN)
    return late.ru_utime + late.ru_stime


def resident_mib(pid: int) -> float | None:
    """Resident memory of a process."""
    try:
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return None


def fdatasync_times(folder: Path, seconds: float) -> list[float]:
    """Milliseconds of one write of 8 KiB and its fdatasync, one after the other for that long, sorted."""
    path = folder / "fdatasync"
    times: list[float] = []
    handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    sync = getattr(os, "fdatasync", os.fsync)
    try:
        os.pwrite(handle, BLOCK * 64, 0)  # the file exists in full: we measure data, not its growth
        os.fsync(handle)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            start = time.perf_counter()
            os.pwrite(handle, BLOCK, len(times) % 64 * len(BLOCK))
            sync(handle)
            times.append((time.perf_counter() - start) * 1000)
    finally:
        os.close(handle)
        path.unlink()
    return sorted(times)


def fdatasync_p50_ms(folder: Path, seconds: float) -> float | None:
    """The median of it."""
    return percentile(fdatasync_times(folder, seconds), 0.5)


def machine() -> dict[str, str]:
    """What ran it, in words that name no host."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "processor": f"{os.cpu_count()} × {_processor()}",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        for line in (PROC / "cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


def _busy_seconds() -> float | None:
    """user + nice + system + irq + softirq + steal of all processors."""
    try:
        fields = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    return sum(int(fields[n]) for n in (0, 1, 2, 5, 6, 7)) / TICKS


def _tree_seconds(pid: int) -> float | None:
    """A process with its living children and the late ones it has waited for."""
    own = _stat_seconds(pid, late_children=True)
    if own is None:
        return None
    return own + sum(_stat_seconds(child, late_children=True) or 0.0 for child in _children(pid))


def _children(pid: int) -> list[int]:
    found = []
    for task in (PROC / str(pid) / "task").glob("*"):
        try:
            found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def _stat_seconds(pid: int, *, late_children: bool) -> float | None:
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # the name in brackets may hold spaces
    last = 15 if late_children else 13
    return sum(int(field) for field in fields[11:last]) / TICKS
