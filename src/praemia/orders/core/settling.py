"""Which points a return takes and which it gives back: always from the whole of what came back, so that several returns add up.

An order is settled by the rules, facts and settings of its own purchase. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from praemia.earning import PURCHASES, happening_of
from praemia.foundation.values import Value, replace
from praemia.orders.core.goods import Inputs, Returned, is_whole, kept_of, left_of, part_between, portion, value_of
from praemia.orders.model import Charged, Settled, Spent
from praemia.rules import (
    PURCHASE,
    Accrual,
    Add,
    Conditions,
    CounterKey,
    EarnedBack,
    Facts,
    Fixed,
    Happening,
    PerAmount,
    RedeemedBack,
    Returns,
    Rounding,
    Rule,
    RuleSet,
    Verdict,
    compile_earning,
)

K = TypeVar("K")
NOTHING = Verdict(awards={}, outcomes=())


class Bought(Value):
    """A purchase as it is on record: what was sent, what the rules made of it and with which facts, what was spent on it
    and what gift cards paid."""

    inputs: Inputs
    occurred_at: datetime
    verdict: Verdict
    facts: Facts
    rules: RuleSet
    terms: Returns
    spent: Sequence[Spent] = ()
    cards: Sequence[Charged] = ()
    is_guest: bool = False


def kept_verdict(bought: Bought, returned: Returned) -> Verdict | None:
    """What the kept part earns by the rules and facts of the purchase; None: nothing is kept."""
    kept = kept_of(bought.inputs, returned)
    return None if kept is None else bought.rules.judge(_happening(bought, kept), bought.facts)


def settle(bought: Bought, so_far: Settled, before: Returned, after: Returned, *, cancels: bool = False) -> Settled:
    """Where the order stands once all of `after` has come back, of which `before` was settled. Never less than before."""
    whole = cancels or is_whole(bought.inputs, after)
    part, of = _share(bought, after)
    so_far = replace(so_far, cards=_onto_cards(bought, so_far, part, of, whole), undone=so_far.undone or whole)
    if bought.is_guest:
        return replace(so_far, cancelled=so_far.cancelled or cancels, restored=(0,) * len(bought.spent))
    wanted, by_rule, freed = _claims(bought, so_far, before, after, whole=whole, cancels=cancels)
    restored = so_far.restored or (0,) * len(bought.spent)
    return replace(
        so_far,
        claimed={unit: max(wanted.get(unit, 0), so_far.claimed.get(unit, 0)) for unit in bought.verdict.awards},
        by_rule=by_rule,
        restored=tuple(max(_came_back(bought, entry, part, of, whole), had) for entry, had in zip(bought.spent, restored, strict=True)),
        freed={key: max(freed.get(key, 0), so_far.freed.get(key, 0)) for key in {**freed, **so_far.freed}},
        cancelled=so_far.cancelled or cancels,
    )


def _claims(
    bought: Bought, so_far: Settled, before: Returned, after: Returned, *, whole: bool, cancels: bool
) -> tuple[Mapping[str, int], Mapping[str, int], Mapping[CounterKey, int]]:
    """All that has to go: by unit, by rule, and from which counters."""
    first = not any(before.pieces) and not before.amount_minor
    part, of = _share(bought, after)
    by_steps = bought.terms.earned is EarnedBack.FLOOR_STEPS_EACH and not cancels and not (whole and first)
    if by_steps:
        wanted, by_rule = _by_steps(bought, so_far, before, after, whole=whole)
        freed = _portions(bought.verdict.spent, part, of) if not whole else dict(bought.verdict.spent)
    elif whole:
        wanted, by_rule, freed = dict(bought.verdict.awards), _rules(bought.verdict), dict(bought.verdict.spent)
    elif bought.terms.earned is EarnedBack.RECOMPUTE:
        kept = kept_verdict(bought, after) or NOTHING
        wanted = {unit: had - kept.awards.get(unit, 0) for unit, had in bought.verdict.awards.items()}
        earns = _rules(kept)
        by_rule = {rule: had - earns.get(rule, 0) for rule, had in _rules(bought.verdict).items()}
        freed = {key: had - kept.spent.get(key, 0) for key, had in bought.verdict.spent.items()}
    else:
        wanted = _portions(bought.verdict.awards, part, of)
        by_rule = _by_value(bought.verdict, part, of)
        freed = _portions(bought.verdict.spent, part, of)
    freed = {key: max(amount, 0) for key, amount in freed.items()}
    if whole:
        freed[PURCHASES] = 1
    return {unit: max(amount, 0) for unit, amount in wanted.items()}, by_rule, freed


def _by_steps(bought: Bought, so_far: Settled, before: Returned, after: Returned, *, whole: bool) -> tuple[dict[str, int], dict[str, int]]:
    """The whole steps of what comes back now, by themselves; what knows no steps goes with the last of the goods."""
    part = part_between(bought.inputs, before, after)
    stepped = _stepwise(bought.rules, bought.verdict)
    now = _rules(stepped.judge(_happening(bought, part), bought.facts)) if part["lines"] else {}
    units = {outcome.rule: outcome.unit for outcome in bought.verdict.outcomes}
    given = _rules(bought.verdict)
    once = {rule.id for rule in bought.rules.earning.rules if isinstance(rule.effect, Fixed | Add)}
    by_rule: dict[str, int] = {}
    wanted: dict[str, int] = {}
    for rule, had in given.items():
        going = so_far.by_rule.get(rule, 0) + now.get(rule, 0)
        by_rule[rule] = had if whole and rule in once else max(min(going, had), 0)
        wanted[units[rule]] = wanted.get(units[rule], 0) + by_rule[rule]
    return {unit: min(amount, bought.verdict.awards.get(unit, 0)) for unit, amount in wanted.items()}, by_rule


def _stepwise(rules: RuleSet, verdict: Verdict) -> RuleSet:
    """The rules that gave something for money or pieces, without conditions and in whole steps."""
    fired = {outcome.rule for outcome in verdict.outcomes if outcome.fired}
    earning = rules.earning
    return compile_earning(
        replace(
            earning,
            rules=tuple(_in_steps(rule) for rule in earning.rules if rule.id in fired and not isinstance(rule.effect, Fixed | Add)),
            units=tuple(replace(unit, rounding=Rounding.DOWN) for unit in earning.units),
            caps=(),
            budgets=(),
        )
    )


def _in_steps(rule: Rule) -> Rule:
    effect = replace(rule.effect, accrual=Accrual.WHOLE_STEPS) if isinstance(rule.effect, PerAmount) else rule.effect
    return replace(rule, effect=effect, when=Conditions(), limit=None, cooldown_seconds=None, cap=None, exclusive=False, stop=False)


def _by_value(verdict: Verdict, part: int, of: int) -> dict[str, int]:
    """Each rule's part of what its unit loses: what the unit's loss grows by when the rule joins, so that the parts add up."""
    reached: dict[str, int] = {}
    by_rule: dict[str, int] = {}
    for outcome in verdict.outcomes:
        if outcome.quanta:
            had = reached.get(outcome.unit, 0)
            reached[outcome.unit] = had + outcome.quanta
            by_rule[outcome.rule] = (had + outcome.quanta) * part // of - had * part // of
    return by_rule


def _portions(whole: Mapping[K, int], part: int, of: int) -> dict[K, int]:
    return {key: amount * part // of for key, amount in whole.items()}


def _share(bought: Bought, after: Returned) -> tuple[int, int]:
    """How much of the value came back, as a ratio; goods without value come back as a whole only."""
    value = value_of(bought.inputs)
    if value <= 0:
        return 0, 1
    return min(max(value - left_of(bought.inputs, after), 0), value), value


def _came_back(bought: Bought, entry: Spent, part: int, of: int, whole: bool) -> int:
    """Of what was spent: points rounded down, money half up."""
    if whole:
        return entry.amount
    if bought.terms.redeemed is RedeemedBack.ON_FULL:
        return 0
    money = any(unit.code == entry.unit and unit.money for unit in bought.rules.earning.units)
    return portion(entry.amount, part, of) if money else entry.amount * part // of


def _onto_cards(bought: Bought, so_far: Settled, part: int, of: int, whole: bool) -> tuple[int, ...]:
    """What has come back onto every gift card: its part of the value. A card is money, so nobody has to bring everything back first."""
    before = so_far.cards or (0,) * len(bought.cards)
    now = (card.amount_minor if whole else portion(card.amount_minor, part, of) for card in bought.cards)
    return tuple(max(amount, had) for amount, had in zip(now, before, strict=True))


def _rules(verdict: Verdict) -> dict[str, int]:
    return {outcome.rule: outcome.quanta for outcome in verdict.outcomes if outcome.quanta}


def _happening(bought: Bought, inputs: Inputs) -> Happening:
    return happening_of(PURCHASE, inputs, bought.occurred_at)
