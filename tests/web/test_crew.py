"""`praemia serve --processes 2` as processes: they share a port and a database, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx2
import pytest

from bench.processes import free_port
from praemia import access, programs
from praemia.foundation.db import connect
from tests.crash.house import hands_of
from tests.web.test_serving import PATIENCE, answers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="several processes behind one port need Linux")
PROGRAMME = """
program: shop
units: {points: {}}
earning: {rules: [{id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}]}
"""
# The command itself, but for a pulse of a fifth: what hangs is killed after six seconds, and no test waits half a minute.
PULSE_SECONDS = 0.4
SERVE = f"""
from functools import partial
from praemia.__main__ import main
from praemia.web import crew
crew.keep = partial(crew.keep, pulse_seconds={PULSE_SECONDS})
main()
"""
# Hands that serve nobody; a start takes them four seconds, and they may be silent for three.
IDLE = """
import asyncio, logging
from praemia.web import crew
async def life(line):
    pulse = asyncio.create_task(line.pulse())
    await asyncio.sleep(4)
    if await line.ready():
        print("begun", flush=True)
        await line.asked_to_leave()
logging.basicConfig(level=logging.INFO)
crew.keep(2, lambda line: asyncio.run(life(line)), pulse_seconds=0.2)
"""


@dataclass(slots=True, kw_only=True)
class Crew:
    """Two servers behind a port, and the process that keeps them."""

    parent: asyncio.subprocess.Process
    port: int
    secret: str
    log: Path

    @property
    def hands(self) -> list[int]:
        """The processes that serve now."""
        return hands_of(self.parent.pid)

    @asynccontextmanager
    async def caller(self) -> AsyncIterator[httpx2.AsyncClient]:
        """Somebody with a key and a connection of his own."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=PATIENCE) as client:
            yield client

    async def purchase(self, order: str, **more: str) -> httpx2.Response:
        """A purchase over a new connection, which either process may get."""
        async with self.caller() as client:
            body = {"order": order, "member": "m", "lines": [{"sku": "S", "amount_minor": 500}]}
            return await client.post("/v1/programs/shop/purchases", json=body, headers=more)

    async def ended(self) -> int:
        """How the parent ended."""
        return await asyncio.wait_for(self.parent.wait(), PATIENCE)


@pytest.fixture
async def crew(database: str, tmp_path: Path) -> AsyncIterator[Crew]:
    now = datetime.now(UTC)
    db = await connect(database, size=2)
    tenant_id = await access.create_tenant(db, "main", "main", at=now)
    async with db.transaction(tenant_id) as tx:
        await programs.apply(tx, PROGRAMME, at=now, by="test")
        issued = await access.issue(tx, name="tills", scopes=["owner"], now=now)
    await db.close()
    port, log = free_port(), tmp_path / "serve.log"
    with log.open("ab") as said:
        parent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SERVE, "serve", "--port", str(port), "--processes", "2"),
            env={**os.environ, "DATABASE_URL": database, "PRAEMIA_STATE_DIR": str(tmp_path)},
            stdout=said,
            stderr=said,
        )
    found = Crew(parent=parent, port=port, secret=issued.secret, log=log)
    try:
        await asyncio.wait_for(answers(port), PATIENCE)
        async with found.caller() as client:
            assert (await client.post("/v1/programs/shop/members", json={"reference": "m"})).status_code == 201
        yield found
    finally:
        with contextlib.suppress(ProcessLookupError):
            parent.terminate()
        await asyncio.wait_for(parent.wait(), PATIENCE)


async def _answered_by_one_alone(crew: Crew, other: int) -> None:
    """While the other stands still, some new connection is answered all the same."""
    os.kill(other, signal.SIGSTOP)
    try:
        for n in range(60):
            with contextlib.suppress(TimeoutError):
                answer = await asyncio.wait_for(crew.purchase(f"{other}-{n}"), 1)
                assert answer.status_code == 201
                return
        raise AssertionError(f"nobody answered while {other} stood still")
    finally:
        os.kill(other, signal.SIGCONT)


async def test_both_processes_answer_and_the_one_that_waits_has_a_single_thread(crew: Crew) -> None:
    first, second = crew.hands
    await _answered_by_one_alone(crew, first)
    await _answered_by_one_alone(crew, second)
    assert len(os.listdir(f"/proc/{crew.parent.pid}/task")) == 1, "a fork copies no thread, but what a thread was doing"


async def test_the_same_key_sent_to_both_at_once_is_recorded_once(crew: Crew, database: str) -> None:
    for n in range(5):
        told = await asyncio.gather(*(crew.purchase(f"O{n}", **{"Idempotency-Key": f"K{n}"}) for _ in range(16)))
        assert {answer.status_code for answer in told} == {200, 201}
        assert [answer.status_code for answer in told].count(201) == 1
        assert len({answer.json()["event"] for answer in told}) == 1
    conn = await asyncpg.connect(database)
    try:
        assert await conn.fetchval("select count(*) from events where kind = 'purchase'") == 5
        assert await conn.fetchval("select sum(available) from accounts") == 25
    finally:
        await conn.close()


async def test_a_process_that_dies_is_replaced(crew: Crew) -> None:
    killed = set(crew.hands)
    for victim in killed:
        os.kill(victim, signal.SIGKILL)
    await _until(lambda: len(set(crew.hands) - killed) == 2)
    async with asyncio.timeout(PATIENCE):  # the new ones open their rooms first
        while True:
            with contextlib.suppress(httpx2.TransportError):
                if (await crew.purchase("after")).status_code in (200, 201):
                    break
            await asyncio.sleep(0.05)
    assert '"process.ended"' in crew.log.read_text()


async def test_one_that_hangs_is_replaced_and_the_other_never_notices(crew: Crew) -> None:
    hanging, other = crew.hands
    os.kill(hanging, signal.SIGSTOP)
    await _until(lambda: hanging not in crew.hands and len(crew.hands) == 2)
    assert other in crew.hands
    await _answered_by_one_alone(crew, other)
    said = [line for line in map(json.loads, _lines_of_json(crew.log)) if line["event"] in ("process.silent", "process.ended")]
    assert [(line["event"], line["pid"], line["level"]) for line in said] == [
        ("process.silent", hanging, "warning"),
        ("process.ended", hanging, "warning"),
    ]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_what_came_in_is_answered_before_all_leave(crew: Crew, sign: signal.Signals) -> None:
    commands = [{"type": "purchase", "order": f"L{n}", "member": "m", "lines": [{"sku": "S", "amount_minor": 100}]} for n in range(1000)]
    async with crew.caller() as one, crew.caller() as another:
        lists = [
            asyncio.create_task(client.post("/v1/programs/shop/batch", json={"commands": commands[half::2]}))
            for half, client in enumerate((one, another))
        ]
        await asyncio.sleep(0.1)
        hands = crew.hands
        crew.parent.send_signal(sign)
        told = [result["status"] for each in lists for result in (await each).json()["results"]]
    assert told == [201] * 1000
    assert await crew.ended() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in hands)
    assert "Traceback" not in crew.log.read_text()


async def test_nobody_goes_on_serving_when_the_parent_was_killed(crew: Crew) -> None:
    hands = crew.hands
    crew.parent.kill()
    await _until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in hands))


@pytest.mark.parametrize("processes", ["1", "2"])
async def test_a_port_where_others_serve_is_refused_in_a_sentence(processes: str, crew: Crew, database: str, tmp_path: Path) -> None:
    said = await _refused(database, tmp_path, "--port", str(crew.port), "--processes", processes)
    assert said.startswith(f"praemia: port {crew.port} on 127.0.0.1 cannot be had")


@pytest.mark.parametrize("variable", ["PORT", "PRAEMIA_PORT"])
async def test_a_port_that_is_none_is_refused_in_a_sentence(variable: str, tmp_path: Path) -> None:
    said = await _refused("postgresql://nowhere", tmp_path, **{variable: "99999"})
    assert said.startswith(f"praemia: {variable}: Input should be")


async def test_more_connections_than_postgresql_has_are_refused_in_a_sentence(database: str, tmp_path: Path) -> None:
    said = await _refused(database, tmp_path, "--port", str(free_port()), "--processes", "9", PRAEMIA_POOL_SIZE="100")
    assert said.startswith("praemia: 9 processes with 100 database connections each want 900")


@pytest.mark.parametrize("count", ["0", "-1", "two"])
async def test_a_count_that_is_none_is_refused_in_a_sentence(count: str, tmp_path: Path) -> None:
    said = await _refused("postgresql://nowhere", tmp_path, PRAEMIA_PROCESSES=count)
    assert said.startswith("praemia: PRAEMIA_PROCESSES: Input should be")


def _lines_of_json(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if line.startswith("{")]


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not reached():  # noqa: ASYNC110 -- processes signal nothing
            await asyncio.sleep(0.05)


async def _refused(database: str, folder: Path, *words: str, **more: str) -> str:
    """What `praemia serve` says when it does not begin."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "praemia", "serve", *words),
        env={**os.environ, "DATABASE_URL": database, "PRAEMIA_STATE_DIR": str(folder), **more},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 1
    assert b"Traceback" not in said
    return said.decode()


def test_a_crew_that_cannot_begin_does_not_try_for_ever() -> None:
    code = "import sys; from praemia.web import crew; crew.keep(2, lambda line: sys.exit(3))"
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, check=False, timeout=PATIENCE)
    assert done.returncode == 1
    assert b"ended before it could serve" in done.stderr


@asynccontextmanager
async def _idle_crew(log: Path) -> AsyncIterator[tuple[int, list[int]]]:
    """A parent and its two hands, which have begun."""
    with log.open("ab") as said:
        parent = await asyncio.create_subprocess_exec(sys.executable, "-c", IDLE, stdout=said, stderr=said)
    try:
        await _until(lambda: log.read_text().count("begun") == 2)
        yield parent.pid, hands_of(parent.pid)
    finally:
        parent.terminate()
        assert await asyncio.wait_for(parent.wait(), PATIENCE) == 0


async def test_a_slow_start_and_a_machine_that_stood_still_kill_nobody(tmp_path: Path) -> None:
    async with _idle_crew(tmp_path / "log") as (parent, hands):
        for pid in (*hands, parent):
            os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(6)
        os.kill(parent, signal.SIGCONT)
        await asyncio.sleep(0.5)  # the worst order: whoever looks is awake before those who say something
        for pid in hands:
            os.kill(pid, signal.SIGCONT)
        await asyncio.sleep(4.5)
        assert hands_of(parent) == hands
    assert "process.silent" not in (tmp_path / "log").read_text()


async def test_of_several_that_hang_one_is_replaced_after_the_other(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with _idle_crew(log) as (parent, hands):
        for pid in hands:
            os.kill(pid, signal.SIGSTOP)
        await _until(lambda: log.read_text().count("begun") == 4)
        assert not set(hands) & set(hands_of(parent))
    told = [word for line in log.read_text().splitlines() for word in ("process.silent", "process.started") if word in line]
    assert told == ["process.started", "process.started", *["process.silent", "process.started"] * 2]


def test_processes_of_one_parent_draw_different_ids() -> None:
    code = """
import os
from praemia.foundation.ids import new_id
for _ in range(2):
    if not os.fork():
        os.write(1, "".join(f"{new_id(7, millis=1)}\\n" for _ in range(50)).encode())
        os._exit(0)
    os.wait()
"""
    drawn = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, timeout=PATIENCE).stdout.split()
    assert len(drawn) == len(set(drawn)) == 100
