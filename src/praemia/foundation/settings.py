"""What the surroundings decide: environment variables, all with a default that works on a laptop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from praemia.foundation.errors import Fault, InvalidInput


class Settings(BaseSettings):
    """Read from PRAEMIA_… variables; DATABASE_URL and PORT are understood without the prefix too."""

    model_config = SettingsConfigDict(env_prefix="PRAEMIA_", extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("PRAEMIA_DATABASE_URL", "DATABASE_URL"),
        description="a PostgreSQL 15 or newer; without it Praemia starts one of its own under state_dir",
    )
    state_dir: Path = Field(default=Path(".state"), description="where Praemia keeps its own PostgreSQL and its secrets")
    proof_key_file: Path | None = Field(default=None, description="the private key that signs checkpoints; without it they stay unsigned")
    host: str = Field(default="127.0.0.1", description="the address the server listens on")
    port: int = Field(
        default=8000,
        ge=0,
        le=65_535,
        validation_alias=AliasChoices("PRAEMIA_PORT", "PORT"),
        description="the port it listens on; 0: one that is free, which it names",
    )
    processes: int = Field(default=1, ge=1, description="how many server processes share the port; each uses one processor")
    pool_size: int = Field(default=8, ge=2, description="database connections of one process")
    keep_jobs_days: int = Field(default=30, ge=1, description="for how many days jobs that are done are kept, to be looked at")
    tenant: str = Field(default="main", description="the tenant the command line speaks for")
    vault_key: SecretStr | None = Field(
        default=None, description="what personal data is encrypted with (lines `number key`); without it a file under state_dir, made once"
    )
    password_memory_kib: int = Field(default=19_456, ge=8, description="memory that hashing a password takes (Argon2id)")
    password_passes: int = Field(default=2, ge=1, description="passes over that memory")
    smtp_url: SecretStr | None = Field(
        default=None, description="where mail leaves: smtp://user:password@host:587 (STARTTLS) or smtps://…:465; without it mail waits"
    )
    mail_from: str = Field(default="Praemia <praemia@localhost>", description="the sender of mail")
    second_factor: Literal["auto", "required", "asked"] = Field(
        default="auto", description="of owners and managers: auto asks where all programmes are sandboxes, and requires it otherwise"
    )
    public_url: str | None = Field(default=None, description="the address people reach this server under, for links in mail")


def read_settings() -> Settings:
    """The settings of this process. Raises InvalidInput, naming every variable that cannot be understood."""
    try:
        return Settings()
    except ValidationError as error:
        raise InvalidInput([Fault(path=_variable(str(each["loc"][0])), message=each["msg"]) for each in error.errors()]) from None


def _variable(field: str) -> str:
    """The variable as it was written: with the prefix, or without it where that is understood."""
    name = field if field.isupper() else f"PRAEMIA_{field.upper()}"
    short = name.removeprefix("PRAEMIA_")
    return short if name not in os.environ and short in os.environ else name
