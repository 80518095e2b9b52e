"""Settings come from the environment; what is given wins."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from praemia.foundation.settings import Settings


def test_a_variable_is_the_name_of_a_setting_with_a_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAEMIA_STATE_DIR", "/somewhere")
    monkeypatch.setenv("praemia_pool_size", "3")
    monkeypatch.setenv("PRAEMIA_NOTHING_OF_OURS", "x")
    settings = Settings()
    assert (settings.state_dir, settings.pool_size) == (Path("/somewhere"), 3)


def test_two_are_understood_without_the_prefix_which_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9001")
    monkeypatch.setenv("DATABASE_URL", "postgresql://here")
    monkeypatch.delenv("PRAEMIA_DATABASE_URL", raising=False)
    monkeypatch.setenv("HOST", "0.0.0.0")
    settings = Settings()
    assert settings.port == 9001
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://here"
    assert settings.host == "127.0.0.1", "a shell's own variable is not ours"
    monkeypatch.setenv("PRAEMIA_PORT", "9002")
    assert Settings().port == 9002


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAEMIA_PORT", "9002")
    assert Settings(port=9003).port == 9003


def test_what_is_no_setting_or_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError):
        Settings(prot=1)  # type: ignore[call-arg]
    monkeypatch.setenv("PRAEMIA_POOL_SIZE", "1")
    with pytest.raises(ValidationError, match="pool_size"):
        Settings()


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://anna:hunter2@here")
    assert "hunter2" not in repr(Settings())
