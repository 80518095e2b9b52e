"""What the surroundings decide: environment variables, all with a default that works on a laptop."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

_WITHOUT_PREFIX = {"database_url": "DATABASE_URL", "port": "PORT"}


class Settings(BaseModel):
    """Read from PRAEMIA_… variables when it is made; DATABASE_URL and PORT are understood without the prefix too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database_url: SecretStr | None = Field(
        default=None,
        description="a PostgreSQL 15 or newer; without it Praemia starts one of its own under state_dir",
    )
    state_dir: Path = Field(default=Path(".state"), description="where Praemia keeps its own PostgreSQL and its secrets")
    proof_key_file: Path | None = Field(default=None, description="the private key that signs checkpoints; without it they stay unsigned")
    host: str = Field(default="127.0.0.1", description="the address the server listens on")
    port: int = Field(default=8000, description="the port it listens on")
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

    @model_validator(mode="before")
    @classmethod
    def _from_the_environment(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is not given is looked for there, in letters of either case; with the prefix first."""
        said = {variable.upper(): value for variable, value in os.environ.items()}
        found: dict[str, Any] = {}
        for name in cls.model_fields:
            for variable in (f"PRAEMIA_{name.upper()}", _WITHOUT_PREFIX.get(name, "")):
                if variable in said:
                    found.setdefault(name, said[variable])
        return {**found, **given}
