"""What no single block can know: names that must exist elsewhere, keys that exclude each other, amounts finer than their unit.

Each check yields faults and changes nothing. They run over the parts of a file whose blocks are well formed; a name that
stands in a broken block still counts as known, so that one mistake is told once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from zoneinfo import available_timezones

from praemia.foundation.errors import Fault
from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.document import Document, Path
from praemia.programs.core.scalars import nearest
from praemia.programs.core.schema import BudgetBlock, CapBlock, ProgramFile
from praemia.programs.core.translate import budget_unit, default_unit
from praemia.rules import BUILT_IN_TRIGGERS, Period

RESERVED_FIELDS = frozenset({"amount_minor", "quantity", "channel", "location", "partner", "hour", "weekday", "day", "lines"})
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})
_CAP_PERIODS = (Period.ORDER, Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR, Period.LIFETIME)
_LONG_PERIODS = _CAP_PERIODS[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A file under examination. `places` maps positions in a list of `file` to positions in the text, per list.

    `damaged` are the positions of rules that lack a part with a fault of shape.
    """

    document: Document
    file: ProgramFile
    places: Mapping[str, Sequence[int]]
    damaged: Collection[int]
    units: Collection[str]
    rules: Collection[str]
    activities: Collection[str]

    def path(self, block: str, index: int) -> Path:
        """Where the entry of `rules`, `caps` or `budgets` stands in the text."""
        return ("earning", block, self.places[block][index])

    def fault(self, path: Path, code: str, message: str, suggestion: str | None = None, *, at_key: bool = False) -> Fault:
        """A fault at a path of the text."""
        return self.document.fault(path, code, message, suggestion=suggestion, at_key=at_key)


def check_settings(subject: Subject) -> Iterator[Fault]:
    """Time zone, currency, activities."""
    file = subject.file
    if file.timezone not in _zones():
        yield unknown(subject, ("timezone",), "time zone", file.timezone, _zones())
    if file.currency not in MINOR_DIGITS:
        yield unknown(subject, ("currency",), "currency (ISO 4217)", file.currency, MINOR_DIGITS)
    for name, activity in file.activities.items():
        if name in BUILT_IN_TRIGGERS:
            message = f"{name!r} is built in and cannot be declared as an activity."
            yield subject.fault(("activities", name), "reserved", message, "remove it, or choose another name", at_key=True)
        for field in activity.fields:
            if field in RESERVED_FIELDS:
                path = ("activities", name, "fields", field)
                yield subject.fault(
                    path, "reserved", f"{field!r} has a meaning of its own in conditions.", "choose another name", at_key=True
                )
    for code, unit in file.units.items():
        if unit.value is not None and file.currency in MINOR_DIGITS and unit.value > 10**9:
            yield subject.fault(("units", code, "value"), "range", "The value of one unit is more than a thousand million.")


def check_caps(subject: Subject) -> Iterator[Fault]:
    """The programme's caps: known units, amounts that fit."""
    default = default_unit(subject.file)
    seen: set[tuple[str, Period]] = set()
    for index, cap in enumerate(subject.file.earning.caps):
        path = subject.path("caps", index)
        if (cap.unit or default, cap.per) in seen:
            yield subject.fault(path, "duplicate_cap", f"There is already a cap on {cap.unit or default!r} per {cap.per.value}.")
        seen.add((cap.unit or default, cap.per))
        if cap.unit is not None and cap.unit not in subject.units:
            yield unknown(subject, (*path, "unit"), "unit", cap.unit, subject.units)
        else:
            yield from check_points(subject, (*path, "points"), cap.points, cap.unit or default)


def check_budgets(subject: Subject) -> Iterator[Fault]:
    """Budgets: unique ids, known rules of one unit, points or money, a unit with a value for money."""
    seen: set[str] = set()
    for index, budget in enumerate(subject.file.earning.budgets):
        path = subject.path("budgets", index)
        if budget.id in seen:
            yield subject.fault((*path, "id"), "duplicate_id", f"There is already a budget {budget.id!r}.")
        seen.add(budget.id)
        yield from _check_budget(subject, path, budget)


def _check_budget(subject: Subject, path: Path, budget: BudgetBlock) -> Iterator[Fault]:
    for name in sorted(set(budget.rules)):
        if name not in subject.rules:
            yield unknown(subject, _token_path(subject.document, (*path, "rules"), name), "rule", name, subject.rules)
    if (budget.points is None) == (budget.money is None):
        yield subject.fault(path, "one_of", "A budget has exactly one of points and money.")
    yield from check_period(subject, (*path, "per"), "A budget", budget.per, _LONG_PERIODS)
    if budget.unit is not None and budget.unit not in subject.units:
        yield unknown(subject, (*path, "unit"), "unit", budget.unit, subject.units)
        return
    unit = budget_unit(subject.file, budget)
    default = default_unit(subject.file)
    for rule in subject.file.earning.rules:
        if rule.id in budget.rules and (rule.to or default) != unit:
            message = f"Rule {rule.id!r} gives {rule.to or default!r}, but this budget counts {unit!r}."
            yield subject.fault((*path, "rules"), "unit_mismatch", message, "make one budget for each unit")
    if budget.points is not None:
        yield from check_points(subject, (*path, "points"), budget.points, unit)
    if budget.money is not None:
        yield from check_money(subject, (*path, "money"), budget.money)
        if unit in subject.file.units and subject.file.units[unit].value is None:
            message = f"A budget in money needs to know what one {unit!r} is worth."
            yield subject.fault((*path, "money"), "no_value", message, f"add 'value' to the unit {unit!r}")


def check_cap(subject: Subject, path: Path, cap: CapBlock, unit: str) -> Iterator[Fault]:
    """A rule's own cap."""
    yield from check_period(subject, (*path, "per"), "The cap of a rule", cap.per, _CAP_PERIODS)
    yield from check_points(subject, (*path, "points"), cap.points, unit)


def check_period(subject: Subject, path: Path, what: str, period: Period, allowed: Sequence[Period] = _LONG_PERIODS) -> Iterator[Fault]:
    """A period that makes sense for what it limits."""
    if period not in allowed:
        yield subject.fault(path, "period", f"{what} cannot be per {period.value}: {', '.join(allowed)}.")


def check_points(subject: Subject, path: Path, points: Fraction, unit: str) -> Iterator[Fault]:
    """A fixed number of points must be a whole number of the unit's smallest part. Silent about an unknown or broken unit."""
    block = subject.file.units.get(unit)
    if block is None:
        return
    quanta = points * 10**block.decimals
    if quanta.denominator != 1:
        carries = f"{block.decimals} decimals" if block.decimals else "no decimals"
        yield subject.fault(path, "too_fine", f"The unit {unit!r} carries {carries}; this amount has more.")
    elif quanta > 10**15:
        yield subject.fault(path, "range", "The amount is too large to count.")


def check_money(subject: Subject, path: Path, amount: Fraction) -> Iterator[Fault]:
    """An amount of money must be a whole number of minor units. Silent about an unknown currency."""
    digits = MINOR_DIGITS.get(subject.file.currency)
    if digits is not None and (amount * 10**digits).denominator != 1:
        carries = f"{digits} decimals" if digits else "no decimals"
        yield subject.fault(path, "too_fine", f"{subject.file.currency} has {carries}; this amount has more.")


def unknown(subject: Subject, path: Path, what: str, name: str, known: Collection[str]) -> Fault:
    """A name that nothing in the file (or the world) carries, with the one that was probably meant."""
    close = nearest(name, known)
    suggestion = f"did you mean {close!r}?" if close else (f"known: {', '.join(sorted(known))}" if 0 < len(known) <= 8 else None)
    return subject.fault(path, "unknown_name", f"There is no {what} {name!r}.", suggestion)


def _token_path(document: Document, path: Path, name: str) -> Path:
    """The place of one word in a list that may also be a single word."""
    tree = document.root
    for step in path:
        tree = tree[step]
    return (*path, tree.index(name)) if isinstance(tree, tuple) and name in tree else path


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_ZONES
