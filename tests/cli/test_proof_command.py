"""The commands `proof`, `audit`, `statement` and `verify` as an operator meets them, and the worker that seals."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from praemia import access, proof
from praemia.bootstrap import build
from praemia.foundation.db import connect
from praemia.worker.seals import seal_all
from tests.rooms.ground import ONE_POINT_PER_EURO, open_ground, purchase

Run = Callable[..., Result]


@pytest.fixture
def praemia(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command on this test's database; in a thread, since the test has a loop of its own. A process for each would mostly import."""
    for name, value in {"PRAEMIA_DATABASE_URL": database, "COLUMNS": "200", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    with ThreadPoolExecutor(1) as thread:
        yield lambda *words: thread.submit(CliRunner().invoke, build(), list(words)).result()


@pytest.fixture
async def shop(database: str) -> str:
    async with open_ground(database, slug="main") as ground:
        await ground.apply(ONE_POINT_PER_EURO)
        await ground.enrol("cafe", "ada")
        await ground.record(purchase("cafe", "ada", "A1", 1000), purchase("cafe", "ada", "A2", 500))
    return database


async def seal_now(database: str, key_file: Path | None) -> int:
    """As the worker does, a little later than the clocks may differ."""
    db = await connect(database)
    try:
        return await seal_all(db, datetime.now(UTC) + proof.CLOCKS_DIFFER + timedelta(seconds=1), key_file)
    finally:
        await db.close()


async def test_from_the_key_to_the_forgery(shop: str, praemia: Run, tmp_path: Path) -> None:
    key, public, copy = tmp_path / "proof.pem", tmp_path / "proof.pub", tmp_path / "copy.json"
    made = praemia("proof", "key", str(key), "--name", "Anna")
    assert made.exit_code == 0, made.stderr
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    public.write_text(made.stdout)
    assert praemia("proof", "key", str(key)).exit_code == 2, "an existing key is never overwritten"

    assert "nothing is sealed yet" in praemia("verify").stdout
    sealed = praemia("proof", "seal", "--key", str(key))
    assert "checkpoint 1: 0 transfers sealed" in sealed.stdout, "what is younger than the clocks may differ waits"
    assert await seal_now(shop, key) == 2
    shown = praemia("proof", "show").stdout
    assert re.findall(r"^│ (\d) ", shown, re.M) == ["2", "1"]
    assert "nobody" not in shown

    clean = praemia("proof", "verify", "--trust", str(public))
    assert clean.exit_code == 0, clean.stdout
    assert "checkpoint 2, signed up to 2" in clean.stdout
    assert "clean" in praemia("verify").stdout
    copy.write_text(praemia("proof", "export").stdout)
    assert praemia("proof", "check", str(copy), "--trust", str(public)).exit_code == 0
    forged = copy.with_name("forged.json")
    forged.write_text(json.dumps(json.loads(copy.read_text()) | {"rows": 1}))
    assert praemia("proof", "check", str(forged)).exit_code == 1

    owner = await asyncpg.connect(shop)
    event = await owner.fetchval("update transfers set amount = 11 where amount = 10 returning event_id")
    found = praemia("proof", "verify", "--trust", str(public), "--copy", str(copy))
    assert found.exit_code == 1
    assert f"event_id={event}" in found.stdout
    assert "amount was 10, is 11" in found.stdout
    assert praemia("verify").exit_code == 1
    await owner.close()


async def test_without_a_key_the_worker_seals_and_nobody_signs(shop: str, praemia: Run) -> None:
    assert await seal_now(shop, None) == 2
    assert await seal_now(shop, None) == 0
    assert "not signed" in praemia("proof", "verify").stdout


async def test_a_statement_of_a_day_closes_with_the_balance(shop: str, praemia: Run) -> None:
    told = praemia("statement", "cafe", "ada", "--from", "2025-06-01", "--until", "2025-06-01", "--lang", "de")
    assert told.exit_code == 0, told.stderr
    rows = [[cell.strip() for cell in line.strip("│┃").split("│")] for line in told.stdout.splitlines() if "│" in line]
    assert [row[1:] for row in rows] == [
        ["Anfangsstand", "", "0"],
        ["gutgeschrieben", "10", "10"],
        ["gutgeschrieben", "5", "15"],
        ["Endstand", "", "15"],
    ]
    later = praemia("statement", "cafe", "ada", "--from", "2025-06-02")
    assert "opening balance │        │      15" in later.stdout


async def test_the_log_says_who_applied_what(shop: str, praemia: Run, tmp_path: Path) -> None:
    file = tmp_path / "cafe.yaml"
    file.write_text(ONE_POINT_PER_EURO.replace("points: 1,", "points: 2,"))
    assert praemia("program", "apply", str(file), "--by", "Anna", "--note", "double").exit_code == 0
    assert praemia("program", "apply", str(file), "--by", "Anna").exit_code == 0, "the same again is no deed"
    assert praemia("key", "issue", "till 1", "--role", "till").exit_code == 0
    async with open_ground(shop, slug="main") as ground, ground.db.rehearsal(ground.tenant_id) as tx:
        entries = [(e.action, e.actor.name, e.actor.origin, e.subject) for e in await access.audit_of(tx)]
    assert [e[0] for e in entries] == ["access.key.issued", "programs.program.applied"]
    assert entries[1][1:] == ("Anna", "command line", "cafe")
    assert "double" in praemia("audit", "cafe").stdout


async def test_two_signatures_of_one_checkpoint_stand_side_by_side(shop: str, tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        file = tmp_path / name
        file.write_bytes(proof.spell_private(proof.new_key()))
        files.append(file)
        await seal_now(shop, file)
    async with open_ground(shop, slug="main") as ground, ground.db.rehearsal(ground.tenant_id) as tx:
        ((_, signatures),) = await proof.newest_checkpoints(tx)
    assert {s.key_id for s in signatures} == {proof.key_id_of(proof.read_public(f.read_bytes())) for f in files}


async def test_verify_judges_again_what_is_asked_for(shop: str, praemia: Run) -> None:
    again = praemia("verify", "--recompute")
    assert again.exit_code == 0, again.stdout + again.stderr
    assert "3 of 3 events judged again" in again.stdout
    assert "2 of 2 events judged again, drawn by chance" in praemia("verify", "--sample", "2").stdout
    owner = await asyncpg.connect(shop)
    forged = "jsonb_set(inputs::jsonb, '{lines,0,amount_minor}', '9900')::json"
    await owner.execute(f"update events set inputs = {forged} where inputs ->> 'order' = 'A1'")  # noqa: S608
    await owner.close()
    found = praemia("verify", "--recompute")
    assert found.exit_code == 1
    assert "E4" in found.stdout


@pytest.mark.parametrize("words", [("check", "gone.json"), ("verify", "--copy", "gone.json"), ("seal", "--key", "gone.pem")])
def test_a_file_that_is_not_there_is_refused_in_words(words: tuple[str, ...], praemia: Run) -> None:
    refused = praemia("proof", *words)
    assert refused.exit_code == 2
    assert "does not exist" in refused.stderr
