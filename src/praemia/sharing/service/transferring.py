"""The verb `transfer`: points go from one member to another, piece by piece, both legs in one transaction.

Order of checks: programme, known key, sender, receiver, both the same, unit, permission, amount, points. Order of locks: the
accounts of both in the ledger's one order, so that transfers going round in a ring wait for each other and never deadlock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import ledger
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.values import replace
from praemia.rules import PieceExpiry, Transfers, Unit, joins, terms_of
from praemia.sharing.core.shares import fee_of, fewest_that_arrive, least_quanta
from praemia.sharing.errors import BelowLeast, ToOneself, TransfersNotAllowed
from praemia.sharing.model import TRANSFER, Send, Shared
from praemia.sharing.service.scene import (
    FIRST_PIECE,
    Scene,
    Sent,
    balances_of,
    done_before,
    find_member,
    scene_of,
    without_nones,
    write_event,
)


async def transfer(tx: Tx, wanted: Send, *, now: datetime) -> Shared:
    """Send points. The fee is the part of them that does not arrive; every piece keeps its dates, or gets new ones.

    Sent again with the same key and content it answers the first time's. Raises MemberUnknown, MemberClosed, ToOneself, UnitUnknown,
    NotSpendable, TransfersNotAllowed, BelowLeast, InsufficientPoints, KeyReused; Contended when a race is lost.
    """
    scene = await scene_of(tx, wanted.program, now=now)
    sent = Sent(kind=TRANSFER, content=_content(wanted), key=wanted.key)
    before = await done_before(tx, scene, sent)
    if before is not None:
        return before
    sender, receiver = await find_member(tx, scene, wanted.sender), await find_member(tx, scene, wanted.receiver)
    if sender.member_id == receiver.member_id:
        raise ToOneself(member=wanted.sender)
    unit, number = scene.spendable(wanted.unit)
    policy = scene.policies.sharing.transfers
    fee = _fee(policy, unit, wanted.amount)
    both = [sender.member_id, receiver.member_id]
    await ledger.open_accounts(tx, [(owner, number, scene.program_id) for owner in both])
    accounts = await ledger.lock_accounts(tx, both)
    usable = max((await balances_of(tx, scene, sender.member_id, accounts))[unit.code], 0)
    if wanted.amount > usable:
        raise ledger.InsufficientPoints(asked=wanted.amount, available=usable)
    event_id = new_id(bucket_of(sender.member_id))
    await ledger.post(tx, list(_leaving(scene, event_id, sender.member_id, unit, number, wanted.amount - fee, fee)), accounts)
    pieces = await ledger.pieces_of(tx, sender.member_id, event_id, 0)
    arriving = list(_arriving(scene, event_id, receiver.member_id, unit, number, pieces))
    await ledger.post(tx, arriving, accounts)
    about = {
        "sender": sender.reference,
        "receiver": receiver.reference,
        "unit": unit.code,
        "decimals": unit.decimals,
        "sent": wanted.amount,
        "fee": fee,
        "received": wanted.amount - fee,
        "pieces": [{"amount": p.amount, "last_day": p.last_day.isoformat() if p.last_day else None} for p in arriving],
    }
    after = await balances_of(tx, scene, sender.member_id, accounts)
    return await write_event(tx, scene, sent, event_id, sender, about, after, awards={unit.code: -fee} if fee else None)


def _fee(policy: Transfers, unit: Unit, amount: int) -> int:
    """What does not arrive. Refuses an amount that may not be sent, or of which nothing would arrive."""
    if not policy.allowed:
        raise TransfersNotAllowed(unit=unit.code)
    least = max(least_quanta(policy.least, unit.decimals), fewest_that_arrive(policy.fee))
    if amount < least:
        raise BelowLeast(least=least, asked=amount)
    return fee_of(amount, policy.fee)


def _leaving(scene: Scene, event_id: UUID, owner: UUID, unit: Unit, number: int, amount: int, fee: int) -> Iterator[ledger.Posting]:
    """The sender's side: what arrives is taken first, in the order in which the programme spends; the fee after it."""
    for line, (kind, quanta) in enumerate(((ledger.Kind.SEND, amount), (ledger.Kind.DEBIT, fee))):
        if quanta:
            yield replace(scene.posting(owner, event_id, line, number, kind, quanta), oldest_first=unit.lots.oldest_first)


def _arriving(
    scene: Scene, event_id: UUID, owner: UUID, unit: Unit, number: int, pieces: Sequence[ledger.Piece]
) -> Iterator[ledger.Posting]:
    if scene.policies.sharing.transfers.expiry is PieceExpiry.RESET:
        whole = scene.posting(owner, event_id, FIRST_PIECE, number, ledger.Kind.RECEIVE, sum(piece.amount for piece in pieces))
        last_day = terms_of(unit.lots, None, scene.day, waits=False).last_day
        yield replace(whole, last_day=last_day, joins=joins(unit.lots, TRANSFER))
        return
    for n, piece in enumerate(pieces):
        arrived = scene.posting(owner, event_id, FIRST_PIECE + n, number, ledger.Kind.RECEIVE, piece.amount)
        yield replace(arrived, last_day=piece.last_day, earned_at=piece.earned_at, origin=piece.origin)


def _content(wanted: Send) -> dict[str, Any]:
    return without_nones({"from": wanted.sender, "to": wanted.receiver, "amount": wanted.amount, "unit": wanted.unit, "note": wanted.note})
