"""Rewards: what there is, honestly why not yet, and redeeming one after a look at what it costs.

The form carries a key made when it was drawn: sent twice, by a double tap or a repeat, it redeems once. The key is spelled with the
member's id, so that nobody uses up another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from praemia import redemption
from praemia.catalogue import RewardUnknown, Wish
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.redemption import Done, Offer, Redeem
from praemia.rules import Experience, Reward, TierFor
from praemia.web.brand import picture_path
from praemia.web.doors import member_page
from praemia.web.frame import render
from praemia.web.member import figures
from praemia.web.member.reasons import gives_of, reason_of
from praemia.web.member.seat import Seat, doing, looking
from praemia.web.sessions import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A reward as its page tells it. `reasons` are why not yet, in words; `missing` quanta when points are all that is missing;
    `picture` is where its picture is, empty when it has none."""

    offer: Offer
    name: str
    description: str
    gives: str
    picture: str
    decimals: int
    unit: str
    reasons: tuple[str, ...]
    missing: int | None
    has: int

    @property
    def is_cancellable(self) -> bool:
        """Whether it can be given back while it is unused: a tier has its effect at once."""
        return not isinstance(self.offer.reward.gift, TierFor)

    @property
    def reward(self) -> Reward:
        """The reward itself."""
        return self.offer.reward


@member_page
async def rewards(visit: Visit, request: Request) -> Response:
    """Every reward: what can be had now, then what is near, then the rest with its reasons."""

    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        shown = [_shown(seat, one) for one in await figures.offers_of(tx, seat) if not one.reward.automatic]
        return {"seat": seat, "rewards": shown, "holdings": await figures.holdings_of(tx, seat)}

    return render(request, "member/rewards.html", words="member", here_tab="rewards", **await looking(visit, request, read))


@member_page
async def reward(visit: Visit, request: Request) -> Response:
    """One reward, what it costs and leaves, and the button that redeems it."""
    return await _reward_page(visit, request)


@member_page
async def redeem(visit: Visit, request: Request) -> Response:
    """Redeem it, and lead to the code."""
    form = await request.form()
    name, key = str(request.path_params["reward"]), str(form.get("key", ""))
    try:
        UUID(key)
        wish = _wish_of({field: str(value) for field, value in form.items()})
    except ValueError:
        raise HTTPException(400) from None

    async def act(tx: Tx, seat: Seat) -> Done:
        wanted = Redeem(
            program=seat.slug,
            member=seat.member.reference,
            reward=name,
            wish=wish,
            key=f"member-app:{seat.member.member_id}:{key}",
        )
        return await redemption.redeem(tx, wanted, now=seat.now)

    try:
        done = await doing(visit, request, act)
    except RewardUnknown:
        raise HTTPException(404) from None
    except DomainError as refusal:
        return await _reward_page(visit, request, refused=refusal, key=key)
    return RedirectResponse(f"/m/{visit.address}/mine/{done.redemption.redemption_id}?new", 303)


async def _reward_page(visit: Visit, request: Request, *, refused: DomainError | None = None, key: str | None = None) -> Response:
    name = str(request.path_params["reward"])

    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        found = [one for one in await figures.offers_of(tx, seat) if one.reward.id == name]
        if not found:
            raise HTTPException(404)
        gift = found[0].reward.gift
        return {
            "seat": seat,
            "shown": _shown(seat, found[0]),
            "options": _options(seat, found[0].reward),
            "dates": list(gift.dates) if isinstance(gift, Experience) else [],
            "places": list(gift.places) if isinstance(gift, Experience) else [],
            "refused": reason_of(seat, refused, found[0].reward) if refused else "",
        }

    shown = await looking(visit, request, read)
    return render(
        request, "member/reward.html", words="member", status=409 if refused else 200, here_tab="rewards", key=key or str(uuid4()), **shown
    )


def _shown(seat: Seat, offer: Offer) -> Shown:
    one = offer.reward
    missing = figures.missing_of(offer)
    return Shown(
        offer=offer,
        name=seat.speech.t(one.name, one.id),
        description=seat.speech.t(one.description, ""),
        gives=gives_of(seat, redemption.promise_of(one)),
        picture=picture_path(seat.visit.address, seat.policies.pictures.get(one.id)),
        decimals=seat.program.units[one.unit].decimals,
        unit=seat.name_of(one.unit),
        reasons=tuple(reason_of(seat, refusal, one) for refusal in offer.against),
        missing=missing,
        has=offer.price.quanta - missing if missing is not None else 0,
    )


def _options(seat: Seat, one: Reward) -> Sequence[tuple[str, str]]:
    """The ways to pay, when there is a choice: the cost in points, or one of the options."""
    if not one.options:
        return ()
    currency = seat.policies.rules.earning.currency
    ways = [("", seat.counted(one.price.quanta, one.unit))] if one.price.quanta or not one.options else []
    for place, option in enumerate(one.options):
        cash = f" + {seat.speech.money(option.cash_minor, currency)}" if option.cash_minor else ""
        ways.append((str(place), seat.counted(option.quanta, one.unit) + cash))
    return ways


def _wish_of(form: dict[str, str]) -> Wish:
    option, day, place = form.get("option"), form.get("date"), form.get("place")
    return Wish(option=int(option) if option else None, on=date.fromisoformat(day) if day else None, place=place or None)
