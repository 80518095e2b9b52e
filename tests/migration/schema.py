"""The schema as one page: what pg_dump says of a freshly migrated database, without what differs between versions and months.

`python -m tests.migration.schema` writes docs/schema.sql anew; a test holds the two equal.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import tempfile
from pathlib import Path

from praemia.foundation import postgres
from praemia.foundation.migrations import migrate
from tests.architecture.tree import REPOSITORY

PAGE = REPOSITORY / "docs" / "schema.sql"
_OPENING = (
    "-- The schema after all migrations, plain layout, without the monthly parts of events.\n-- Written by `make schema`; do not edit.\n\n"
)
_NOISE = re.compile(r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*|ALTER .* OWNER TO .*)$", re.M)


def dump(dsn: str, binaries: postgres.Binaries) -> str:
    """The schema of a database as text that is the same for every version of PostgreSQL from 15 on."""
    command = [str(binaries.bin / "pg_dump"), "--schema-only", "--no-owner", "--exclude-table=events_2*", dsn]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return _OPENING + re.sub(r"\n{3,}", "\n\n", _NOISE.sub("", text)).strip() + "\n"


def dumper(major: int) -> postgres.Binaries | None:
    """An installation whose pg_dump reads a server of that major version, if there is one."""
    return next((b for b in postgres.installed() if b.major == major and (b.bin / "pg_dump").exists()), None)


def main() -> None:
    """Migrate a server of our own that lives as long as this takes, and write the page."""
    with tempfile.TemporaryDirectory() as folder, postgres.running(Path(folder) / "data") as server:
        asyncio.run(migrate(server.dsn))
        binaries = dumper(server.major)
        if binaries is None:
            raise SystemExit(f"there is no pg_dump of PostgreSQL {server.major} here")
        PAGE.write_text(dump(server.dsn, binaries), "utf-8")
    print(f"written: {PAGE.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main()
