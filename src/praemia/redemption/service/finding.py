"""The beginning of `carry_out`: programmes, used keys, members and redemptions that deeds name, looked up in one round trip."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from praemia import journal, members, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import Value
from praemia.journal import KnownKeys
from praemia.members import Named
from praemia.programs import OpenProgram
from praemia.redemption.model import REDEMPTION, Act, Deed, Redeem
from praemia.redemption.service.holders import Meant, meant_by
from praemia.redemption.service.redeeming import inputs_of
from praemia.redemption.service.scene import Claim, Sent, claim_of


class Seen(Value):
    """Programmes by slug; what each deed sent and the key that it would use up; the used ones among these; members by programme and
    name; redemptions by the text of their id."""

    programs: Mapping[str, OpenProgram | DomainError]
    sent: Sequence[tuple[Sent, Claim | None]]
    known: KnownKeys
    named: Mapping[int, Named]
    meant: Mapping[str, Meant]


async def look_up(tx: Tx, deeds: Sequence[Deed]) -> Seen:
    """Everything that deeds name, unlocked."""
    sent = [_sent(deed) for deed in deeds]
    claims: list[Claim | None] = []
    names: dict[int, set[str]] = {}

    def looks(numbers: Mapping[str, int]) -> list[Coroutine[Any, Any, Any]]:
        nonlocal claims, names
        claims = [claim_of(tx, numbers[d.program], s) if d.program in numbers else None for d, s in zip(deeds, sent, strict=True)]
        names = _names(numbers, deeds)
        return [
            journal.find_keys(tx, [claim[0] for claim in claims if claim]),
            meant_by(tx, {deed.redemption for deed in deeds if isinstance(deed, Act)}),
            *(members.find_named(tx, number, wanted) for number, wanted in names.items()),
        ]

    opened, (known, meant, *named) = await programs.open_beside(tx, {deed.program for deed in deeds}, looks)
    return Seen(
        programs=opened,
        sent=list(zip(sent, claims, strict=True)),
        known=known,
        named=dict(zip(names, named, strict=True)),
        meant=meant,
    )


def _names(numbers: Mapping[str, int], deeds: Sequence[Deed]) -> dict[int, set[str]]:
    names: dict[int, set[str]] = {}
    for deed in deeds:
        if isinstance(deed, Redeem) and deed.program in numbers:
            names.setdefault(numbers[deed.program], set()).add(deed.member)
    return names


def _sent(deed: Deed) -> Sent:
    if isinstance(deed, Redeem):
        return Sent(kind=REDEMPTION, content=inputs_of(deed), key=deed.key)
    said = {"redemption": deed.redemption, "note": deed.note, "order": deed.order}
    return Sent(kind=deed.kind, content={name: value for name, value in said.items() if value is not None}, key=deed.key)
