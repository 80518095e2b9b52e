"""The command `praemia program`, as typed: what it prints, what it answers with its exit code, what it leaves in the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from praemia.bootstrap import build

Run = Callable[..., Result]
CAFE = Path(__file__).parents[2] / "examples" / "customer-cafe.yaml"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command that needs no database; answers what it printed and its exit code."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "160")
    return lambda *words, **given: CliRunner().invoke(build(), ["program", *map(str, words)], **given)


@pytest.fixture
def praemia(typed: Run, database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on this test's database."""
    monkeypatch.setenv("PRAEMIA_DATABASE_URL", database)
    return typed


def test_a_programme_lives_its_life_on_the_command_line(praemia: Run, tmp_path: Path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(CAFE.read_text("utf-8").replace("multiply: 2", "multiply: 3"), "utf-8", newline="")
    assert "Programme cafe is new." in praemia("plan", CAFE).stdout
    assert "applied: cafe version 1, counts from the beginning" in praemia("apply", CAFE).stdout
    assert "unchanged: cafe is at version 1 already" in praemia("apply", CAFE).stdout
    planned = praemia("plan", changed)
    assert "multiply: 2 -> 3" in planned.stdout
    assert "Rule 'quiet-hours' will give more: 3 times the points instead of 2 times the points." in planned.stderr
    assert "applied: cafe version 2" in praemia("apply", changed, "--note", "spring [sale]").stdout
    assert praemia("export", "cafe").stdout_bytes == changed.read_bytes()
    assert "applied: cafe version 3" in praemia("rollback", "cafe", "1").stdout
    assert praemia("export", "cafe").stdout_bytes == CAFE.read_bytes()
    assert praemia("export", "cafe", "--version", "2").stdout_bytes == changed.read_bytes()
    history = praemia("history", "cafe")
    assert "spring [sale]" in history.stdout
    assert "back to version 1" in history.stdout


def test_a_plan_leaves_the_database_as_it_was(praemia: Run) -> None:
    praemia("plan", CAFE)
    assert praemia("history", "cafe").exit_code == 1


def test_a_version_can_be_planned_ahead_but_not_back(praemia: Run, tmp_path: Path) -> None:
    later = tmp_path / "later.yaml"
    later.write_text(CAFE.read_text("utf-8") + "# later\n", "utf-8")
    praemia("apply", CAFE)
    refused = praemia("apply", later, "--from", "2020-01-01")
    assert (refused.exit_code, "programs.effective_too_early" in refused.stderr) == (1, True)
    assert "counts from 2099-01-01 11:00:00 UTC" in praemia("apply", later, "--from", "2099-01-01T12:00:00+01:00").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["export", "nothing"], 1, "there is no programme 'nothing'"),
        (["rollback", "nothing", "1"], 1, "there is no programme 'nothing'"),
    ],
)
def test_what_cannot_be_done_is_said_with_an_exit_code(praemia: Run, words: list[str], code: int, said: str) -> None:
    result = praemia(*words)
    assert (result.exit_code, said in result.stderr) == (code, True), result.output


@pytest.mark.parametrize(("words", "said"), [(["validate", "no-such-file.yaml"], "No such file"), (["apply"], "Missing argument")])
def test_a_command_used_wrongly_exits_with_2(typed: Run, words: list[str], said: str) -> None:
    result = typed(*words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.output


def test_faults_are_printed_with_the_line_a_caret_and_a_suggestion(typed: Run) -> None:
    text = (
        'program: cafe\nunits: { points: {} }\nearning:\n  rules: [{ id: a, trigger: purchase, earn: { points: 1, per_amout: "1.00" } }]\n'
    )
    result = typed("validate", "-", input=text)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "-:4:58: error: There is no key 'per_amout' here. [unknown_key]",
        '    4 |   rules: [{ id: a, trigger: purchase, earn: { points: 1, per_amout: "1.00" } }]',
        "      |" + " " * 58 + "^",
        "      = help: did you mean 'per_amount'?",
        "1 fault; nothing was changed",
    ]


@pytest.mark.parametrize("command", ["schema", "validate", "plan", "apply", "export", "history", "rollback"])
def test_every_command_teaches_with_an_example(typed: Run, command: str) -> None:
    assert f"Example: praemia program {command}" in typed(command, "--help").stdout
