"""Two files of one programme -> what changes from the one to the other, part by part, and what deserves a second look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from praemia.foundation.errors import Fault
from praemia.programs.core.blocks import Block
from praemia.programs.core.schema import ProgramFile, RuleBlock
from praemia.programs.core.showing import flat, promise, rate
from praemia.programs.core.translate import default_unit
from praemia.programs.model import Change, FieldChange, Kind

_PARTS = ("unit", "activity", "rule", "cap", "budget", "reward", "promotion", "coupon", "discount budget", "tier")


def changes_between(before: ProgramFile | None, after: ProgramFile) -> tuple[Change, ...]:
    """Every part that is created, changed or removed; settings first, then units, activities, and so on in the order of `_PARTS`."""
    found = list(_settings(before, after))
    for part in _PARTS:
        old = _parts(before, part) if before else {}
        new = _parts(after, part)
        found += [
            _change(part, name, old.get(name), block, before, after) for name, block in new.items() if not _same(old.get(name), block)
        ]
        found += [_change(part, name, block, None, before, after) for name, block in old.items() if name not in new]
    if before is not None and _order_matters(before, after):
        sentence = "The rules are evaluated in another order."
        found.append(Change(kind=Kind.CHANGED, part="setting", id="order of rules", sentence=sentence))
    return tuple(found)


def warnings_between(before: ProgramFile, after: ProgramFile) -> Iterator[Fault]:
    """Rules that give more or less than before, rules and units that go away."""
    old_rules, new_rules = _rules(before), _rules(after)
    for name, old in old_rules.items():
        new = new_rules.get(name)
        if new is None or not new.enabled:
            if old.enabled:
                yield _warning("gives_nothing", f"Rule {name!r} gave {_promise(old, before)} and will give nothing.")
        else:
            yield from _compared(name, old, new, before, after)
    for code in before.units:
        if code not in after.units:
            yield _warning("unit_removed", f"Unit {code!r} is no longer declared: nothing earns it any more; balances stay.")


def _compared(name: str, old: RuleBlock, new: RuleBlock, before: ProgramFile, after: ProgramFile) -> Iterator[Fault]:
    (old_kind, old_rate), (new_kind, new_rate) = rate(old, _unit(old, before)), rate(new, _unit(new, after))
    versus = f"{_promise(new, after)} instead of {_promise(old, before)}"
    if not old.enabled:
        yield _warning("gives_more", f"Rule {name!r} was switched off and will give {_promise(new, after)}.")
    elif old_kind != new_kind:
        yield _warning("gives_otherwise", f"Rule {name!r} will give {versus}.")
    elif new_rate > old_rate:
        yield _warning("gives_more", f"Rule {name!r} will give more: {versus}.")
    elif new_rate < old_rate:
        yield _warning("gives_less", f"Rule {name!r} will give less: {versus}.")


def _warning(code: str, message: str) -> Fault:
    return Fault(path="", code=code, message=message)


def _settings(before: ProgramFile | None, after: ProgramFile) -> Iterator[Change]:
    old = _setting_values(before) if before else {}
    new = _setting_values(after)
    for key in sorted(old.keys() | new.keys()):
        was, will = old.get(key), new.get(key)
        if was != will:
            kind = Kind.CHANGED if was and will else (Kind.CREATED if will else Kind.REMOVED)
            sentence = f"{key} is {will}." if was is None else f"{key} changes from {was} to {will or 'its default'}."
            yield Change(kind=kind, part="setting", id=key, fields=(FieldChange(key=key, before=was, after=will),), sentence=sentence)


def _setting_values(file: ProgramFile) -> dict[str, str]:
    emptied = {"units": {}, "activities": {}, "earning": _without_lists(file), "rewards": (), "tiers": _without_levels(file)}
    emptied |= {"promotions": (), "coupons": (), "discounts": file.discounts.model_copy(update={"budgets": ()})}
    bare = file.model_copy(update=emptied)
    return {key: value for key, value in flat(bare).items() if key != "program"}


def _without_lists(file: ProgramFile) -> Block:
    return file.earning.model_copy(update={"rules": (), "caps": (), "budgets": ()})


def _without_levels(file: ProgramFile) -> Block | None:
    return file.tiers and file.tiers.model_copy(update={"levels": ()})


def _parts(file: ProgramFile, part: str) -> Mapping[str, Block]:
    earning, unit = file.earning, default_unit(file)
    match part:
        case "unit":
            return file.units
        case "activity":
            return file.activities
        case "rule":
            return _rules(file)
        case "cap":
            return {f"{cap.unit or unit} per {cap.per.value}": cap for cap in earning.caps}
        case "reward":
            return {reward.id: reward for reward in file.rewards}
        case "promotion":
            return {promotion.id: promotion for promotion in file.promotions}
        case "coupon":
            return {coupon.id: coupon for coupon in file.coupons}
        case "discount budget":
            return {budget.id: budget for budget in file.discounts.budgets}
        case "tier":
            return {level.id: level for level in file.tiers.levels} if file.tiers else {}
        case _:
            return {budget.id: budget for budget in earning.budgets}


def _rules(file: ProgramFile) -> Mapping[str, RuleBlock]:
    return {rule.id: rule for rule in file.earning.rules}


def _same(old: Block | None, new: Block) -> bool:
    return old is not None and flat(old) == flat(new)


def _change(part: str, name: str, old: Block | None, new: Block | None, before: ProgramFile | None, after: ProgramFile) -> Change:
    was, will = flat(old) if old else {}, flat(new) if new else {}
    keys = [key for key in dict.fromkeys([*was, *will]) if was.get(key) != will.get(key) and key != "id"]
    fields = tuple(FieldChange(key=key, before=was.get(key), after=will.get(key)) for key in keys)
    kind = Kind.CREATED if old is None else (Kind.REMOVED if new is None else Kind.CHANGED)
    sentence = f"{part.capitalize()} {name!r} is {kind.value}"
    if isinstance(new, RuleBlock) and old is None:
        sentence += f": {_promise(new, after)} on {new.trigger}"
    elif isinstance(old, RuleBlock) and new is None and before is not None:
        sentence += f": it gave {_promise(old, before)} on {old.trigger}"
    elif kind is Kind.CHANGED:
        sentence += f": {', '.join(keys)}"
    return Change(kind=kind, part=part, id=name, fields=fields, sentence=sentence + ".")


def _order_matters(before: ProgramFile, after: ProgramFile) -> bool:
    old, new = list(_rules(before)), list(_rules(after))
    return [name for name in old if name in new] != [name for name in new if name in old]


def _promise(rule: RuleBlock, file: ProgramFile) -> str:
    return promise(rule, _unit(rule, file), file.currency)


def _unit(rule: RuleBlock, file: ProgramFile) -> str:
    return rule.to or default_unit(file)
