"""A tier's part in a verdict, told as if it were a rule: its multiplier, and the points that greet a new member of it.

They are no rules of the file: nothing stops them, no promotion replaces them, and their names hold a colon, which no rule's can.
"""

from __future__ import annotations

from praemia.rules.model import ANNIVERSARY, BIRTHDAY, PURCHASE, SIGNUP, Earning, Fixed, Multiply, Rule, TierRate

UNRATED = frozenset({SIGNUP, BIRTHDAY, ANNIVERSARY})
_WORDS = {"de": ("Stufe {}", "Willkommen in der Stufe {}"), "en": ("Tier {}", "Welcome to tier {}")}


def rate_rule(rate: TierRate, trigger: str) -> Rule:
    """The multiplier of a tier."""
    return Rule(id=f"tier:{rate.tier}", trigger=trigger, unit=rate.unit, effect=Multiply(factor=rate.factor), name=_name(rate, 0))


def entry_rule(rate: TierRate) -> Rule:
    """The points for reaching a tier."""
    return Rule(
        id=f"tier-entry:{rate.tier}", trigger="tier_entry", unit=rate.unit, effect=Fixed(quanta=rate.entry_quanta), name=_name(rate, 1)
    )


def tier_rules(earning: Earning) -> tuple[Rule, ...]:
    """Everything of the kind that an outcome may name, for explanations and names."""
    return tuple(rule for rate in earning.tiers for rule in (rate_rule(rate, PURCHASE), entry_rule(rate)))


def _name(rate: TierRate, phrase: int) -> dict[str, str]:
    return {lang: words[phrase].format(rate.name.get(lang) or rate.tier) for lang, words in _WORDS.items()}
