"""Handing over what was promised, and taking it back: codes, gift cards, donations, tiers. Anything else somebody else gives."""

from __future__ import annotations

from uuid import UUID

from praemia import catalogue
from praemia.catalogue import CardTouched, CodeUsedUp
from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.redemption.core.promises import code_of
from praemia.redemption.errors import NotCancellable
from praemia.redemption.model import Redemption, State
from praemia.redemption.service.scene import Accounts, Scene
from praemia.redemption.service.tiers import give_tier


async def give(tx: Tx, scene: Scene, made: Redemption, accounts: Accounts, *, event_id: UUID) -> Redemption:
    """Give what the terms promise, as effects of the event `event_id`; answers the redemption with its codes and cards, for the caller
    to write."""
    codes, cards = made.codes, made.cards
    code = code_of(made.terms)
    if code is not None:
        issued = await catalogue.issue_codes(
            tx,
            scene.program_id,
            code,
            reward=made.reward,
            redemption_id=made.redemption_id,
            member_id=made.member_id,
            day=scene.day,
            count=made.times,
        )
        codes = [one.digest for one in issued]
    match made.terms["gives"]:
        case "gift_card":
            value = made.terms["value_minor_each"]
            cards = [
                (await catalogue.issue_card(tx, scene.program_id, value, event_id=event_id, line=line, at=scene.at)).digest
                for line in range(made.times)
            ]
        case "donation":
            await catalogue.donate(tx, scene.program_id, made.terms["to"], made.terms["amount_minor"], giver=made.member_id)
        case "tier":
            await give_tier(tx, scene, made, accounts, event_id=event_id)
    return replace(made, codes=codes, cards=cards) if codes or cards else made


async def take_back(tx: Tx, scene: Scene, made: Redemption, *, event_id: UUID) -> None:
    """Call in what was given. Raises NotCancellable when some of it was used."""
    try:
        await catalogue.call_in_codes(tx, made.codes)
        await catalogue.call_in_cards(tx, made.cards, event_id=event_id, at=scene.at)
    except CodeUsedUp:
        raise NotCancellable(reason="a code of it was used") from None
    except CardTouched:
        raise NotCancellable(reason="something was paid with its gift card") from None
    if made.terms["gives"] == "donation" and made.state is State.GIVEN:
        await catalogue.donate(tx, scene.program_id, made.terms["to"], -made.terms["amount_minor"], giver=made.member_id)
