"""What a programme may not say about earning: every impossible combination, refused before it can reach a till.

The path of a fault is a JSON pointer into the Earning value (/rules/3/effect ...). Expressions are checked in core.expressions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from praemia.foundation.errors import Fault
from praemia.rules.core.expressions import check_expression
from praemia.rules.model import (
    BUILT_IN_TRIGGERS,
    PURCHASE,
    Add,
    Budget,
    Cap,
    Earning,
    Fixed,
    Multiply,
    PerAmount,
    Period,
    PerItem,
    PerValue,
    Rule,
    Selection,
)

_NUMERIC = frozenset({"int", "money"})


def faults_of(earning: Earning) -> list[Fault]:
    """Every fault of the earning part, in file order; empty when it can be compiled."""
    faults = [*_units(earning), *_repeated("rules", [rule.id for rule in earning.rules])]
    faults += _repeated("budgets", [budget.id for budget in earning.budgets])
    for index, rule in enumerate(earning.rules):
        faults += _rule(earning, rule, f"/rules/{index}")
    faults += _caps(earning)
    for index, budget in enumerate(earning.budgets):
        faults += _budget(earning, budget, f"/budgets/{index}")
    return faults


def closest(word: str, known: list[str]) -> str | None:
    """The known word a misspelt one probably meant."""
    found = get_close_matches(word, known, n=1)
    return found[0] if found else None


def _units(earning: Earning) -> Iterator[Fault]:
    if not earning.units:
        yield Fault(path="/units", code="missing", message="a programme needs at least one unit")
    yield from _repeated("units", [unit.code for unit in earning.units])
    for index, unit in enumerate(earning.units):
        if not 0 <= unit.decimals <= 6:
            yield Fault(path=f"/units/{index}/decimals", code="range", message="decimals must be between 0 and 6")
        if unit.value_minor is not None and unit.value_minor < 0:
            yield Fault(path=f"/units/{index}/value_minor", code="range", message="a unit cannot be worth less than nothing")


def _repeated(where: str, names: list[str]) -> Iterator[Fault]:
    for name, times in Counter(names).items():
        if times > 1:
            second = [index for index, other in enumerate(names) if other == name][1]
            yield Fault(path=f"/{where}/{second}", code="repeated", message=f"{name!r} is already used")


def _unit_known(earning: Earning, unit: str, path: str) -> Iterator[Fault]:
    known = [one.code for one in earning.units]
    if unit not in known:
        yield Fault(path=path, code="unknown", message=f"there is no unit {unit!r}", suggestion=closest(unit, known))


def _rule(earning: Earning, rule: Rule, path: str) -> Iterator[Fault]:
    activities = [activity.name for activity in earning.activities]
    if rule.trigger not in BUILT_IN_TRIGGERS and rule.trigger not in activities:
        known = sorted(BUILT_IN_TRIGGERS) + activities
        message = f"there is no trigger or activity {rule.trigger!r}"
        yield Fault(path=f"{path}/trigger", code="unknown", message=message, suggestion=closest(rule.trigger, known))
    yield from _unit_known(earning, rule.unit, f"{path}/unit")
    yield from _effect(earning, rule, f"{path}/effect")
    yield from _lines_only(rule, path)
    yield from _window(rule, f"{path}/when/window")
    if rule.limit is not None:
        if rule.limit.times < 1:
            yield Fault(path=f"{path}/limit/times", code="range", message="a limit needs at least one time")
        if rule.limit.per is Period.BALANCE:
            yield Fault(path=f"{path}/limit/per", code="impossible", message="firings cannot be limited per balance")
    if rule.cooldown_seconds is not None and rule.cooldown_seconds < 1:
        yield Fault(path=f"{path}/cooldown_seconds", code="range", message="a cooldown lasts at least a second")
    if rule.cap is not None:
        yield from _cap(rule.cap, f"{path}/cap")
        if rule.cap.unit != rule.unit:
            yield Fault(path=f"{path}/cap/unit", code="impossible", message="a rule's cap counts the rule's own unit")
    if rule.exclusive and isinstance(rule.effect, Multiply | Add):
        yield Fault(path=f"{path}/exclusive", code="impossible", message="exclusive is for base rules; stacking decides over promotions")
    if rule.when.expression is not None:
        for fault in check_expression(rule.when.expression, earning, rule.trigger):
            yield Fault(
                path=f"{path}/when/expression",
                code=fault.code,
                message=fault.message,
                line=fault.line,
                column=fault.column,
                suggestion=fault.suggestion,
            )


def _effect(earning: Earning, rule: Rule, path: str) -> Iterator[Fault]:
    match rule.effect:
        case PerAmount(quanta=quanta, per_minor=per):
            if per <= 0:
                yield Fault(path=f"{path}/per_minor", code="range", message="the amount of a step must be above 0")
            if quanta < 0:
                yield _negative(f"{path}/quanta")
        case PerValue(quanta=quanta, per=per, value_field=name):
            if per <= 0:
                yield Fault(path=f"{path}/per", code="range", message="the step must be above 0")
            if quanta < 0:
                yield _negative(f"{path}/quanta")
            yield from _value_field(earning, rule.trigger, name, f"{path}/value_field")
        case PerItem(quanta=quanta) | Fixed(quanta=quanta) | Add(quanta=quanta):
            if quanta < 0:
                yield _negative(f"{path}/quanta")
        case Multiply(factor=factor):
            if factor < 0:
                yield Fault(path=f"{path}/factor", code="range", message="a factor cannot be negative")


def _negative(path: str) -> Fault:
    return Fault(path=path, code="range", message="a rule cannot give less than nothing")


def _value_field(earning: Earning, trigger: str, name: str, path: str) -> Iterator[Fault]:
    for activity in earning.activities:
        if activity.name == trigger:
            if activity.fields.get(name) not in _NUMERIC:
                numeric = [field for field, kind in activity.fields.items() if kind in _NUMERIC]
                message = f"activity {trigger!r} declares no whole number or money field {name!r}"
                yield Fault(path=path, code="unknown", message=message, suggestion=closest(name, numeric))
            return
    if trigger in BUILT_IN_TRIGGERS:
        yield Fault(path=path, code="impossible", message=f"a {trigger} carries no field {name!r}; declare an activity")


def _lines_only(rule: Rule, path: str) -> Iterator[Fault]:
    """What needs the lines of a purchase cannot hang on another trigger."""
    if rule.trigger != PURCHASE:
        asked = {
            "effect": isinstance(rule.effect, PerAmount | PerItem),
            "match": rule.match is not None,
            "exclude": rule.exclude is not None,
            "when/min_amount_minor": rule.when.min_amount_minor is not None,
            "when/min_quantity": rule.when.min_quantity is not None,
            "when/first_purchase": rule.when.first_purchase,
        }
        for where, present in asked.items():
            if present:
                yield Fault(path=f"{path}/{where}", code="impossible", message=f"only a purchase has this, not {rule.trigger!r}")
    for where, selection in (("match", rule.match), ("exclude", rule.exclude)):
        if selection == Selection():
            yield Fault(path=f"{path}/{where}", code="missing", message="names no product, category, brand or tag")


def _window(rule: Rule, path: str) -> Iterator[Fault]:
    window = rule.when.window
    if window.first_day is not None and window.last_day is not None and window.first_day > window.last_day:
        yield Fault(path=f"{path}/first_day", code="impossible", message="begins after its last day")
    if not window.weekdays <= frozenset(range(7)):
        yield Fault(path=f"{path}/weekdays", code="range", message="weekdays run from 0 (Monday) to 6")
    if window.hours is not None:
        start, end = window.hours
        if not (0 <= start < 1440 and 0 <= end <= 1440):
            yield Fault(path=f"{path}/hours", code="range", message="hours run from 00:00 to 24:00")


def _cap(cap: Cap, path: str) -> Iterator[Fault]:
    if cap.quanta < 0:
        yield Fault(path=f"{path}/quanta", code="range", message="a cap cannot be negative")


def _caps(earning: Earning) -> Iterator[Fault]:
    seen = set()
    for index, cap in enumerate(earning.caps):
        path = f"/caps/{index}"
        yield from _cap(cap, path)
        yield from _unit_known(earning, cap.unit, f"{path}/unit")
        if (cap.unit, cap.per) in seen:
            yield Fault(path=path, code="repeated", message=f"there is already a cap on {cap.unit!r} per {cap.per}")
        seen.add((cap.unit, cap.per))


def _budget(earning: Earning, budget: Budget, path: str) -> Iterator[Fault]:
    yield from _unit_known(earning, budget.unit, f"{path}/unit")
    if budget.per is Period.BALANCE:
        yield Fault(path=f"{path}/per", code="impossible", message="a budget has no balance")
    if budget.quanta is None and budget.money_minor is None:
        yield Fault(path=path, code="missing", message="a budget is in points or in money")
    for name, amount in (("quanta", budget.quanta), ("money_minor", budget.money_minor)):
        if amount is not None and amount < 0:
            yield Fault(path=f"{path}/{name}", code="range", message="a budget cannot be negative")
    worth = {unit.code: unit.value_minor for unit in earning.units}
    if budget.money_minor is not None and budget.unit in worth and not worth[budget.unit]:
        yield Fault(path=f"{path}/money_minor", code="impossible", message=f"unit {budget.unit!r} has no value in money")
    units = {rule.id: rule.unit for rule in earning.rules}
    for index, rule in enumerate(budget.rules):
        if rule not in units:
            suggestion = closest(rule, list(units))
            yield Fault(path=f"{path}/rules/{index}", code="unknown", message=f"there is no rule {rule!r}", suggestion=suggestion)
        elif units[rule] != budget.unit:
            yield Fault(path=f"{path}/rules/{index}", code="impossible", message=f"rule {rule!r} gives another unit than {budget.unit!r}")
