"""From stored JSON to what the rules look at. The same function serves a fresh command and a recomputation years later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.earning.model import Command
from praemia.journal import content_of
from praemia.rules import Happening, Line


def happening_of(kind: str, inputs: Mapping[str, Any], occurred_at: datetime) -> Happening:
    """The happening that the inputs describe.

    `inputs` holds for a purchase `lines` (sku, amount_minor, quantity, discount_minor, tax_minor, categories, brand, tags,
    free), the order's amounts in minor units, and for every kind channel, location, partner and an activity's `fields`.
    Absent keys mean nothing, zero or one.
    """
    said = inputs.get
    return Happening(
        trigger=kind,
        occurred_at=occurred_at,
        lines=tuple([_line(line) for line in said("lines", ())]),
        shipping_minor=said("shipping_minor") or 0,
        shipping_tax_minor=said("shipping_tax_minor") or 0,
        order_discount_minor=said("order_discount_minor") or 0,
        points_tender_minor=said("points_tender_minor") or 0,
        money_tender_minor=said("money_tender_minor") or 0,
        channel=said("channel"),
        location=said("location"),
        partner=said("partner"),
        fields=said("fields") or {},
    )


def content_digest(command: Command) -> UUID:
    """What was sent, as 128 bits: tells a repeated request from a reused key."""
    sent: list[Any] = [command.member, command.inputs if command.sent is None else command.sent]
    if command.enrolment is not None:  # its instant is the command's own, or now when none was sent
        wish = command.enrolment
        sent += [str(wish.birthdate), wish.segments, dict(wish.attributes)]
    return content_of(command.kind, sent, command.occurred_at)


def _line(line: Mapping[str, Any]) -> Line:
    """A stored line has the names of the value's fields."""
    said = dict(line)
    for several in ("categories", "tags"):
        if several in said:
            said[several] = tuple(said[several])
    return Line(**said)
