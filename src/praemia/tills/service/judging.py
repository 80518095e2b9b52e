"""What an event without a network becomes: checked against its own time's terms and its snapshot, then sold like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from praemia import members, programs
from praemia.earning import Command, Recorded
from praemia.foundation.db import Tx
from praemia.journal import EVENT_ID, ORDER
from praemia.orders import CHECKOUT
from praemia.programs import Mode, OfflineBurn, OfflineTerms, OpenProgram
from praemia.rules import PURCHASE
from praemia.tills import store
from praemia.tills.core.bands import card_digest, floor_of
from praemia.tills.core.clock import time_of
from praemia.tills.core.said import Said, instant
from praemia.tills.errors import (
    AboveBand,
    BurnNotAllowed,
    BurnTooLarge,
    CardNotInSnapshot,
    OfflineNotAllowed,
    OverLimit,
    SaleTooLarge,
    SnapshotOver,
    SnapshotUnknown,
    TooLate,
)
from praemia.tills.model import CHANNEL, Terminal
from praemia.tills.service.selling import NO_ARTICLE, open_card, sell


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """An event with the instant it counts at, and by how many seconds that was moved."""

    said: Said
    at: datetime
    moved_seconds: int


def timed(said: Said, terminal: Terminal, program: OpenProgram, now: datetime) -> Timed:
    """T9: when the event happened. Raises ClockMoved, ClockAhead."""
    at, moved = time_of(
        said.at,
        offset_seconds=said.offset_seconds,
        skew_seconds=terminal.skew_seconds,
        clock=program.now(now),
        sandbox=program.mode is Mode.SANDBOX,
    )
    return Timed(said=said, at=at, moved_seconds=moved)


async def check(tx: Tx, terminal: Terminal, program: OpenProgram, event: Timed, *, now: datetime) -> None:
    """T7: whether a sale keeps to the terms of its own time. Counts it. Raises what a conflict may be made of."""
    if event.said.kind != "sale":
        return
    policies = await programs.policies_of(tx, program, program.version_at(event.at))
    offline, said = policies.tills.offline, event.said
    if not offline.earn:
        raise OfflineNotAllowed()
    if program.now(now) - event.at > timedelta(days=offline.late_days):
        raise TooLate(occurred_at=event.at.isoformat(), days=offline.late_days)
    if said.value_minor > offline.sale_minor:
        raise SaleTooLarge(amount_minor=said.value_minor, most_minor=offline.sale_minor)
    if said.pay_points is not None:
        await _check_burn(tx, terminal, event, offline.burn)
    day = event.at.astimezone(policies.rules.earning.timezone).date()
    await _count(tx, terminal, program, event, offline, day)


async def carry_out(tx: Tx, terminal: Terminal, program: OpenProgram, event: Timed, *, now: datetime) -> dict[str, Any]:
    """Do what the event says, at its own time; answers what the terminal is told. Raises every refusal."""
    said = event.said
    if said.kind == "card":
        card, member = await open_card(tx, program.slug, str(said.member), now=now)
        return {"kind": "card", "member": member.reference, "card": card.number}
    member_shown = await _member(tx, program, event, now)
    recorded = await sell(tx, _command(terminal, program.slug, event, member_shown), now=now)
    return _told(recorded, event)


def order_of(terminal: Terminal, said: Said) -> str:
    """The order number of a sale: the one that was said, else one made of terminal and sequence."""
    return said.order or f"{terminal.terminal_id.hex[-8:]}-{said.sequence}"


def journal_name(terminal_id: UUID, sequence: int) -> str:
    """What the journal knows an event of a terminal by."""
    return f"till/{terminal_id}/{sequence}"


async def _check_burn(tx: Tx, terminal: Terminal, event: Timed, burn: OfflineBurn | None) -> None:
    said, asked = event.said, event.said.pay_points or 0
    if burn is None:
        raise BurnNotAllowed()
    if asked > burn.sale:
        raise BurnTooLarge(asked=asked, most=burn.sale)
    salt = await store.snapshot_salt(tx, terminal.terminal_id, said.snapshot) if said.snapshot is not None else None
    if salt is None or said.snapshot is None:
        raise SnapshotUnknown(number=said.snapshot)
    digest = card_digest(salt, said.member or "")
    snapshot = await store.find_snapshot(tx, terminal.terminal_id, said.snapshot, digest)
    assert snapshot is not None, "its salt was found"
    if not snapshot.taken_at <= event.at <= snapshot.valid_until:
        raise SnapshotOver(
            taken_at=snapshot.taken_at.isoformat(), valid_until=snapshot.valid_until.isoformat(), occurred_at=event.at.isoformat()
        )
    if digest not in snapshot.cards:
        raise CardNotInSnapshot()
    floor = floor_of(snapshot.cards[digest], snapshot.bands)
    if asked > floor:
        raise AboveBand(asked=asked, floor=floor)


async def _count(tx: Tx, terminal: Terminal, program: OpenProgram, event: Timed, offline: OfflineTerms, day: Any) -> None:
    """One more sale of the day, of the terminal and of the member; refused when that is one too many."""
    burned = event.said.pay_points or 0
    owners = [("terminal", terminal.terminal_id, offline.sales_per_terminal, offline.burn.terminal if offline.burn else 0)]
    if event.said.member is not None and not members.is_rotating_code(event.said.member):
        known = await members.get_member(tx, program.program_id, event.said.member)
        owners.append(("member", known.member_id, offline.sales_per_member, offline.burn.member if offline.burn else 0))
    for of, owner, most_sales, most_burned in owners:
        sales, burned_so_far = await store.add_to_day(tx, owner, day, program.program_id, burned)
        if sales > most_sales:
            raise OverLimit(what="sales without a network", most=most_sales, of=of)
        if burned and burned_so_far > most_burned:
            raise OverLimit(what="points paid without a network", most=most_burned, of=of)


async def _member(tx: Tx, program: OpenProgram, event: Timed, now: datetime) -> str | None:
    """Who it was; a code of a phone is proven for the moment it was shown."""
    shown = event.said.member
    if shown is None or not members.is_rotating_code(shown):
        return shown
    at = now if program.mode is Mode.SANDBOX else event.at
    return (await members.member_by_rotating_code(tx, program.program_id, shown, at)).reference


def _command(terminal: Terminal, slug: str, event: Timed, member: str | None) -> Command:
    said = event.said
    lines: list[dict[str, Any]] = [line.model_dump(exclude_defaults=True) for line in said.lines]
    order = order_of(terminal, said)
    inputs: dict[str, Any] = {
        "order": order,
        "lines": lines or [{"sku": NO_ARTICLE, "amount_minor": said.amount_minor or 0}],
        "channel": CHANNEL,
        "location": terminal.location,
    }
    if said.pay_points is not None:
        inputs["pay_points"] = said.pay_points
    return Command(
        program=slug,
        kind=PURCHASE,
        member=member,
        inputs=inputs,
        identities=((ORDER, order), (EVENT_ID, journal_name(terminal.terminal_id, said.sequence))),
        occurred_at=event.at,
    )


def _told(recorded: Recorded, event: Timed) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": "sale",
        "event": str(recorded.event_id),
        "member": recorded.member,
        "occurred_at": instant(recorded.occurred_at),
        "moved_seconds": event.moved_seconds,
        "awards": dict(recorded.verdict.awards),
        "balances": dict(recorded.balances),
    }
    if CHECKOUT in recorded.beside:
        told["due_minor"] = recorded.beside[CHECKOUT]["due_minor"]
    return told
