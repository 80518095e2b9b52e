"""Where an act takes place: the programme at its own time, the version in force, the member behind lock. And how it is written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia import journal, ledger, members, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.values import Value
from praemia.journal import IDEMPOTENCY_KEY, Identity, KnownKeys, StoredEvent
from praemia.members import Member, MemberClosed
from praemia.programs import OpenProgram, Policies, UnitType
from praemia.rules import Unit, extended_day

Accounts = dict[ledger.AccountKey, ledger.Account]
REDEEM = "redeem"  # what a programme calls redeeming where it says which activity extends


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A programme now: `at` is its time, `day` its local day of posting, `now` the wall clock.

    By their numbers: its `units`, and to which last day redeeming moves every open lot of one, where it does (`extended`).
    """

    program: OpenProgram
    version: int
    policies: Policies
    at: datetime
    day: date
    now: datetime
    units: Mapping[int, UnitType]
    extended: Mapping[int, date]

    @property
    def program_id(self) -> int:
        return self.program.program_id

    def code_of(self, unit: int) -> str:
        """The code of a unit's number; a programme never loses one."""
        return self.units[unit].code


async def scene_of(tx: Tx, slug: str, *, now: datetime, at: datetime | None = None, day: date | None = None) -> Scene:
    """The programme at its own time, or at `at` on `day` where a night is lived. Raises ProgramUnknown."""
    program = await programs.open_program(tx, slug)
    at = at or program.now(now)
    version = program.version_at(at)
    policies = await programs.policies_of(tx, program, version)
    today = at.astimezone(policies.rules.earning.timezone).date()
    return Scene(
        program=program,
        version=version,
        policies=policies,
        at=at,
        day=day or today,
        now=now,
        units={unit.number: unit for unit in program.units.values()},
        extended={
            program.units[unit.code].number: moved
            for unit in policies.rules.earning.units
            if (moved := extended_day(unit.lots, REDEEM, today)) is not None
        },
    )


class Sent(Value):
    """A request as it was sent: its kind, its content as JSON, its idempotency key."""

    kind: str
    content: Mapping[str, Any]
    key: str | None


Claim = tuple[Identity, UUID]
"""An idempotency key where it is kept, and what was sent under it."""


def claim_of(tx: Tx, program_id: int, sent: Sent) -> Claim | None:
    """What a request uses up; None without a key."""
    if sent.key is None:
        return None
    return journal.identity_of(tx, program_id, IDEMPOTENCY_KEY, sent.key), journal.content_of(sent.kind, [dict(sent.content)], None)


def recognise(sent: Sent, claim: Claim | None, known: KnownKeys) -> UUID | DomainError | None:
    """The event of the same request sent before, KeyReused when the key came with another content, or None."""
    if sent.key is None or claim is None:
        return None
    return journal.recognise([(IDEMPOTENCY_KEY, sent.key)], [claim[0]], claim[1], known)


async def known_event(tx: Tx, scene: Scene, sent: Sent) -> StoredEvent | None:
    """The event of the same request sent before, if it was. Raises KeyReused when the key came with another content."""
    claim = claim_of(tx, scene.program_id, sent)
    event = recognise(sent, claim, await journal.find_keys(tx, [claim[0]] if claim else []))
    if isinstance(event, DomainError):
        raise event
    return None if event is None else await journal.get_event(tx, scene.program_id, event)


def event_from(
    scene: Scene, kind: str, event_id: UUID, member_id: UUID | None, inputs: Mapping[str, Any], verdict: Mapping[str, Any]
) -> StoredEvent:
    """An event of this journey: it awards nothing."""
    return StoredEvent(
        event_id=event_id,
        program_id=scene.program_id,
        kind=kind,
        member_id=member_id,
        occurred_at=scene.at,
        posted_at=scene.at,
        version=scene.version,
        inputs=inputs,
        verdict={"awards": {}, "verdict": {"awards": {}, "outcomes": []}, **verdict},
    )


async def write_event(
    tx: Tx, scene: Scene, sent: Sent, event_id: UUID, member_id: UUID | None, verdict: Mapping[str, Any], *, claim: Sent | None = None
) -> None:
    """Append the event and use up its key, or that of `claim` where more was sent than may be kept.

    Raises Contended when another request was first with the key.
    """
    used = claim_of(tx, scene.program_id, claim or sent)
    async with tx.together():
        await journal.claim_keys(tx, [(*used, event_id)] if used else [])
        await journal.insert_events(tx, [event_from(scene, sent.kind, event_id, member_id, sent.content, verdict)], [bucket_of(event_id)])


async def find_member(tx: Tx, scene: Scene, reference: str) -> Member:
    """The member, who takes part. Raises MemberUnknown, MemberClosed."""
    member = await members.get_member(tx, scene.program_id, reference)
    if member.status != "active":
        raise MemberClosed(reference=reference)
    return member


def event_of(owner: UUID) -> UUID:
    """A new event's id, in the bucket of its owner."""
    return new_id(bucket_of(owner))


def extended_days(scene: Scene, owner: UUID, accounts: Accounts) -> dict[ledger.AccountKey, date]:
    """To which last day redeeming moves every open lot of an owner, where the programme says that it does."""
    return {(owner, unit): moved for unit, moved in scene.extended.items() if (owner, unit) in accounts}


def unit_of(scene: Scene, code: str) -> Unit:
    """What the version says about a unit."""
    return scene.policies.rules.unit(code)


async def balances_of(tx: Tx, scene: Scene, owners: Iterable[UUID], accounts: Accounts) -> dict[UUID, dict[str, int]]:
    """What each owner may spend now, by unit code."""
    found: dict[UUID, dict[str, int]] = {owner: {} for owner in owners}
    standing = await ledger.standing(tx, {key: account for key, account in accounts.items() if key[0] in found}, scene.day)
    for (owner, unit), balance in standing.items():
        found[owner][scene.code_of(unit)] = balance.available
    return found


def moved(scene: Scene, unit: int, amount: int, transfer: tuple[UUID, int] | None) -> Sequence[Mapping[str, Any]]:
    """Points that went one way, as an event stores them: with the transfer that can be undone."""
    if not amount or transfer is None:
        return ()
    return (
        {
            "unit": scene.code_of(unit),
            "amount": amount,
            "decimals": scene.units[unit].decimals,
            "event": str(transfer[0]),
            "line": transfer[1],
        },
    )
