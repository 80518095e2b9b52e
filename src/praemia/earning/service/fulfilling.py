"""The verb `fulfil`: an order reached its buyer, so the points that waited for it open, by the words of the purchase's version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from praemia import journal, ledger, programs, tiers
from praemia.earning.core.portions import portions_of
from praemia.earning.model import FULFILMENT, Moved
from praemia.earning.service.moving import Move, first_answer, member_of, named, write
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.journal import ORDER, EventUnknown, StoredEvent
from praemia.rules import EARN, PURCHASE, RuleSet, extended_day, last_day, verdict_from_json
from praemia.tiers import Cause


async def fulfil(tx: Tx, slug: str, order: str, *, key: str | None, now: datetime) -> Moved:
    """Open what an order's points waited for. An order is fulfilled once: again is the first answer again.

    What was taken back before does not open. Where validity counts from the day points can be used, it starts today.
    Locks the member's accounts. Raises journal.EventUnknown for an order nobody recorded, KeyReused.
    """
    program = await programs.open_program(tx, slug)
    purchase = await journal.get_event_of(tx, program.program_id, ORDER, order)
    if purchase.kind != PURCHASE:
        raise EventUnknown(reference=order)
    member = await member_of(tx, purchase)
    move = Move(program=program, kind=FULFILMENT, member=member, inputs={"order": order}, names=named(FULFILMENT, order, key), now=now)
    accounts = await ledger.lock_accounts(tx, [member.member_id] if member else [])
    known = await first_answer(tx, move)
    if known is not None:
        return known
    move.event_id = new_id(bucket_of(purchase.event_id))
    rules = await programs.ruleset_of(tx, program, purchase.version)
    today = await programs.local_day(tx, program, now)
    postings: list[ledger.Posting] = []
    if member is not None:
        waiting = [
            lot
            for owner, unit in sorted(accounts, key=lambda key: key[1])
            for lot in await ledger.open_lots_of(tx, owner, unit)
            if lot.pending and lot.opens_on is None and lot.issued_by == purchase.event_id
        ]
        postings = list(_openings(move, member.member_id, waiting, purchase, rules, today))
    moved = await write(tx, move, postings, accounts, purchase.version)
    if member is not None:
        cause = Cause(at=move.instant, day=today, event=move.event)
        await tiers.count_opened(tx, program, member, accounts, event_id=purchase.event_id, cause=cause, now=now)
    return moved


def _openings(
    move: Move, owner: UUID, waiting: Iterable[ledger.Lot], purchase: StoredEvent, rules: RuleSet, today: date
) -> Iterable[ledger.Posting]:
    earned_on = purchase.occurred_at.astimezone(rules.earning.timezone).date()
    portions = portions_of(verdict_from_json(purchase.verdict["verdict"]), rules, PURCHASE, earned_on)
    codes = {unit.number: code for code, unit in move.program.units.items()}
    for line, lot in enumerate(sorted(waiting, key=lambda lot: lot.line)):
        # Points that came over from another membership have other lines there: of those the unit's own words count.
        portion = portions[lot.line] if lot.event_id == purchase.event_id else next(p for p in portions if p.unit == codes[lot.unit])
        policy = rules.unit(portion.unit).lots
        expiry = policy.expiry if portion.expiry is None else portion.expiry
        yield ledger.Posting(
            owner_id=owner,
            event_id=move.event,
            line=line,
            unit=lot.unit,
            program_id=move.program.program_id,
            kind=ledger.Kind.OPEN,
            amount=lot.remaining,
            day=today,
            occurred_at=move.instant,
            posted_at=move.instant,
            of=(lot.event_id, lot.line),
            last_day=last_day(expiry, today) if expiry.from_available else None,
            # What earning moves to the newest date goes on with these points: only now theirs is known.
            extend_to=extended_day(policy, EARN, today) if expiry.from_available else None,
        )
