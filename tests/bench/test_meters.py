"""The clocks: who used the processor, and how long the disk takes. Nothing here asserts a speed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import meters
from bench.workloads.pgbench import counted

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc on this system")
BUSY = "import time\nwhile time.process_time() < 0.3: pass\nprint('done', flush=True)\ninput()"


@needs_proc
def test_the_work_of_a_process_is_seen_while_it_lives_and_of_its_children_after_they_ended() -> None:
    before = meters.read(server_pid=None, postmaster_pid=os.getpid())
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        alive = meters.read(server_pid=worker.pid, postmaster_pid=os.getpid())
        worker.communicate(b"\n")
    after = meters.read(server_pid=None, postmaster_pid=os.getpid())
    assert alive.server is not None
    assert alive.server >= 0.25
    assert meters.spent(before, after)["postgres"] >= 0.25


@needs_proc
def test_others_are_whatever_is_not_ours() -> None:
    zero = meters.Reading(at=0.0, server=0.0, postgres=0.0, busy=100.0, own=10.0)
    later = meters.Reading(at=2.0, server=1.0, postgres=1.0, busy=103.5, own=12.5)
    assert meters.others(zero, later) == pytest.approx(0.5)


def test_syncs_are_sorted_and_leave_nothing_behind(tmp_path: Path) -> None:
    times = meters.fdatasync_times(tmp_path, 0.05)
    assert times == sorted(times)
    assert times
    assert list(tmp_path.iterdir()) == []


def test_pgbench_is_counted_by_its_own_summary() -> None:
    said = (
        "transaction type: <builtin: TPC-B (sort of)>\nnumber of transactions actually processed: 900\n"
        "latency average = 2.1 ms\ninitial connection time = 11.0 ms\ntps = 450.000000 (without initial connection time)\n"
    )
    assert counted(said) == (900, 2.0)
    with pytest.raises(RuntimeError, match="unexpected"):
        counted("connection refused")
