"""The text somebody works on: their draft, or the newest version when they have none. Forms and the text page change the same draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from praemia import programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.programs import ProgramFile, Tree
from praemia.web.console.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A text in work. `root` is None where it is no YAML, `file` None where it has faults. `is_outdated`: others have applied since."""

    text: str
    applied: str
    base: int
    newest: int
    is_draft: bool
    root: Tree
    file: ProgramFile | None
    faults: tuple[Fault, ...]

    @property
    def is_outdated(self) -> bool:
        """Whether somebody applied another version since this was begun."""
        return self.is_draft and self.base != self.newest

    @property
    def shown(self) -> dict[str, Any]:
        """What every page of the programme shows of it."""
        return {"bench": self}


async def bench_of(tx: Tx, desk: Desk) -> Bench:
    """What the person at this desk works on."""
    applied = await programs.export(tx, desk.slug)
    newest = desk.program.versions[-1].version
    draft = await programs.find_draft(tx, desk.slug, desk.visit.subject_id)
    text = draft.source if draft else applied
    file, faults = read(text)
    return Bench(
        text=text,
        applied=applied,
        base=draft.base if draft else newest,
        newest=newest,
        is_draft=draft is not None,
        root=programs.read_document(text).root,
        file=file,
        faults=faults,
    )


def read(text: str) -> tuple[ProgramFile | None, tuple[Fault, ...]]:
    """The file and its faults; one of the two is empty."""
    try:
        return programs.read_program(text).file, ()
    except InvalidInput as refusal:
        return None, tuple(refusal.faults)


async def keep(tx: Tx, desk: Desk, text: str) -> None:
    """Keep the text as the draft of whoever sits here; the text of the newest version is no draft."""
    newest = await programs.export(tx, desk.slug)
    draft = await programs.find_draft(tx, desk.slug, desk.visit.subject_id)
    is_newest = text == newest and (draft is None or draft.base == desk.program.versions[-1].version)
    await programs.keep_draft(tx, desk.slug, desk.visit.subject_id, None if is_newest else text, at=desk.now)
