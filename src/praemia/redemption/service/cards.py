"""Gift cards that somebody buys: issued as an event of their own, outside any redemption."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from praemia import catalogue
from praemia.catalogue import GiftCard
from praemia.foundation.db import Tx
from praemia.foundation.ids import new_id
from praemia.journal import IDEMPOTENCY_KEY, identity_of
from praemia.redemption.model import GIFT_CARD, NewCard
from praemia.redemption.service.scene import Sent, known_event, scene_of, write_event


async def issue_card(tx: Tx, wanted: NewCard, *, now: datetime) -> tuple[GiftCard, UUID, bool]:
    """A new gift card; answers it, its event, and whether the same request had made it before. Raises NumberTaken, KeyReused."""
    scene = await scene_of(tx, wanted.program, now=now)
    content = {"value_minor": wanted.value_minor} | ({"number": wanted.number} if wanted.number else {})
    sent = Sent(kind=GIFT_CARD, content=content, key=wanted.key)
    before = await known_event(tx, scene, sent)
    if before is not None:
        (card,) = await catalogue.cards_of(tx, [UUID(before.verdict["card"])])
        return card, before.event_id, True
    bucket = identity_of(tx, scene.program_id, IDEMPOTENCY_KEY, wanted.key or wanted.number or "").bucket
    event_id = new_id(bucket)
    card = await catalogue.issue_card(
        tx, scene.program_id, wanted.value_minor, event_id=event_id, line=0, at=scene.at, number=wanted.number
    )
    # The number is a bearer's secret: the event keeps only its last signs.
    kept = Sent(kind=GIFT_CARD, content={"value_minor": wanted.value_minor, "ends": card.ends}, key=None)
    await write_event(tx, scene, kept, event_id, None, {"card": str(card.digest), "about": {"card": card.ends}}, claim=sent)
    return card, event_id, False


async def get_card(tx: Tx, slug: str, number: str, *, now: datetime) -> GiftCard:
    """The card with that number. Raises CardUnknown."""
    scene = await scene_of(tx, slug, now=now)
    return await catalogue.get_card(tx, scene.program_id, number)
