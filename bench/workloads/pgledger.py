"""pgledger, a ledger in pure SQL, when a checkout of it is named by PRAEMIA_BENCH_PGLEDGER. Never fetched by us."""

from __future__ import annotations

import os
from pathlib import Path

from bench.measuring import window_around
from bench.model import Window, Workload
from bench.processes import said_by
from bench.stage import FOLDER, Stage
from bench.workloads import pgbench

VARIABLE = "PRAEMIA_BENCH_PGLEDGER"
DATABASE = "pgledger"
_FILES = ("vendor/scoville-pgsql-ulid/ulid-to-uuid.sql", "vendor/scoville-pgsql-ulid/uuid-to-ulid.sql", "pgledger.sql")
_PER_CALL = 1000


def missing(stage: Stage) -> str | None:
    """Why it cannot run here."""
    named = os.environ.get(VARIABLE)
    if not named:
        return f"{VARIABLE} names no checkout"
    if not (Path(named) / _FILES[-1]).is_file():
        return f"{VARIABLE} holds no {_FILES[-1]}"
    return pgbench.missing(stage) or (None if stage.pg_binary("psql") else "this PostgreSQL came without psql")


async def _install(stage: Stage) -> None:
    if DATABASE in stage.kept:
        return
    await stage.create_database(DATABASE)
    checkout, psql = Path(os.environ[VARIABLE]), stage.pg_binary("psql")
    assert psql is not None
    for file in (*(checkout / name for name in _FILES), FOLDER / "pgledger" / "accounts.sql"):
        # Through stdin: below root psql is ours, but other accounts need not reach the checkout.
        await said_by([psql, "-q", "-v", "ON_ERROR_STOP=1"], env=stage.pg_env(DATABASE), stdin=file.read_bytes())
    stage.kept[DATABASE] = True


def _load(name: str, script: str, clients: int, title: str, *, per_call: int = 1) -> Workload:
    async def run(stage: Stage, number: int) -> Window:
        async def work() -> tuple[int, float]:
            calls, seconds = await pgbench.pgbench(stage, DATABASE, "-f", FOLDER / "pgledger" / script, clients=clients)
            return calls * per_call, seconds

        return await window_around(stage, name, number, work)

    return Workload(name=name, title=title, unit="transfers", reference=True, run=run, prepare=_install, missing=missing)


TRANSFER_32 = _load("pgledger-32", "transfer.sql", 32, "pgledger, one transfer a call, 32 clients")
ISSUER_32 = _load("pgledger-issuer", "issuer.sql", 32, "pgledger, all from one issuer, 32 clients")
BATCH = _load("pgledger-batch", "batch.sql", 2, f"pgledger, {_PER_CALL} transfers a call, 2 clients", per_call=_PER_CALL)
