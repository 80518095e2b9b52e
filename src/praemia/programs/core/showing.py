"""Blocks of a file back to words, as they would be written in it: for diffs and sentences people read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from praemia.programs.core.blocks import Block
from praemia.programs.core.scalars import DAYS
from praemia.programs.core.schema import RuleBlock

_WORDS = {
    "tax": ("exclude", "include"),
    "shipping": ("exclude", "include"),
    "points_tender": ("exclude", "include"),
    "money_tender": ("exclude", "include"),
    "min_amount_tax": ("exclude", "include"),
    "order_discount": ("ignore", "spread"),
    "multiply": ("spend", "all"),
    "counts_from": ("earned", "available"),
    "spend_order": ("soonest_expiry", "oldest_earned"),
    "upgrade": ("immediate", "at_review"),
    "downgrade_step": ("reached", "one_level"),
    "purchase_rate": ("old_tier", "new_tier"),
}
_DURATIONS = ((7 * 86_400, "w"), (86_400, "d"), (3600, "h"), (60, "m"))


def flat(block: Block, prefix: str = "") -> dict[str, str]:
    """Every key of a block that is not at its default, with dots for nesting, and its value as it would be written."""
    found: dict[str, str] = {}
    for key, value in _entries(block):
        if isinstance(value, Block):
            found |= flat(value, f"{prefix}{key}.")
        elif isinstance(value, dict):
            for inner, one in value.items():
                here = f"{prefix}{key}.{inner}"
                found |= flat(one, f"{here}.") if isinstance(one, Block) else {here: shown(str(inner), one)}
        else:
            found[prefix + key] = shown(key, value)
    return found


def shown(key: str, value: Any) -> str:
    """One value as it would be written under that key."""
    match value:
        case bool():
            return _WORDS.get(key, ("false", "true"))[value]
        case StrEnum():
            return value.value
        case Fraction():
            return exact(value)
        case int() if key == "cooldown":
            return next(f"{value // seconds}{unit}" for seconds, unit in _DURATIONS if value % seconds == 0)
        case date():
            return value.isoformat()
        case (int() as start, int() as end) if key == "hours":
            return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
        case (int() as month, int() as day) if key == "each_year":
            return f"{month:02}-{day:02}"
        case frozenset() if key == "days":
            return ", ".join(DAYS[day] for day in sorted(value))
        case frozenset():
            return ", ".join(sorted(value))
        case tuple():
            return ", ".join(_item(one) for one in value)
        case _:
            return str(value)


def _item(one: Any) -> str:
    """One entry of a list; a block in braces, as it would be written."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in flat(one).items()) + "}" if isinstance(one, Block) else str(one)


def exact(number: Fraction) -> str:
    """A decimal without trailing zeros."""
    whole, rest = divmod(number, 1)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{whole}.{digits}" if digits else str(whole)


def promise(rule: RuleBlock, unit: str, currency: str) -> str:
    """What a rule gives, in words: '2 points per 1 EUR'."""
    if rule.multiply is not None:
        return f"{exact(rule.multiply)} times the {unit}"
    if rule.add is not None:
        return f"{_counted(rule.add, unit)} more"
    if rule.earn is None:
        return "nothing"
    given = _counted(rule.earn.points, unit)
    if rule.earn.per_amount is not None:
        return f"{given} per {exact(rule.earn.per_amount)} {currency}"
    if rule.earn.per_value is not None:
        return f"{given} per {exact(rule.earn.per_value.step)} {rule.earn.per_value.field}"
    return f"{given} per item" if rule.earn.per_item else given


def rate(rule: RuleBlock, unit: str) -> tuple[str, Fraction]:
    """How generous a rule is: what kind of promise, and how much. Only equal kinds compare."""
    if rule.multiply is not None:
        return f"multiply {unit}", rule.multiply
    if rule.add is not None:
        return f"add {unit}", rule.add
    if rule.earn is None:
        return "nothing", Fraction(0)
    if rule.earn.per_amount is not None:
        return f"amount {unit}", Fraction(rule.earn.points, rule.earn.per_amount)
    if rule.earn.per_value is not None:
        return f"value {unit} {rule.earn.per_value.field}", Fraction(rule.earn.points, rule.earn.per_value.step)
    return f"{'item' if rule.earn.per_item else 'once'} {unit}", rule.earn.points


def _counted(number: Fraction, unit: str) -> str:
    """Codes are mostly English plurals; one of them loses its s."""
    one = number == 1 and unit.endswith("s") and not unit.endswith(("ss", "us"))
    return f"{exact(number)} {unit[:-1] if one else unit}"


def _entries(block: Block) -> Iterator[tuple[str, Any]]:
    for name, described in type(block).model_fields.items():
        value = getattr(block, name)
        if value is not None and value != described.get_default(call_default_factory=True):
            yield described.alias or name, value
