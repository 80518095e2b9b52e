"""The error kinds of the stories and what the API says instead: one table from problem codes, one from the clauses of rules.

A code without a row is its own kind, which no story expects, so an unforeseen refusal always shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.scenario.api import Reply
from tests.scenario.vocabulary import NO_EFFECT, OK

ORDER_USED = "journal.already_recorded"
OF_CODE: Mapping[str, frozenset[str]] = {
    code: frozenset(kinds.split())
    for code, kinds in {
        "ledger.insufficient_points": "insufficient_points",
        "members.unknown": "not_found",
        "members.closed": "member_closed",
        "members.already_enrolled": "no_effect",
        "journal.key_reused": "idempotency_conflict",
        # Another request under a used order number: whether a story calls that a conflict or nothing at all, nothing happens.
        ORDER_USED: "idempotency_conflict no_effect",
        "orders.unknown": "not_found",
        "orders.wrong_member": "wrong_member",
        "orders.exceeds_order": "refund_exceeds_order",
        "orders.points_used": "not_reversible",
        "orders.needs_member": "not_eligible",
        "orders.needs_order": "below_minimum not_eligible",
        "orders.below_minimum": "below_minimum",
        "orders.incompatible": "incompatible",
        "orders.not_for_orders": "not_eligible",
        "orders.points_do_not_pay": "not_eligible",
        "orders.too_few_points": "below_minimum",
        "orders.too_many_points": "invalid_amount limit_reached not_eligible",
        "orders.broken_step": "invalid_amount",
        "orders.not_money": "not_eligible",
        "orders.nothing_to_void": "not_found not_reversible",
        "catalogue.card_expired": "expired",
        "catalogue.card_short": "insufficient_points",
        "earning.before_enrolment": "not_eligible",
        "earning.too_old": "not_eligible",
        "earning.in_future": "not_eligible not_active_yet",
        "earning.activity_unknown": "not_found",
        "journal.event_unknown": "not_found",
        "earning.not_reinstatable": "not_eligible",
        "earning.unit_unknown": "not_found",
        "earning.wrong_currency": "invalid_amount",
        "input.invalid": "invalid_amount",
        "tiers.unknown": "invalid_tier",
        "tiers.none": "invalid_tier not_eligible",
        "tiers.until_past": "invalid_amount",
        "members.card_unknown": "not_found",
        "members.card_blocked": "not_eligible",
        "members.card_replaced": "not_eligible",
        "sharing.transfers_not_allowed": "not_eligible",
        "sharing.to_oneself": "not_eligible",
        "sharing.below_least": "below_minimum",
        "sharing.unit_unknown": "not_found",
        "sharing.not_spendable": "not_eligible",
        "sharing.pool_unknown": "not_found",
        "sharing.not_in_pool": "not_eligible",
        "sharing.only_the_head": "not_eligible",
        "sharing.same_member": "not_eligible",
        "sharing.already_merged": "not_eligible",
        "sharing.points_held": "not_eligible",
        "sharing.points_gone": "not_reversible",
        "catalogue.reward_unknown": "not_found",
        "catalogue.not_yet_offered": "not_active_yet not_eligible",
        "catalogue.no_longer_offered": "expired not_eligible",
        "catalogue.not_for_tier": "not_eligible invalid_tier",
        "catalogue.not_for_segment": "not_eligible",
        "catalogue.limit_reached": "limit_reached",
        "catalogue.out_of_stock": "out_of_stock",
        "catalogue.option_unknown": "invalid_amount not_found",
        "catalogue.choice_needed": "invalid_amount",
        "catalogue.pool_empty": "out_of_stock",
        "catalogue.code_unknown": "not_found",
        "catalogue.code_of_another": "wrong_member",
        "catalogue.code_used_up": "already_redeemed limit_reached",
        "catalogue.code_not_active": "not_active_yet",
        "catalogue.code_expired": "expired",
        "catalogue.card_unknown": "not_found",
        "redemption.unknown": "not_found",
        "redemption.undone": "not_found",
        "redemption.already_used": "already_redeemed",
        "redemption.not_cancellable": "not_reversible",
        "redemption.not_given": "not_eligible",
    }.items()
}

# A purchase is recorded even when a limit leaves nothing of its points, or a budget nothing of its discount. Stories may call that
# an ok with 0 or name the limit.
OF_CLAUSE: Mapping[str, str] = {
    "limit": "limit_reached",
    "cooldown": "limit_reached",
    "cap": "limit_reached",
    "budget": "budget_exhausted",
}


def kinds_of(reply: Reply) -> frozenset[str]:
    """Every kind that a story may call this answer."""
    if not reply.ok:
        return OF_CODE.get(reply.code, frozenset({reply.code})) | {NO_EFFECT}
    kinds = {OK}
    if not reply.body.get("awards"):
        kinds |= {OF_CLAUSE[clause] for clause in _clauses(reply.body) if clause in OF_CLAUSE}
    checkout = reply.body.get("checkout") or {}
    if checkout and not checkout["discount_minor"]:
        kinds |= {OF_CLAUSE[one["clause"]] for one in checkout["discounts"] if one["clause"] in OF_CLAUSE}
    return frozenset(kinds | {NO_EFFECT})


def _clauses(answer: Mapping[str, Any]) -> set[str]:
    return {str(rule.get("clause")) for rule in answer.get("rules", ())}
