"""What one rule may not say: two effects at once, keys that mean nothing for its trigger, names nobody declared.

A rule that could never fire for a reason the file alone shows (a multiplier without a base rule) is a warning and not a fault:
the base rule may be on its way. Conditions in CEL are type-checked by the rules room and their faults moved to this file's lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from praemia.foundation.errors import Fault
from praemia.programs.core.checks import Subject, check_cap, check_money, check_period, check_points, unknown
from praemia.programs.core.document import Path
from praemia.programs.core.schema import EarnBlock, FieldType, RuleBlock
from praemia.programs.core.translate import default_unit
from praemia.rules import ANNIVERSARY, BIRTHDAY, BUILT_IN_TRIGGERS, PURCHASE

_NUMERIC = (FieldType.INT, FieldType.MONEY)
_PURCHASE_CONDITIONS = ("min_amount", "min_quantity", "first_purchase")


def check_rules(subject: Subject) -> Iterator[Fault]:
    """Every fault of every rule."""
    first_lines: dict[str, int | None] = {}
    for index, rule in enumerate(subject.file.earning.rules):
        path = subject.path("rules", index)
        if rule.id in first_lines:
            message = f"There is already a rule {rule.id!r} in line {first_lines[rule.id]}."
            yield subject.fault((*path, "id"), "duplicate_id", message, "every rule needs an id of its own")
        else:
            mark = subject.document.values.get((*path, "id"))
            first_lines[rule.id] = mark.line if mark else None
        yield from _check_rule(subject, path, rule)
        if path[-1] not in subject.damaged:
            yield from _check_whole(subject, path, rule)


def warn_of_idle_rules(subject: Subject) -> Iterator[Fault]:
    """Promotions that no base rule of their trigger and unit could ever feed."""
    default = default_unit(subject.file)
    every_kind = subject.file.earning.stacking.multiply
    fed = {
        (rule.trigger, rule.to or default)
        for rule in subject.file.earning.rules
        if rule.earn is not None and (every_kind or rule.earn.per_amount is not None)
    }
    based = {(rule.trigger, rule.to or default) for rule in subject.file.earning.rules if rule.earn is not None}
    for index, rule in enumerate(subject.file.earning.rules):
        unit = rule.to or default
        if rule.multiply is not None and (rule.trigger, unit) not in fed:
            kind = "earn rule" if every_kind else "per_amount rule"
            message = f"Rule {rule.id!r} multiplies {unit!r}, but no {kind} gives {unit!r} for {rule.trigger!r}: it never gives anything."
            yield subject.fault((*subject.path("rules", index), "multiply"), "no_base", message)
        if rule.add is not None and (rule.trigger, unit) not in based:
            message = f"Rule {rule.id!r} adds to {unit!r}, but no earn rule gives {unit!r} for {rule.trigger!r}: it never gives anything."
            yield subject.fault((*subject.path("rules", index), "add"), "no_base", message)


def _check_rule(subject: Subject, path: Path, rule: RuleBlock) -> Iterator[Fault]:
    yield from _check_names(subject, path, rule)
    yield from _check_effect(subject, path, rule)
    yield from _check_when(subject, path, rule)
    unit = rule.to or default_unit(subject.file)
    if rule.limit is not None:
        yield from check_period(subject, (*path, "limit", "per"), "A limit", rule.limit.per)
    if rule.cap is not None:
        yield from check_cap(subject, (*path, "cap"), rule.cap, unit)
    for key in ("match", "exclude"):
        block = getattr(rule, key)
        if block is not None and not any((block.sku, block.category, block.brand, block.tag)):
            yield subject.fault((*path, key), "empty", f"'{key}' selects by nothing.", "name a sku, category, brand or tag")


def _check_names(subject: Subject, path: Path, rule: RuleBlock) -> Iterator[Fault]:
    triggers = BUILT_IN_TRIGGERS.union(subject.activities)
    if rule.trigger not in triggers:
        fault = unknown(subject, (*path, "trigger"), "trigger", rule.trigger, triggers)
        hint = fault.suggestion or f"declare it: activities: {{{rule.trigger}: {{}}}}"
        yield subject.fault((*path, "trigger"), fault.code, fault.message, hint)
    if rule.to is not None and rule.to not in subject.units:
        yield unknown(subject, (*path, "to"), "unit", rule.to, subject.units)


def _check_effect(subject: Subject, path: Path, rule: RuleBlock) -> Iterator[Fault]:
    given = [key for key in ("earn", "multiply", "add") if getattr(rule, key) is not None]
    for extra in given[1:]:
        message = f"A rule has exactly one of earn, multiply and add; {given[0]!r} is already there."
        yield subject.fault((*path, extra), "one_of", message, "make two rules", at_key=True)
    unit = rule.to or default_unit(subject.file)
    if rule.multiply is not None and rule.multiply > 1000:
        yield subject.fault((*path, "multiply"), "range", "The factor must be at most 1000.")
    if rule.add is not None:
        yield from check_points(subject, (*path, "add"), rule.add, unit)
    if rule.earn is not None:
        yield from _check_earn(subject, path, rule, rule.earn, unit)


def _check_earn(subject: Subject, path: Path, rule: RuleBlock, earn: EarnBlock, unit: str) -> Iterator[Fault]:
    here = (*path, "earn")
    ways = [key for key, used in (("per_amount", earn.per_amount), ("per_item", earn.per_item), ("per_value", earn.per_value)) if used]
    for extra in ways[1:]:
        message = f"Points are counted in one way; {ways[0]!r} is already there."
        yield subject.fault((*here, extra), "one_of", message, "make two rules", at_key=True)
    if not ways or ways[0] == "per_item":
        yield from check_points(subject, (*here, "points"), earn.points, unit)
    if earn.per_amount is not None:
        yield from check_money(subject, (*here, "per_amount"), earn.per_amount)
    for key in ("per_amount", "per_item"):
        if key in ways and _elsewhere(subject, rule):
            yield subject.fault((*here, key), "purchase_only", f"'{key}' needs the trigger purchase.", at_key=True)
    if earn.per_value is not None:
        yield from _check_per_value(subject, (*here, "per_value"), rule, earn)


def _check_per_value(subject: Subject, path: Path, rule: RuleBlock, earn: EarnBlock) -> Iterator[Fault]:
    assert earn.per_value is not None
    if rule.trigger in BUILT_IN_TRIGGERS:
        yield subject.fault(path, "activity_only", "'per_value' needs an activity as trigger.", at_key=True)
        return
    activity = subject.file.activities.get(rule.trigger)
    if activity is None:
        return
    kind = activity.fields.get(earn.per_value.field)
    if kind not in _NUMERIC:
        numeric = [name for name, field in activity.fields.items() if field in _NUMERIC]
        yield unknown(subject, (*path, "field"), f"number (int, money) in {rule.trigger!r} called", earn.per_value.field, numeric)
    elif kind is FieldType.MONEY:
        yield from check_money(subject, (*path, "step"), earn.per_value.step)
    elif earn.per_value.step.denominator != 1:
        yield subject.fault((*path, "step"), "too_fine", "The field holds whole numbers; so must the step.")


def _check_whole(subject: Subject, path: Path, rule: RuleBlock) -> Iterator[Fault]:
    """What can be said of a rule only when all of it is there: that it gives something, and keys without effect."""
    if rule.earn is None and rule.multiply is None and rule.add is None:
        yield subject.fault(path, "one_of", f"Rule {rule.id!r} gives nothing.", "add one of earn, multiply, add")
    per_amount = rule.earn is not None and rule.earn.per_amount is not None
    per_value = rule.earn is not None and rule.earn.per_value is not None
    misplaced = {
        "accrual": (not (per_amount or per_value), "counts only with per_amount or per_value"),
        "round_at": (not per_amount, "counts only with per_amount"),
        "basis": (not per_amount, "counts only with per_amount"),
        "exclusive": (rule.earn is None, "counts only with earn"),
        "match": (_elsewhere(subject, rule), "needs the trigger purchase"),
        "exclude": (_elsewhere(subject, rule), "needs the trigger purchase"),
        "leap_day": (rule.trigger not in (BIRTHDAY, ANNIVERSARY), "needs the trigger birthday or anniversary"),
    }
    for key, (wrong, why) in misplaced.items():
        if wrong and (*path, key) in subject.document.keys:
            yield subject.fault((*path, key), "misplaced", f"'{key}' {why}.", "remove it", at_key=True)


def _check_when(subject: Subject, path: Path, rule: RuleBlock) -> Iterator[Fault]:
    when, here = rule.when, (*path, "when")
    if when.first_day and when.last_day and when.first_day > when.last_day:
        yield subject.fault((*here, "until"), "dates", f"'until' ({when.last_day}) lies before 'from' ({when.first_day}).")
    if when.min_amount is not None:
        yield from check_money(subject, (*here, "min_amount"), when.min_amount)
    for key in _PURCHASE_CONDITIONS:
        if _elsewhere(subject, rule) and (*here, key) in subject.document.keys:
            yield subject.fault((*here, key), "purchase_only", f"'{key}' needs the trigger purchase.", "remove it", at_key=True)
    if (*here, "min_amount_tax") in subject.document.keys and when.min_amount is None:
        yield subject.fault((*here, "min_amount_tax"), "misplaced", "'min_amount_tax' needs a min_amount.", at_key=True)


def _elsewhere(subject: Subject, rule: RuleBlock) -> bool:
    """Whether the rule looks at something known that is not a purchase."""
    return rule.trigger != PURCHASE and rule.trigger in BUILT_IN_TRIGGERS.union(subject.activities)
