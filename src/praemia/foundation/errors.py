"""Refusals as values with a code; a bug is a crash and never comes through here.

Every room's refusals subclass DomainError. No HTTP here: web/errors.py holds the one table code -> status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal: `code` for machines, typed `fields` for clients, a message for people. It changes nothing.

    A subclass sets `code` ("room.reason") and `template`; the message is the template filled with the fields, so
    the two cannot disagree.
    """

    code: ClassVar[str]
    template: ClassVar[str]

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with an input. `path` is a JSON pointer into it; line and column count from 1 where the input is a file."""

    path: str
    message: str
    code: str = "invalid"
    line: int | None = None
    column: int | None = None
    suggestion: str | None = None


class InvalidInput(DomainError):
    """Malformed input: carries every fault, not only the first."""

    code = "input.invalid"
    template = "{summary}"

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        summary = faults[0].message if len(faults) == 1 else f"{len(faults)} faults, the first: {faults[0].message}"
        super().__init__(summary=summary)
