"""The CEL conditions of a file: checked by the rules room, their faults moved to this file's lines and columns."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from praemia.foundation.errors import Fault
from praemia.foundation.values import replace
from praemia.programs.core.checks import Subject
from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.document import Document, Mark, Path, pointer
from praemia.rules import BUILT_IN_TRIGGERS, PURCHASE, ActivityType, Earning, Unit, check_expression


def check_conditions(subject: Subject) -> Iterator[Fault]:
    """Faults of every `when.if`. Rules of an unknown trigger are left to the check that tells of it."""
    file = subject.file
    setting = Earning(
        timezone=ZoneInfo("UTC"),
        currency=file.currency if file.currency in MINOR_DIGITS else "EUR",
        units=tuple(Unit(code=code, decimals=unit.decimals) for code, unit in file.units.items()),
        activities=tuple(
            ActivityType(name=name, fields={k: v.value for k, v in block.fields.items()}) for name, block in file.activities.items()
        ),
    )
    for path, text, trigger in _conditions(subject):
        mark = subject.document.values[path]
        for fault in check_expression(text, setting, trigger):
            line, column = _moved(subject.document, mark, fault)
            suggestion = f"did you mean {fault.suggestion!r}?" if fault.suggestion else None
            yield replace(fault, path=pointer(path), line=line, column=column, suggestion=suggestion)


def _conditions(subject: Subject) -> Iterator[tuple[Path, str, str]]:
    """Every expression with its place and its trigger."""
    file = subject.file
    for index, rule in enumerate(file.earning.rules):
        if rule.when.expression is not None and (rule.trigger in BUILT_IN_TRIGGERS or rule.trigger in file.activities):
            yield (*subject.path("rules", index), "when", "if"), rule.when.expression, rule.trigger
    for index, promotion in enumerate(file.promotions):
        if promotion.when.expression is not None:
            yield ("promotions", index, "when", "if"), promotion.when.expression, PURCHASE


def _moved(document: Document, mark: Mark, fault: Fault) -> tuple[int, int]:
    """Where a place in the expression stands in the file. Exact for one-line and literal block scalars, else the scalar's start."""
    line, column = fault.line or 1, fault.column or 1
    if mark.style in ("|", ">"):
        lines = document.text.split("\n")
        if mark.style == ">" or mark.line + line > len(lines):
            return mark.line, mark.column
        first = lines[mark.line] if mark.line < len(lines) else ""
        return mark.line + line, len(first) - len(first.lstrip(" ")) + column
    if line > 1:
        return mark.line, mark.column
    return mark.line, mark.column + (1 if mark.style in ("'", '"') else 0) + column - 1
