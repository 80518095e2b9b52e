"""What a reward may not say: two gifts at once, amounts finer than their unit, choices nobody could make."""

from __future__ import annotations

from collections.abc import Iterator

from praemia.foundation.errors import Fault
from praemia.programs.core.checks import Subject, check_money, check_period, check_points, unknown
from praemia.programs.core.document import Path
from praemia.programs.core.reward_blocks import GivesBlock, RewardBlock
from praemia.programs.core.translate import default_unit

KINDS = ("amount_off", "percent_off", "free", "gift_card", "donation", "tier", "experience", "cashback", "other")
RANDOM_SIGNS = 8  # 31 to the power of 8 is 852 thousand million: not to be guessed at a till
_COMPANIONS = {"max": "percent_off", "to": "donation", "months": "tier"}
_NEEDED = {"donation": "to", "tier": "months"}
_MONEY = ("amount_off", "max", "gift_card", "donation", "cashback")


def check_rewards(subject: Subject) -> Iterator[Fault]:
    """Every fault of every reward, and of paying with points."""
    seen: set[str] = set()
    for index, reward in enumerate(subject.file.rewards):
        path: Path = ("rewards", index)
        if reward.id in seen:
            yield subject.fault((*path, "id"), "duplicate_id", f"There is already a reward {reward.id!r}.")
        seen.add(reward.id)
        yield from _check_price(subject, path, reward)
        yield from _check_gives(subject, (*path, "gives"), reward.gives)
        yield from _check_terms(subject, path, reward)
    yield from _check_pay(subject)


def _check_price(subject: Subject, path: Path, reward: RewardBlock) -> Iterator[Fault]:
    unit = reward.unit or default_unit(subject.file)
    if unit not in subject.units:
        yield unknown(subject, (*path, "unit"), "unit", unit, subject.units)
        return
    if unit in subject.file.units and not subject.file.units[unit].spendable:
        yield subject.fault((*path, "unit" if reward.unit else "cost"), "not_spendable", f"The unit {unit!r} cannot be spent.")
    yield from check_points(subject, (*path, "cost"), reward.cost, unit)
    for tier, cost in reward.cost_by_tier.items():
        yield from check_points(subject, (*path, "cost_by_tier", tier), cost, unit)
    for index, option in enumerate(reward.options):
        yield from check_points(subject, (*path, "options", index, "points"), option.points, unit)
        yield from check_money(subject, (*path, "options", index, "cash"), option.cash)
        if not option.points and not option.cash:
            yield subject.fault((*path, "options", index), "free_of_charge", "An option costs points, money or both.")
    if reward.value is not None:
        yield from check_money(subject, (*path, "value"), reward.value)


def _check_gives(subject: Subject, path: Path, gives: GivesBlock) -> Iterator[Fault]:
    said = [kind for kind in KINDS if getattr(gives, kind) is not None]
    if not said:
        yield subject.fault(path, "one_of", "The reward gives nothing.", f"add one of {', '.join(KINDS)}")
    for extra in said[1:]:
        yield subject.fault((*path, extra), "one_of", f"A reward gives one thing; {said[0]!r} is already there.", at_key=True)
    for key, owner in _COMPANIONS.items():
        if getattr(gives, key) is not None and getattr(gives, owner) is None:
            yield subject.fault((*path, key), "misplaced", f"{key!r} counts only with {owner}.", "remove it", at_key=True)
    for key, needed in _NEEDED.items():
        if getattr(gives, key) is not None and getattr(gives, needed) is None:
            yield subject.fault((*path, key), "missing", f"{key!r} needs {needed!r}.", f"add {needed!r}")
    for key in _MONEY:
        amount = getattr(gives, key)
        if amount is not None:
            yield from check_money(subject, (*path, key), amount)
    if gives.percent_off is not None and gives.percent_off > 100:
        yield subject.fault((*path, "percent_off"), "range", "More than 100 percent cannot be taken off.")


def _check_terms(subject: Subject, path: Path, reward: RewardBlock) -> Iterator[Fault]:
    if reward.first_day and reward.last_day and reward.first_day > reward.last_day:
        yield subject.fault((*path, "until"), "dates", f"'until' ({reward.last_day}) lies before 'from' ({reward.first_day}).")
    if reward.per_member is not None:
        yield from check_period(subject, (*path, "per_member", "per"), "The limit of a reward", reward.per_member.per)
    if reward.code is not None:
        yield from _check_code(subject, (*path, "code"), reward)
    if reward.fulfilment is not None:
        steps = reward.fulfilment.steps
        if len(set(steps)) < len(steps):
            yield subject.fault((*path, "fulfilment", "steps"), "duplicate_id", "Every step has a name of its own.")
        for name in sorted((reward.fulfilment.automatic or frozenset()) - set(steps)):
            yield unknown(subject, (*path, "fulfilment", "automatic"), "step", name, steps)
    experience = reward.gives.experience
    if reward.auto and experience is not None and (experience.dates or experience.places):
        yield subject.fault((*path, "auto"), "needs_choice", "Nobody chooses a date or place for a reward that is given by itself.")


def _check_code(subject: Subject, path: Path, reward: RewardBlock) -> Iterator[Fault]:
    assert reward.code is not None
    code = reward.code
    if code.pattern is not None and code.pool is not None:
        yield subject.fault((*path, "pool"), "one_of", "Codes come from a pattern or from a pool.", "remove one of them", at_key=True)
    if code.pattern is not None and code.pattern.count("#") < RANDOM_SIGNS:
        message = f"A code with fewer than {RANDOM_SIGNS} random signs can be guessed."
        yield subject.fault((*path, "pattern"), "guessable", message, "add more #")


def _check_pay(subject: Subject) -> Iterator[Fault]:
    pay, path = subject.file.pay_with_points, ("pay_with_points",)
    if pay is None:
        return
    unit = pay.unit or default_unit(subject.file)
    if unit not in subject.units:
        yield unknown(subject, (*path, "unit"), "unit", unit, subject.units)
        return
    yield from check_points(subject, (*path, "points"), pay.points, unit)
    yield from check_money(subject, (*path, "worth"), pay.worth)
    if pay.min_points is not None:
        yield from check_points(subject, (*path, "min_points"), pay.min_points, unit)
    if pay.max_percent is not None and pay.max_percent > 100:
        yield subject.fault((*path, "max_percent"), "range", "Points cannot pay more than 100 percent.")
