"""The closed table of reasons a rule may have for not firing. Its wording lives in core.wording; a test holds the two equal."""

from __future__ import annotations

from enum import StrEnum


class Clause(StrEnum):
    """What stopped a rule. The first one met, in this order, is the one reported."""

    DISABLED = "disabled"
    STOP = "stop"
    DATES = "when.dates"
    WEEKDAY = "when.weekday"
    HOURS = "when.hours"
    CHANNELS = "when.channels"
    LOCATIONS = "when.locations"
    PARTNERS = "when.partners"
    MEMBERS = "when.members"
    TIERS = "when.tiers"
    SEGMENTS = "when.segments"
    FIRST_PURCHASE = "when.first_purchase"
    MIN_AMOUNT = "when.min_amount"
    MATCH = "match"
    MIN_QUANTITY = "when.min_quantity"
    EXPRESSION = "when.if"
    VALUE = "value"
    LIMIT = "limit"
    COOLDOWN = "cooldown"
    EXCLUSIVE = "exclusive"
    NO_BASE = "no_base"
    PROMOTIONS = "promotions"
    MULTIPLIERS = "multipliers"
    ZERO = "zero"
    CAP = "cap"
    BUDGET = "budget"
