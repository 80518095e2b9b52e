"""The forms of what surrounds earning: activities, consents, the till, points between people, goods that come back, corrections.

A table like `parts`. Activities and consents are lists of entries; the others are one form each.
"""

from __future__ import annotations

from praemia.web.console.programme.parts import Field, Group, Part

_YES_NO_BACK = ("", "revert", "keep")

ACTIVITY = Part(
    "activity",
    ("activities",),
    (
        Group("what", (Field("key", "text", "id", hint="activity_key_hint", required=True), Field("name", "names", "name"))),
        Group("reports", (Field("fields", "typed", "activity_fields", ("int", "string", "bool", "money", "date")),)),
    ),
    keyed=True,
)

CONSENT = Part(
    "consent",
    ("consents",),
    (
        Group(
            "consent",
            (
                Field("key", "text", "id", hint="consent_key_hint", required=True),
                Field("name", "names", "name"),
                Field("text", "texts", "consent_text", hint="consent_text_hint"),
            ),
        ),
    ),
    keyed=True,
)

TILL = Part(
    "till",
    (),
    (
        Group(
            "till",
            (
                Field("till.undo_minutes", "whole", "till_undo", hint="till_undo_hint"),
                Field("till.without_receipt", "number", "till_without_receipt", hint="till_without_receipt_hint"),
                Field("till.bands", "words", "till_bands", hint="till_bands_hint"),
            ),
        ),
        Group(
            "offline",
            (
                Field("till.offline.earn", "switch", "offline_earn"),
                Field("till.offline.sale", "number", "offline_sale", hint="offline_sale_hint"),
                Field("till.offline.sales_per_member", "whole", "offline_per_member", hint="offline_per_member_hint"),
                Field("till.offline.sales_per_terminal", "whole", "offline_per_terminal", hint="offline_per_terminal_hint"),
                Field("till.offline.late_days", "whole", "offline_late_days", hint="offline_late_days_hint"),
            ),
        ),
        Group(
            "offline_burn",
            (
                Field("till.offline.burn.sale", "number", "burn_sale", hint="burn_sale_hint"),
                Field("till.offline.burn.member", "number", "burn_member", hint="burn_member_hint"),
                Field("till.offline.burn.terminal", "number", "burn_terminal", hint="burn_terminal_hint"),
                Field("till.offline.snapshot_hours", "whole", "snapshot_hours", hint="snapshot_hours_hint"),
                Field("till.offline.snapshot_cards", "whole", "snapshot_cards", hint="snapshot_cards_hint"),
            ),
        ),
    ),
)

SHARING = Part(
    "sharing",
    (),
    (
        Group(
            "transfers",
            (
                Field("sharing.transfers.allowed", "allowed", "transfers_allowed"),
                Field("sharing.transfers.min", "number", "transfers_min"),
                Field("sharing.transfers.fee_percent", "number", "transfers_fee", hint="transfers_fee_hint"),
                Field("sharing.transfers.expiry", "choice", "transfers_expiry", ("", "keep", "reset")),
            ),
        ),
        Group(
            "pools",
            (
                Field("sharing.pools.draw", "choice", "pools_draw", ("", "oldest_first", "proportional")),
                Field("sharing.pools.who", "choice", "pools_who", ("", "any", "head")),
            ),
        ),
        Group("merging", (Field("sharing.merge.tier", "choice", "merge_tier", ("", "higher", "recompute")),)),
    ),
)

RETURNS = Part(
    "returns",
    (),
    (
        Group(
            "taken_back",
            (
                Field("returns.earned", "choice", "returns_earned", ("", "recompute", "by_value", "floor_steps_each")),
                Field("returns.shortfall", "choice", "returns_shortfall", ("", "negative", "clamp", "refuse")),
                Field("returns.tier_effect", "choice", "returns_tier", _YES_NO_BACK),
                Field("returns.block_if_spent", "switch", "returns_block"),
            ),
        ),
        Group(
            "given_back",
            (
                Field("returns.redeemed", "choice", "returns_redeemed", ("", "prorate", "on_full")),
                Field("returns.restored_expiry", "choice", "returns_expiry", ("", "original", "fresh")),
                Field("returns.uses", "choice", "returns_uses", ("", "revert", "but_codes", "keep")),
            ),
        ),
        Group("overtaking", (Field("out_of_order.refund_first", "choice", "refund_first", ("", "reject", "park")),)),
    ),
)

ADJUSTMENTS = Part(
    "adjustments",
    (),
    (
        Group("reasons", (Field("adjustments.reasons", "words", "adjustment_reasons", hint="adjustment_reasons_hint"),)),
        Group("alone", (Field("adjustments.limits", "each", "adjustment_limits", ("roles",), hint="adjustment_limits_hint"),)),
        Group(
            "second_person",
            (
                Field("adjustments.approval_above", "number", "approval_above", hint="approval_above_hint"),
                Field("adjustments.approval_days", "whole", "approval_days", hint="approval_days_hint"),
            ),
        ),
    ),
)

DEALINGS = (ACTIVITY, CONSENT, TILL, SHARING, RETURNS, ADJUSTMENTS)
