"""Every word a story may use, and the capability it needs: None when the API serves it, else the name a skip is given.

A word that is not here is a mistake in the story or a gap of the adapter: either way a loud failure, never a skip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Table = dict[str, str | None]
SERVED = None


def _served(words: str) -> dict[str, str | None]:
    return dict.fromkeys(words.split(), SERVED)


def _later(capability: str, words: str) -> dict[str, str | None]:
    return dict.fromkeys(words.split(), capability)


@dataclass(frozen=True, slots=True)
class Act:
    """One word after `do`: the capability it needs and the keys it takes."""

    needs: str | None
    keys: Table
    required: tuple[str, ...] = ()


FILE: Table = _served("id title source capability also semantics ambiguity given steps expect work notes")
GIVEN: Table = _served("start program members")

PROGRAM: Table = {
    **_served("timezone currency wallets accrual round_at basis earning stacking caps budgets backdate_limit_days"),
    **_served("pending expiry spend_order"),
    **_served("rewards pay_with_points"),
    **_served("refunds out_of_order"),
    **_served("tiers"),
    **_served("promotions discounts gift_cards coupons"),
    **_later("referral", "referral"),
    **_later("stamps", "stamp_cards"),
    **_later("challenges", "challenges streaks goals badges"),
    **_later("leaderboards", "leaderboards"),
    **_later("partners", "partners"),
    **_later("conversions", "conversions"),
    **_served("transfers pools merge"),
    **_later("rebates", "rebates"),
}
WALLET: Table = _served("id decimals rounding spendable")
BASIS: Table = _served("tax shipping points_tender order_discount_on_subset")
STACKING: Table = _served("multipliers promotions")
CAP: Table = _served("points per on_exceed")
BUDGET: Table = _served("id points rules on_exceed money uses promotions per")
PROMOTION: Table = _served("id name code enabled when match exclude gives limits incompatible_with")
TAKES: Table = _served("amount_off percent_off max free scope match exclude buy get off_percent")
COUPON: Table = _served("id codes uses campaign_uses per_member member segments min_amount from until gives")
COUPON_GIVES: Table = _served("points amount_off percent_off max")
USES: Table = _served("total per_member")
DISCOUNTS: Table = _served("sequence combine")
GIFT_CARD: Table = _served("id balance")
RULE: Table = {
    **_served("id trigger earn multiply add match exclude when limit cap exclusive stop priority created enabled to leap_day"),
    **_served("accrual round_at basis expiry"),
    **_later("pending of one rule", "pending"),
}
EARN: Table = _served("points per_amount per_unit")
SELECTION: Table = _served("sku category tag")
LIMIT: Table = _served("times per scope")
RULE_CAP: Table = _served("points per on_exceed")
# Any other condition is one nobody knows: the story then claims that the rule does not apply.
WHEN: Table = {
    **_served("from until days hours min_amount min_amount_tax min_qty segments channel partner first_purchase tiers"),
}

MEMBER: Table = {
    **_served("id enrolled birthdate segments points wallets lots tier history"),
}
LOT: Table = _served("points earned last_day")
HISTORY: Table = _served("at points spend visits")
TIERS: Table = _served(
    "basis wallet levels criteria window upgrade downgrade downgrade_step review hold grace count_pending purchase_rate at_risk_days"
    " match exclude"
)
LEVEL: Table = _served("id at multiplier entry_points")
PENDING: Table = _served("days until")
EXPIRY: Table = _served("days months end_of each_year inactivity_months resets_on round_up counts_from extend_on")

TRANSFERS: Table = _served("allowed min fee_percent expiry")
POOL: Table = _served("id members draw who")
MERGE: Table = _served("tier")
REFUNDS: Table = _served("earned redeemed shortfall restored_expiry tier_effect progress referral block_if_spent")
OUT_OF_ORDER: Table = _served("refund_first")
BACK: Table = _served("sku qty")

LINE: Table = _served("sku qty price tax category tag free")
_EVERY_STEP: Table = _served("do at expect key note")
_PURCHASE: Table = {
    **_served("member order lines shipping shipping_tax channel partner occurred_at"),
    **_served("codes reward pay_points pay_gift pay_wallet"),
}


def _act(needs: str | None, keys: Table | str, required: str = "") -> Act:
    own = _served(keys) if isinstance(keys, str) else keys
    return Act(needs, {**_EVERY_STEP, **own}, tuple(required.split()))


STEPS: Mapping[str, Act] = {
    "enroll": _act(SERVED, "member birthdate", "member"),
    "set_birthdate": _act(SERVED, "member birthdate", "member birthdate"),
    "purchase": _act(SERVED, _PURCHASE, "order lines"),
    "activity": _act(SERVED, "member name value occurred_at", "member name"),
    "adjust": _act(SERVED, "member points allow_negative reason last_day", "member points"),
    "advance": _act(SERVED, "to", "to"),
    "race": _act(SERVED, "ops", "ops"),
    "check": _act(SERVED, ""),
    "refund": _act(SERVED, "order all amount lines member", "order"),
    "cancel_order": _act(SERVED, "order", "order"),
    "fulfil": _act(SERVED, "order", "order"),
    "refer": _act("referral", "referrer referee"),
    "redeem": _act(SERVED, "member reward as qty option partner", "member reward"),
    "use_redemption": _act(SERVED, "redemption", "redemption"),
    "cancel_redemption": _act(SERVED, "redemption", "redemption"),
    "use_code": _act(SERVED, "code member", "code"),
    "void_code": _act(SERVED, "code member", "code"),
    "transfer": _act(SERVED, "from to points", "from to points"),
    "merge": _act(SERVED, "keep drop", "keep drop"),
    "pool_redeem": _act(SERVED, "pool member points", "pool member points"),
    "pool_leave": _act(SERVED, "pool member", "pool member"),
    "convert": _act("conversions", "member conversion points"),
    "settle": _act("partners", "partner from until"),
    "rebate": _act("rebates", "member rebate from until"),
    "stamp": _act("stamps", "member card n"),
    "adjust_stamps": _act("stamps", "member card n"),
    "stamp_reward": _act("stamps", "member card n"),
    "set_tier": _act(SERVED, "member tier floor until reason", "member tier"),
    "reinstate": _act(SERVED, "member within_days", "member"),
}

RESPONSE: Table = {
    **_served("result earned earned_by due returned clawed_back ok errors"),
    **_served("spent cash_due"),
    **_served("discount line_discount wallet_paid"),
    **_served("received fee"),
    **_later("partners", "billed reimbursed net"),
    **_later("rebates", "rebate"),
    **_later("stamps", "value"),
}
STATE: Table = {
    **_served("available pending lifetime lots expired budget_used"),
    **_served("qualifying tier tier_until"),
    **_later("stamps", "stamps"),
    **_served("completed"),
    **_later("challenges", "badges level streak"),
    **_served("member_of"),
    **_served("gift_card stock donations"),
    **_later("leaderboards", "board"),
    **_later("partners", "prepaid"),
}
OK = "ok"
NO_EFFECT = "no_effect"
ERROR_KINDS = frozenset(
    _served(
        "insufficient_points already_redeemed expired limit_reached not_eligible out_of_stock not_found not_active_yet below_minimum "
        "invalid_amount incompatible budget_exhausted idempotency_conflict self_referral member_closed refund_exceeds_order "
        "not_reversible no_effect wrong_member invalid_tier prepaid_exhausted"
    )
)
