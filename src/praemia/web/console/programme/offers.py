"""The forms of what members can have: rewards, promotions and coupons. A table like `parts`, which puts all of them together."""

from __future__ import annotations

from collections.abc import Mapping

from praemia.web.console.programme.dealings import DEALINGS
from praemia.web.console.programme.parts import (
    BUDGET,
    CAP,
    LEVEL,
    PERIODS,
    RULE,
    SETTINGS,
    TIERS,
    UNIT,
    Field,
    Group,
    Part,
)

_GIVES = (
    Field("gives.amount_off", "number", "gives_amount_off"),
    Field("gives.percent_off", "number", "gives_percent_off"),
    Field("gives.max", "number", "gives_max"),
)
_NAMES = (Field("id", "text", "id", hint="id_hint", required=True), Field("name", "names", "name"))
_DATES = (Field("from", "date", "first_day"), Field("until", "date", "last_day"))
_CODE = (
    Field("code.pattern", "text", "code_pattern", hint="code_pattern_hint"),
    Field("code.pool", "text", "code_pool", hint="code_pool_hint"),
    Field("code.valid_days", "whole", "code_valid_days"),
    Field("code.bound", "switch", "code_bound"),
    Field("code.uses", "whole", "code_uses"),
)

REWARD = Part(
    "reward",
    ("rewards",),
    (
        Group("what", (*_NAMES, Field("description", "names", "reward_description"))),
        Group(
            "price",
            (
                Field("cost", "number", "cost", required=True),
                Field("unit", "unit", "unit"),
                Field("value", "number", "reward_value", hint="reward_value_hint"),
                Field("stock", "whole", "stock", hint="stock_hint"),
            ),
        ),
        Group(
            "other_prices",
            (
                Field("cost_by_tier", "each", "cost_by_tier", ("tiers",), hint="cost_by_tier_hint"),
                Field("options", "rows", "price_options", ("points", "cash"), hint="price_options_hint"),
            ),
            folded=True,
        ),
        Group(
            "gives",
            (
                *_GIVES,
                Field("gives.free.sku", "text", "gives_free_sku"),
                Field("gives.free.quantity", "whole", "gives_free_quantity"),
                Field("gives.gift_card", "number", "gives_gift_card"),
                Field("gives.cashback", "number", "gives_cashback"),
                Field("gives.donation", "number", "gives_donation"),
                Field("gives.to", "text", "gives_to"),
                Field("gives.tier", "text", "gives_tier"),
                Field("gives.months", "whole", "gives_months"),
                Field("gives.other", "text", "gives_other"),
            ),
        ),
        Group(
            "experience",
            (
                Field("gives.experience.name", "names", "experience_name"),
                Field("gives.experience.dates", "days_of", "experience_dates", hint="experience_dates_hint"),
                Field("gives.experience.places", "words", "experience_places", hint="experience_places_hint"),
                Field("gives.experience.seats", "whole", "experience_seats", hint="experience_seats_hint"),
            ),
            folded=True,
        ),
        Group(
            "availability",
            (
                *_DATES,
                Field("tiers", "words", "tiers"),
                Field("segments", "words", "segments"),
                Field("per_member.times", "whole", "limit_times"),
                Field("per_member.per", "choice", "per", ("", *PERIODS)),
                Field("auto", "switch", "auto"),
            ),
            folded=True,
        ),
        Group("code", _CODE, folded=True),
        Group(
            "fulfilment",
            (
                Field("fulfilment.steps", "words", "fulfilment_steps"),
                Field("fulfilment.automatic", "words", "fulfilment_automatic"),
            ),
            folded=True,
        ),
    ),
    named="id",
)

_ORDER = tuple(group for group in RULE.groups if group.key in ("when", "at_least", "whom", "where"))
PROMOTION = Part(
    "promotion",
    ("promotions",),
    (
        Group("what", (*_NAMES, Field("code", "text", "promotion_code", hint="promotion_code_hint"))),
        Group(
            "takes",
            (
                *_GIVES,
                Field("gives.free.sku", "text", "gives_free_sku"),
                Field("gives.buy", "whole", "gives_buy"),
                Field("gives.get", "whole", "gives_get"),
                Field("gives.off_percent", "number", "gives_off_percent"),
                Field("gives.scope", "choice", "gives_scope", ("", "cheapest")),
            ),
        ),
        Group("match", next(group.fields for group in RULE.groups if group.key == "match"), folded=True),
        Group("exclude", next(group.fields for group in RULE.groups if group.key == "exclude"), folded=True),
        *_ORDER,
        Group(
            "how_often",
            (
                Field("limits.total", "whole", "limits_total"),
                Field("limits.per_member", "whole", "limits_per_member"),
                Field("enabled", "switch", "enabled"),
            ),
            folded=True,
        ),
    ),
    named="id",
)

COUPON = Part(
    "coupon",
    ("coupons",),
    (
        Group("what", _NAMES),
        Group(
            "codes",
            (
                Field("codes", "words", "coupon_codes"),
                Field("pattern", "text", "coupon_pattern", hint="code_pattern_hint"),
                Field("uses", "whole", "code_uses"),
                Field("campaign_uses", "whole", "campaign_uses"),
                Field("per_member", "whole", "limits_per_member"),
                Field("valid_days", "whole", "code_valid_days"),
            ),
        ),
        Group("gives", (Field("gives.points", "number", "gives_points"), Field("gives.unit", "unit", "unit"), *_GIVES)),
        Group(
            "availability",
            (
                *_DATES,
                Field("tiers", "words", "tiers"),
                Field("segments", "words", "segments"),
                Field("min_amount", "number", "min_amount"),
            ),
            folded=True,
        ),
    ),
    named="id",
)

_ALL = (SETTINGS, UNIT, RULE, CAP, BUDGET, REWARD, PROMOTION, COUPON, TIERS, LEVEL, *DEALINGS)
PARTS: Mapping[str, Part] = {part.key: part for part in _ALL}
"""Every part that has a form."""
