"""Orders at the till, as JSON. Shapes are those of bodies/checkout.py."""

from __future__ import annotations

from typing import Any

from praemia.orders import CouponUse, IssuedCodes, Quote, Reservation, RewardLook, Used
from praemia.web.presenting import Vocabulary, instant
from praemia.web.words import Lang


def quote_parts(quote: Quote, words: Vocabulary, lang: Lang | None) -> dict[str, Any]:
    """What a quote tells beside what the purchase would be."""
    return {
        "against": [{"what": what, "code": refusal.code, "detail": str(refusal)} for what, refusal in quote.against],
        "rewards": [_reward(look, words, lang) for look in quote.rewards],
    }


def reservation(made: Reservation, words: Vocabulary, lang: Lang | None) -> dict[str, Any]:
    """An order that is set aside, or was."""
    return {
        "order": made.order,
        "reservation": str(made.event_id),
        "member": made.member,
        "state": made.state,
        "deadline": instant(made.deadline),
        "replayed": made.replayed,
        "checkout": words.checkout(made.checkout, lang),
        "balances": words.amounts(made.balances),
    }


def coupon_use(use: CouponUse, words: Vocabulary) -> dict[str, Any]:
    """What became of the use of a code."""
    return {
        "event": str(use.event_id),
        "kind": use.kind,
        "coupon": use.coupon,
        "code": use.code,
        "member": use.member,
        "occurred_at": instant(use.occurred_at),
        "version": use.version,
        "replayed": use.replayed,
        "awards": words.amounts(use.awards),
        "balances": words.amounts(use.balances),
    }


def used(one: Used) -> dict[str, Any]:
    """How much of something is used."""
    return {
        "kind": one.kind,
        "id": one.id,
        "used": one.used,
        "most": one.most,
        "money": one.money,
        "per": one.per.value,
        "since": one.since.isoformat() if one.since else None,
    }


def issued(codes: IssuedCodes) -> dict[str, Any]:
    """Codes that were issued."""
    return {"event": str(codes.event_id), "coupon": codes.coupon, "codes": list(codes.codes), "replayed": codes.replayed}


def _reward(look: RewardLook, words: Vocabulary, lang: Lang | None) -> dict[str, Any]:
    (points,) = words.amounts({look.unit: look.quanta})
    return {
        "reward": look.reward,
        "name": look.name.get(lang or "en") or next(iter(look.name.values()), ""),
        "points": points,
        "amount_minor": look.amount_minor,
        "available": not look.against,
        "reasons": [refusal.code for refusal in look.against],
    }
