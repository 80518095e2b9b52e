"""squawk reads every migration for locks and other traps of changing tables in use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import REPOSITORY

MIGRATIONS = sorted((REPOSITORY / "src" / "praemia" / "migrations").glob("*.sql"))
EXCLUDED = {
    "prefer-bigint-over-int": "buckets, tenants, programmes and versions are few; what grows (quanta, positions) is bigint",
    "prefer-bigint-over-smallint": "units, lines and birthdays fit, and these columns are in every ledger row",
    "require-lock-timeout": "the migrator sets it before any file",
    "require-statement-timeout": "a migration may take as long as it needs; waiting for a lock is what must not take long",
}


def test_the_migrations_have_no_known_traps() -> None:
    assert MIGRATIONS
    assert _complaints(*MIGRATIONS) == []


def test_every_exclusion_is_needed() -> None:
    assert {complaint.split()[1] for complaint in _complaints(*MIGRATIONS, excluding=())} >= set(EXCLUDED)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("alter table lots add column colour text not null;", "adding-required-field"),
        ("create index lots_by_day on lots (last_day);", "require-concurrent-index-creation"),
        ("alter table lots alter column amount type text;", "changing-column-type"),
        ("alter table lots drop column earned_at;", "ban-drop-column"),
    ],
)
def test_a_trap_is_found(statement: str, rule: str, tmp_path: Path) -> None:
    planted = tmp_path / "9999_trap.sql"
    planted.write_text(statement)
    assert f"9999_trap.sql:1 {rule}" in [c.rsplit("/", 1)[-1] for c in _complaints(planted)]


def _complaints(*files: Path, excluding: tuple[str, ...] = tuple(EXCLUDED)) -> list[str]:
    squawk = str(Path(sys.executable).with_name("squawk"))
    command = [squawk, "--pg-version", "15", "--assume-in-transaction", "--reporter", "json", *(f"--exclude={rule}" for rule in excluding)]
    result = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    return [f"{found['file']}:{found['line'] + 1} {found['rule_name']}" for found in json.loads(result.stdout)]
