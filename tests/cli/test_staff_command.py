"""The command `praemia staff`, as typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from praemia.bootstrap import build

Run = Callable[..., Result]


@pytest.fixture
def praemia(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on this test's database, with a vault of its own."""
    monkeypatch.setenv("PRAEMIA_DATABASE_URL", database)
    monkeypatch.setenv("PRAEMIA_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("PRAEMIA_PASSWORD_MEMORY_KIB", "64")
    monkeypatch.setenv("PRAEMIA_PUBLIC_URL", "https://club.example")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words, **given: CliRunner().invoke(build(), ["staff", *words], **given)


def test_people_come_and_go_on_the_command_line(praemia: Run) -> None:
    made = praemia("owner", "create", "Olga", "--email", "olga@example.org", input="correct horse battery\n")
    assert "Olga is an owner now" in made.stdout, made.output
    link = praemia("invite", "Ina", "--email", "ina@example.org", "--role", "cashier", "--role", "support").stdout.strip()
    assert re.fullmatch(r"https://club\.example/invitation/[\w-]{70}", link)
    listed = praemia("list").stdout
    assert re.search(r"Olga.*owner everywhere.*joined", listed)
    found = re.search(r"Ina\W+([0-9a-f-]{36}).*cashier, support everywhere.*invited", listed)
    assert found is not None, listed
    again = praemia("invite-again", found.group(1)).stdout.strip()
    assert again != link
    assert praemia("roles", found.group(1), "--role", "auditor").exit_code == 0
    assert praemia("end", found.group(1)).exit_code == 0
    assert re.search(r"Ina.*auditor everywhere.*ended", praemia("list").stdout)


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("owner", "create", "Olga", "--email", "olga"), "correct horse battery\n", "no_email"),
        (("owner", "create", "Olga", "--email", "olga@example.org"), "short\n", "too_short"),
        (("invite", "Ina", "--email", "ina@example.org", "--role", "casheer"), "", "unknown_role"),
    ],
)
def test_what_is_wrong_is_named_and_nobody_comes(words: tuple[str, ...], typed: str, code: str, praemia: Run) -> None:
    refused = praemia(*words, input=typed)
    assert refused.exit_code == 1
    assert [fault.code for fault in refused.exception.faults] == [code]  # type: ignore[union-attr]
    assert "Olga" not in praemia("list").stdout


def test_a_name_in_brackets_is_shown_as_it_is(praemia: Run) -> None:
    praemia("invite", "Ina [/bold] [red]", "--email", "ina@example.org", "--role", "cashier")
    listed = praemia("list")
    assert listed.exit_code == 0
    assert "Ina [/bold] [red]" in listed.stdout


def test_the_last_owner_cannot_be_ended(praemia: Run) -> None:
    praemia("owner", "create", "Olga", "--email", "olga@example.org", input="correct horse battery\n")
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", praemia("list").stdout)
    assert found is not None
    assert "somebody has to stay the owner" in str(praemia("end", found.group()).exception)
