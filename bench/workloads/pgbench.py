"""pgbench's built-in loads on a database of the same cluster: what PostgreSQL itself does on this machine, now."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.measuring import window_around
from bench.model import Window, Workload
from bench.processes import said_by
from bench.stage import Stage

DATABASE = "tpcb"
_TRANSACTIONS = re.compile(r"^number of transactions actually processed: (\d+)", re.M)
_RATE = re.compile(r"^tps = ([\d.]+) \(without initial", re.M)


def missing(stage: Stage) -> str | None:
    """Why pgbench cannot run: the PostgreSQL in use came without it."""
    return None if stage.pg_binary("pgbench") and stage.pg_binary("createdb") else "this PostgreSQL came without pgbench"


async def pgbench(stage: Stage, database: str, *options: str | Path, clients: int) -> tuple[int, float]:
    """Run it for one window; the transactions it did and the seconds they took, without the time to connect."""
    scale = stage.scale
    binary = stage.pg_binary("pgbench")
    assert binary is not None
    # It knows whole seconds only; where it is only to be seen running, a few transactions do.
    length = ("-t", "20") if scale.quick else ("-T", str(max(1, round(scale.seconds))))
    command = [binary, "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)), *length, *options]
    return counted(await said_by(command, env=stage.pg_env(database)))


def counted(said: str) -> tuple[int, float]:
    """Transactions and seconds from pgbench's own summary."""
    transactions, rate = _TRANSACTIONS.search(said), _RATE.search(said)
    if transactions is None or rate is None:
        raise RuntimeError(f"pgbench said something unexpected: {said[-500:]}")
    done, per_second = int(transactions.group(1)), float(rate.group(1))
    return done, done / per_second if per_second else 0.0


async def _initialise(stage: Stage) -> None:
    if DATABASE in stage.kept:
        return
    await stage.create_database(DATABASE)
    binary = stage.pg_binary("pgbench")
    assert binary is not None
    await said_by([binary, "-i", "-q", "-s", str(stage.scale.pgbench_scale)], env=stage.pg_env(DATABASE))
    stage.kept[DATABASE] = True


def _built_in(name: str, script: str, clients: int, title: str) -> Workload:
    async def run(stage: Stage, number: int) -> Window:
        work: Callable[[], Awaitable[tuple[int, float]]] = lambda: pgbench(stage, DATABASE, "-b", script, clients=clients)  # noqa: E731
        return await window_around(stage, name, number, work)

    return Workload(
        name=name,
        title=f"pgbench {title}, {clients} clients",
        unit="transactions",
        reference=True,
        run=run,
        prepare=_initialise,
        missing=missing,
    )


TPCB_8 = _built_in("tpcb-8", "tpcb-like", 8, "TPC-B")
TPCB_32 = _built_in("tpcb-32", "tpcb-like", 32, "TPC-B")
SIMPLE_8 = _built_in("simple-8", "simple-update", 8, "simple-update")
SIMPLE_32 = _built_in("simple-32", "simple-update", 32, "simple-update")
SELECT_8 = _built_in("select-8", "select-only", 8, "select-only")
