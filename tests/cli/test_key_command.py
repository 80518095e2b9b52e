"""The command `praemia key`, as typed."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner, Result

from praemia.bootstrap import build


def test_a_key_is_shown_once_listed_as_it_was_named_and_revoked(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PRAEMIA_DATABASE_URL": database, "COLUMNS": "200", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)

    def praemia(*words: str) -> Result:
        return CliRunner().invoke(build(), ["key", *words])

    secret = praemia("issue", "till [/bold] [3]", "--role", "shop").stdout.strip()
    listed = praemia("list")
    assert listed.exit_code == 0, listed.output
    assert "till [/bold] [3]" in listed.stdout
    assert secret not in listed.stdout
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", listed.stdout)
    assert found is not None
    assert praemia("revoke", found.group()).exit_code == 0
    assert re.search(found.group() + r".*20\d\d-\d\d-\d\d", praemia("list").stdout), "since when it is revoked"
