"""A house of straw: the smallest tree that every check is content with, to plant faults in."""

from __future__ import annotations

from pathlib import Path

HOUSE: dict[str, str] = {
    "README.md": "# Straw\n\nSee [the map](docs/architecture.md).\n",
    "requirements.lock": "httpx2==2.16 \\\n    --hash=sha256:00\n",
    "docs/architecture.md": "# Map\n\nPoints move in `ledger/service.py`.\n",
    "docs/decisions/0001-straw.md": "# 1\n\n## Context\n\n## Decision\n\n## Consequences\n\n## Enforced by\n",
    "src/praemia/__init__.py": '"""The package."""\n',
    "src/praemia/foundation/__init__.py": '"""The ground."""\n',
    "src/praemia/foundation/errors.py": '"""Refusals."""\n\n\nclass DomainError(Exception):\n    """A refusal."""\n',
    "src/praemia/migrations/0001_house.sql": "create table lots (\n    bucket int,\n    tenant_id int,\n    amount bigint\n);\n",
    "src/praemia/rules/__init__.py": '"""Front door."""\n',
    "src/praemia/rules/README.md": "# Rules\n",
    "src/praemia/rules/model.py": '"""Words."""\n',
    "src/praemia/ledger/README.md": "# Ledger\n",
    "src/praemia/ledger/__init__.py": '"""Front door."""\n\nfrom praemia.ledger.service import post\n\n__all__ = ["post"]\n',
    "src/praemia/ledger/errors.py": (
        '"""Refusals."""\n\nfrom praemia.foundation.errors import DomainError\n\n\n'
        'class NotEnough(DomainError):\n    """Too little."""\n\n    code = "ledger.not_enough"\n'
    ),
    "src/praemia/ledger/model.py": '"""Values."""\n',
    "src/praemia/ledger/core/__init__.py": '"""Pure."""\n',
    "src/praemia/ledger/service.py": (
        '"""Verbs."""\n\nfrom praemia.ledger import store\n\n\ndef post() -> None:\n    """Post."""\n    store.insert_lots(None)\n'
    ),
    "src/praemia/ledger/store.py": '"""Rows in, values out."""\n\n\ndef insert_lots(tx: object) -> None:\n    """Open lots."""\n',
    "src/praemia/ledger/queries.sql": (
        "-- name: insert_lots(tenant_id, bucket)!\n-- Open lots.\n"
        "insert into lots (bucket, tenant_id, amount) values (:bucket, :tenant_id, 1);\n"
    ),
}


def build(root: Path, planted: dict[str, str | None] | None = None) -> Path:
    """Write the house with something planted in it: a text replaces or adds a file, one that begins with `+` is appended, None removes."""
    for path, text in (HOUSE | (planted or {})).items():
        if text is None:
            continue
        if text.startswith("+"):
            text = HOUSE[path] + text[1:]
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root
