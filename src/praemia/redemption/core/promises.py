"""What a reward promises, as JSON that is kept with the redemption: nobody looks up a later version to honour it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praemia.catalogue import Wish
from praemia.foundation.values import asdict
from praemia.rules import AmountOff, CardOf, Cashback, CodeTerms, Donation, Experience, FreeItem, Gift, Other, PercentOff, Reward, TierFor


def terms_of(reward: Reward, wish: Wish, times: int) -> dict[str, Any]:
    """The promise: `gives` names the kind, the rest are its figures for the whole redemption (money in minor units)."""
    terms: dict[str, Any] = {
        "name": dict(reward.name),
        "times": times,
        "steps": list(reward.steps),
        "automatic": sorted(reward.automatic_steps),
    }
    if wish.option is not None:
        terms["option"] = wish.option
    if reward.value_minor is not None:
        terms["value_minor"] = reward.value_minor * times
    if reward.per_member is not None:
        terms["limit"] = reward.per_member.per.value
    if reward.code is not None:
        terms["code"] = asdict(reward.code)
    return terms | _gift(reward.gift, wish, times)


def promise_of(reward: Reward) -> dict[str, Any]:
    """What one of it promises, whatever a member will choose."""
    one = Wish(quantity=reward.gift.quantity) if isinstance(reward.gift, FreeItem) else Wish()
    return terms_of(reward, one, 1)


def code_of(terms: Mapping[str, Any]) -> CodeTerms | None:
    """The code that was promised."""
    return CodeTerms(**terms["code"]) if "code" in terms else None


def hands_over(terms: Mapping[str, Any]) -> bool:
    """Whether giving it leaves something with us: a code, a card, a donation, a tier. Anything else somebody else gives."""
    return "code" in terms or terms["gives"] in ("gift_card", "donation", "tier")


def is_shared(terms: Mapping[str, Any]) -> bool:
    """Whether giving it takes rows that redemptions of many members share: uploaded codes, what a receiver was given."""
    code = code_of(terms)
    return terms["gives"] == "donation" or (code is not None and code.pool is not None)


def _gift(gift: Gift, wish: Wish, times: int) -> dict[str, Any]:
    match gift:
        case AmountOff():
            return {"gives": "amount_off", "amount_minor": gift.amount_minor * times}
        case PercentOff():
            shown = {"gives": "percent_off", "percent": [gift.percent.numerator, gift.percent.denominator]}
            return shown if gift.most_minor is None else {**shown, "max_minor": gift.most_minor * times}
        case FreeItem():
            return {"gives": "free", "sku": gift.sku, "quantity": wish.quantity}
        case CardOf():
            return {"gives": "gift_card", "value_minor_each": gift.value_minor}
        case Donation():
            return {"gives": "donation", "amount_minor": gift.amount_minor * times, "to": gift.receiver}
        case TierFor():
            return {"gives": "tier", "tier": gift.tier, "months": gift.months * times}
        case Experience():
            chosen = {"date": wish.on.isoformat()} if wish.on and gift.dates else {}
            return {"gives": "experience", "what": gift.name, **chosen, **({"place": wish.place} if wish.place and gift.places else {})}
        case Cashback():
            return {"gives": "cashback", "amount_minor": gift.amount_minor * times}
        case Other():
            return {"gives": "other", "text": gift.text}
