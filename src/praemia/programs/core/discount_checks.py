"""What promotions, coupons and discounts may not say: two gifts at once, codes twice, names nobody carries, codes to be guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from praemia.foundation.errors import Fault
from praemia.programs.core.checks import Subject, check_money, check_period, check_points, unknown
from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.discount_blocks import CouponBlock, DiscountBudgetBlock, PromotionBlock, TakesBlock
from praemia.programs.core.document import Path
from praemia.programs.core.reward_checks import RANDOM_SIGNS
from praemia.programs.core.translate import default_unit

_TAKES = ("amount_off", "percent_off", "free", "buy")
_COUPON_GIVES = ("points", "amount_off", "percent_off")
_COMPANIONS = {"max": ("percent_off",), "get": ("buy",), "off_percent": ("buy",), "scope": ("amount_off", "percent_off")}
_IGNORED = re.compile(r"[\s\-_.]+")


def check_discounts(subject: Subject) -> Iterator[Fault]:
    """Every fault of promotions, coupons and what they may cost; and of units that are money."""
    file = subject.file
    seen: set[str] = set()
    codes: dict[str, str] = {}
    for index, promotion in enumerate(file.promotions):
        path: Path = ("promotions", index)
        yield from _check_id(subject, path, promotion.id, seen)
        if promotion.code is not None:
            yield from _check_free(subject, (*path, "code"), promotion.code, promotion.id, codes)
        yield from _check_promotion(subject, path, promotion)
    for index, coupon in enumerate(file.coupons):
        path = ("coupons", index)
        yield from _check_id(subject, path, coupon.id, seen)
        for place, code in enumerate(coupon.codes or ()):
            yield from _check_free(subject, (*path, "codes", place), code, coupon.id, codes)
        yield from _check_coupon(subject, path, coupon)
    known = {promotion.id for promotion in file.promotions} | {coupon.id for coupon in file.coupons}
    for index, named in enumerate(file.promotions):
        for name in sorted((named.incompatible_with or frozenset()) - known):
            yield unknown(subject, ("promotions", index, "incompatible_with"), "promotion or coupon", name, known)
    budgets: set[str] = set()
    for index, budget in enumerate(file.discounts.budgets):
        path = ("discounts", "budgets", index)
        yield from _check_id(subject, path, budget.id, budgets)
        yield from _check_budget(subject, path, budget, known)
    yield from _check_money_units(subject)


def _check_id(subject: Subject, path: Path, name: str, seen: set[str]) -> Iterator[Fault]:
    if name in seen:
        yield subject.fault((*path, "id"), "duplicate_id", f"The id {name!r} is taken.", "promotions and coupons share their ids")
    seen.add(name)


def _check_free(subject: Subject, path: Path, code: str, owner: str, codes: dict[str, str]) -> Iterator[Fault]:
    """Codes are compared without regard to case, blanks and hyphens, as people type them."""
    signs = _IGNORED.sub("", code).upper()
    if not signs:
        yield subject.fault(path, "name", f"{code!r} has no sign that counts.")
    elif signs in codes:
        yield subject.fault(path, "duplicate_code", f"The code {code!r} belongs to {codes[signs]!r} already.")
    codes.setdefault(signs, owner)


def _check_promotion(subject: Subject, path: Path, promotion: PromotionBlock) -> Iterator[Fault]:
    yield from _check_takes(subject, (*path, "gives"), promotion.gives)
    when, here = promotion.when, (*path, "when")
    if when.first_day and when.last_day and when.first_day > when.last_day:
        yield subject.fault((*here, "until"), "dates", f"'until' ({when.last_day}) lies before 'from' ({when.first_day}).")
    if when.min_amount is not None:
        yield from check_money(subject, (*here, "min_amount"), when.min_amount)
    for key in ("match", "exclude"):
        block = getattr(promotion, key)
        if block is not None and not any((block.sku, block.category, block.brand, block.tag)):
            yield subject.fault((*path, key), "empty", f"'{key}' selects by nothing.", "name a sku, category, brand or tag")


def _check_takes(subject: Subject, path: Path, gives: TakesBlock) -> Iterator[Fault]:
    said = [kind for kind in _TAKES if getattr(gives, kind) is not None]
    if not said:
        yield subject.fault(path, "one_of", "The promotion takes nothing off.", f"add one of {', '.join(_TAKES)}")
    for extra in said[1:]:
        yield subject.fault((*path, extra), "one_of", f"A promotion takes one thing off; {said[0]!r} is already there.", at_key=True)
    for key, owners in _COMPANIONS.items():
        if getattr(gives, key) is not None and not any(owner in said for owner in owners):
            yield subject.fault((*path, key), "misplaced", f"{key!r} counts only with {' or '.join(owners)}.", "remove it", at_key=True)
    if gives.buy is not None and gives.get is None:
        yield subject.fault((*path, "buy"), "missing", "'buy' needs 'get'.", "add 'get'")
    for key in ("amount_off", "max"):
        if getattr(gives, key) is not None:
            yield from check_money(subject, (*path, key), getattr(gives, key))
    for key in ("percent_off", "off_percent"):
        if getattr(gives, key) is not None and getattr(gives, key) > 100:
            yield subject.fault((*path, key), "range", "More than 100 percent cannot be taken off.")


def _check_coupon(subject: Subject, path: Path, coupon: CouponBlock) -> Iterator[Fault]:
    gives, here = coupon.gives, (*path, "gives")
    said = [kind for kind in _COUPON_GIVES if getattr(gives, kind) is not None]
    if not said:
        yield subject.fault(here, "one_of", "The coupon gives nothing.", f"add one of {', '.join(_COUPON_GIVES)}")
    for extra in said[1:]:
        yield subject.fault((*here, extra), "one_of", f"A coupon gives one thing; {said[0]!r} is already there.", at_key=True)
    for key, owner in (("unit", "points"), ("max", "percent_off")):
        if getattr(gives, key) is not None and owner not in said:
            yield subject.fault((*here, key), "misplaced", f"{key!r} counts only with {owner}.", "remove it", at_key=True)
    unit = gives.unit or default_unit(subject.file)
    if gives.unit is not None and gives.unit not in subject.units:
        yield unknown(subject, (*here, "unit"), "unit", gives.unit, subject.units)
    elif gives.points is not None:
        yield from check_points(subject, (*here, "points"), gives.points, unit)
    for key, amount in (("amount_off", gives.amount_off), ("max", gives.max)):
        if amount is not None:
            yield from check_money(subject, (*here, key), amount)
    if gives.percent_off is not None and gives.percent_off > 100:
        yield subject.fault((*here, "percent_off"), "range", "More than 100 percent cannot be taken off.")
    if coupon.min_amount is not None:
        yield from check_money(subject, (*path, "min_amount"), coupon.min_amount)
    if coupon.first_day and coupon.last_day and coupon.first_day > coupon.last_day:
        yield subject.fault((*path, "until"), "dates", f"'until' ({coupon.last_day}) lies before 'from' ({coupon.first_day}).")
    yield from _check_codes(subject, path, coupon)


def _check_codes(subject: Subject, path: Path, coupon: CouponBlock) -> Iterator[Fault]:
    if coupon.codes is None and coupon.pattern is None:
        yield subject.fault(path, "one_of", "The coupon has no codes.", "add codes, or a pattern to issue them from")
    if coupon.codes is not None and coupon.pattern is not None:
        yield subject.fault((*path, "pattern"), "one_of", "Codes are listed or issued from a pattern.", "remove one of them", at_key=True)
    if coupon.pattern is not None and coupon.pattern.count("#") < RANDOM_SIGNS:
        message = f"A code with fewer than {RANDOM_SIGNS} random signs can be guessed."
        yield subject.fault((*path, "pattern"), "guessable", message, "add more #")
    for key in ("starts_after_days", "valid_days"):
        if (*path, key) in subject.document.keys and coupon.pattern is None:
            yield subject.fault((*path, key), "misplaced", f"{key!r} counts only for issued codes.", "use from and until", at_key=True)


def _check_budget(subject: Subject, path: Path, budget: DiscountBudgetBlock, known: set[str]) -> Iterator[Fault]:
    for name in sorted(set(budget.of) - known):
        yield unknown(subject, (*path, "of"), "promotion or coupon", name, known)
    if (budget.money is None) == (budget.uses is None):
        yield subject.fault(path, "one_of", "A budget of discounts has exactly one of money and uses.")
    if budget.money is not None:
        yield from check_money(subject, (*path, "money"), budget.money)
    yield from check_period(subject, (*path, "per"), "A budget", budget.per)


def _check_money_units(subject: Subject) -> Iterator[Fault]:
    digits = MINOR_DIGITS.get(subject.file.currency)
    for code, unit in subject.file.units.items():
        if unit.money and digits is not None and unit.decimals != digits:
            message = f"A unit of money is counted like {subject.file.currency}: with {digits} decimals."
            yield subject.fault(("units", code, "money"), "decimals", message, f"add 'decimals: {digits}'", at_key=True)
        if unit.money and not unit.spendable:
            yield subject.fault(("units", code, "money"), "not_spendable", f"The unit {code!r} cannot be spent.", at_key=True)
