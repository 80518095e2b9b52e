"""What forms there are: for each part of a programme the fields of its form, in groups. A table; reading and writing are in `forms`.

A field's name is where its value stands in the part, with dots. Keys of the file that have no field here stay as they are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from praemia.programs import Path

# fmt: off
Kind = Literal[
    "names", "texts", "text", "long", "number", "whole", "choice", "switch", "allowed", "words", "days", "hours", "date", "unit",
    "trigger", "gift", "each", "days_of", "rows", "typed",
]
# fmt: on


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` says how it is shown and read; `options` are the words of a choice, "" being the file's default; `label` a key of words."""

    name: str
    kind: Kind
    label: str
    options: Sequence[str] = ()
    hint: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together. A `folded` one opens by itself when it holds something."""

    key: str
    fields: Sequence[Field]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of entry: where its entries stand, and its form. `keyed` entries are a mapping by name, the others a list.

    `named` is the key that names an entry of a list; without one the place does.
    """

    key: str
    path: Path
    groups: Sequence[Group]
    keyed: bool = False
    named: str = ""
    fresh: Mapping[str, object] = field(default_factory=dict)

    @property
    def fields(self) -> list[Field]:
        """All of its fields."""
        return [each for group in self.groups for each in group.fields]


PERIODS = ("day", "week", "month", "year", "lifetime")
_NAMES = (Field("id", "text", "id", hint="id_hint", required=True), Field("name", "names", "name"))
_GOODS = ("sku", "category", "brand", "tag")


def _selection(key: str) -> tuple[Field, ...]:
    return tuple(Field(f"{key}.{goods}", "words", goods) for goods in _GOODS)


def _dates(prefix: str = "") -> tuple[Field, ...]:
    return Field(f"{prefix}from", "date", "first_day"), Field(f"{prefix}until", "date", "last_day")


_EXPIRY = (
    Field("expiry.days", "whole", "expiry_days"),
    Field("expiry.months", "whole", "expiry_months"),
    Field("expiry.end_of", "choice", "expiry_end_of", ("", "month", "year")),
    Field("expiry.each_year", "text", "expiry_each_year", hint="each_year_hint"),
    Field("expiry.round_up", "choice", "expiry_round_up", ("", "end_of_month")),
    Field("expiry.counts_from", "choice", "expiry_counts_from", ("", "available", "earned")),
)
_WHEN = (
    Group("when", (*_dates("when."), Field("when.days", "days", "days"), Field("when.hours", "hours", "hours"))),
    Group(
        "at_least",
        (
            Field("when.min_amount", "number", "min_amount"),
            Field("when.min_amount_tax", "choice", "min_amount_tax", ("", "include", "exclude")),
            Field("when.min_quantity", "whole", "min_quantity"),
        ),
        folded=True,
    ),
    Group(
        "whom",
        (
            Field("when.tiers", "words", "tiers"),
            Field("when.segments", "words", "segments"),
            Field("when.members", "words", "members"),
            Field("when.first_purchase", "switch", "first_purchase"),
        ),
        folded=True,
    ),
    Group(
        "where",
        (
            Field("when.channels", "words", "channels"),
            Field("when.locations", "words", "locations"),
            Field("when.partners", "words", "partners"),
        ),
        folded=True,
    ),
)

RULE = Part(
    "rule",
    ("earning", "rules"),
    (
        Group("what", (*_NAMES, Field("description", "text", "description", hint="description_hint"))),
        Group("gift", (Field("trigger", "trigger", "trigger", required=True), Field("gift", "gift", "gift"), Field("to", "unit", "unit"))),
        Group("match", _selection("match"), folded=True),
        Group("exclude", _selection("exclude"), folded=True),
        *_WHEN,
        Group(
            "how_often",
            (
                Field("limit.times", "whole", "limit_times"),
                Field("limit.per", "choice", "per", ("", *PERIODS)),
                Field("limit.scope", "choice", "limit_scope", ("", "member", "program")),
                Field("cooldown", "text", "cooldown", hint="cooldown_hint"),
                Field("cap.points", "number", "cap_points"),
                Field("cap.per", "choice", "per", ("", "order", *PERIODS)),
                Field("cap.on_exceed", "choice", "on_exceed", ("", "cut", "refuse")),
            ),
            folded=True,
        ),
        Group(
            "special",
            (
                Field("enabled", "switch", "enabled"),
                Field("when.if", "long", "condition", hint="condition_hint"),
                Field("exclusive", "switch", "exclusive"),
                Field("stop", "switch", "stop"),
                Field("priority", "whole", "priority", hint="priority_hint"),
                Field("accrual", "choice", "accrual", ("", "pro_rata", "whole_steps")),
                Field("leap_day", "choice", "leap_day", ("", "feb28", "mar1")),
            ),
            folded=True,
        ),
        Group("expiry", _EXPIRY, folded=True),
    ),
    named="id",
    fresh={"trigger": "purchase"},
)

UNIT = Part(
    "unit",
    ("units",),
    (
        Group("what", (Field("key", "text", "unit_key", hint="unit_key_hint", required=True), Field("name", "names", "name"))),
        Group(
            "worth",
            (
                Field("value", "number", "unit_value", hint="unit_value_hint"),
                Field("decimals", "whole", "decimals", hint="decimals_hint"),
                Field("rounding", "choice", "rounding", ("", "down", "half_up", "half_even", "up")),
                Field("spendable", "switch", "spendable"),
                Field("qualifying", "switch", "qualifying"),
            ),
        ),
        Group(
            "pending",
            (Field("pending.days", "whole", "pending_days"), Field("pending.until", "choice", "pending_until", ("", "fulfilled"))),
            folded=True,
        ),
        Group(
            "expiry",
            (
                *_EXPIRY[:4],
                Field("expiry.inactivity_months", "whole", "expiry_inactivity"),
                *_EXPIRY[4:],
                Field("expiry.extend_on", "words", "expiry_extend_on"),
                Field("spend_order", "choice", "spend_order", ("", "soonest_expiry", "oldest_earned")),
                Field("reinstate_days", "whole", "reinstate_days"),
            ),
        ),
    ),
    keyed=True,
)

CAP = Part(
    "cap",
    ("earning", "caps"),
    (
        Group(
            "cap",
            (
                Field("points", "number", "cap_points", required=True),
                Field("per", "choice", "per", ("order", *PERIODS, "balance"), required=True),
                Field("unit", "unit", "unit"),
                Field("on_exceed", "choice", "on_exceed", ("", "cut", "refuse")),
            ),
        ),
    ),
    fresh={"per": "day"},
)

BUDGET = Part(
    "budget",
    ("earning", "budgets"),
    (
        Group(
            "budget",
            (
                Field("id", "text", "id", hint="id_hint", required=True),
                Field("rules", "words", "budget_rules", required=True),
                Field("points", "number", "budget_points"),
                Field("money", "number", "budget_money"),
                Field("per", "choice", "per", ("", *PERIODS)),
                Field("on_exceed", "choice", "on_exceed", ("", "cut", "refuse")),
            ),
        ),
    ),
    named="id",
)

LEVEL = Part(
    "level",
    ("tiers", "levels"),
    (
        Group("what", _NAMES),
        Group(
            "level",
            (
                Field("at", "number", "level_at", required=True),
                Field("multiplier", "number", "level_multiplier"),
                Field("entry_points", "number", "entry_points"),
                Field("benefits", "long", "benefits", hint="benefits_hint"),
            ),
        ),
    ),
    named="id",
)

TIERS = Part(
    "tiers",
    (),
    (
        Group(
            "counting",
            (
                Field("tiers.basis", "choice", "basis", ("", "points", "spend", "visits", "balance")),
                Field(
                    "tiers.window",
                    "choice",
                    "window",
                    ("", "calendar_year", "calendar_quarter", "calendar_month", "lifetime"),
                    hint="window_hint",
                ),
                Field("tiers.window.rolling_months", "whole", "rolling_months"),
                Field("tiers.to", "unit", "tiers_to"),
            ),
        ),
        Group(
            "keeping",
            (
                Field("tiers.upgrade", "choice", "upgrade", ("", "immediate", "at_review")),
                Field("tiers.downgrade", "choice", "downgrade", ("", "at_review", "immediate", "never")),
                Field("tiers.downgrade_step", "choice", "downgrade_step", ("", "reached", "one_level")),
                Field("tiers.hold.months", "whole", "hold_months"),
                Field("tiers.grace.months", "whole", "grace_months"),
                Field("tiers.at_risk_days", "whole", "at_risk_days"),
            ),
        ),
    ),
)

SETTINGS = Part(
    "settings",
    (),
    (
        Group(
            "what",
            (
                Field("name", "names", "name"),
                Field("timezone", "text", "timezone", hint="timezone_hint"),
                Field("currency", "text", "currency", hint="currency_hint"),
                Field("context", "choice", "context", ("", "customer", "employee", "referral", "wellness", "education", "partner")),
            ),
        ),
        Group(
            "earning",
            (
                Field("earning.accrual", "choice", "accrual", ("", "pro_rata", "whole_steps")),
                Field("earning.round_at", "choice", "round_at", ("", "rule", "order", "line")),
                Field("earning.stacking.multipliers", "choice", "stacking_multipliers", ("", "sum", "product", "best")),
                Field("earning.stacking.promotions", "choice", "stacking_promotions", ("", "all", "latest", "best")),
                Field("earning.stacking.multiply", "choice", "stacking_multiply", ("", "spend", "all")),
                Field("earning.backdate_limit_days", "whole", "backdate_limit_days"),
            ),
        ),
        Group(
            "money",
            (
                Field("earning.basis.tax", "choice", "basis_tax", ("", "include", "exclude")),
                Field("earning.basis.shipping", "choice", "basis_shipping", ("", "include", "exclude")),
                Field("earning.basis.points_tender", "choice", "basis_points_tender", ("", "include", "exclude")),
                Field("earning.basis.money_tender", "choice", "basis_money_tender", ("", "include", "exclude")),
            ),
        ),
        Group(
            "pay",
            (
                Field("pay_with_points.points", "number", "pay_points"),
                Field("pay_with_points.worth", "number", "pay_worth"),
                Field("pay_with_points.min_points", "number", "pay_min"),
                Field("pay_with_points.max_percent", "number", "pay_max"),
            ),
        ),
    ),
)
