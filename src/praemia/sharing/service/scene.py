"""Where an act takes place: the programme at its own time, the version in force, its members. And how it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia import journal, ledger, members, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import bucket_of
from praemia.journal import IDEMPOTENCY_KEY, StoredEvent
from praemia.members import Member, MemberClosed
from praemia.programs import OpenProgram, Policies
from praemia.rules import Unit
from praemia.sharing.errors import NotSpendable, UnitUnknown
from praemia.sharing.model import Shared

FIRST_PIECE = 4000  # lines of what arrives: behind what settling may add to an event


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A programme now: `at` is its time, `day` its local day."""

    program: OpenProgram
    version: int
    policies: Policies
    at: datetime
    day: date

    @property
    def program_id(self) -> int:
        return self.program.program_id

    def posting(self, owner: UUID, event_id: UUID, line: int, unit: int, kind: ledger.Kind, amount: int) -> ledger.Posting:
        """A transfer of an event that happens here and now."""
        return ledger.Posting(
            owner_id=owner,
            event_id=event_id,
            line=line,
            unit=unit,
            program_id=self.program_id,
            kind=kind,
            amount=amount,
            day=self.day,
            occurred_at=self.at,
            posted_at=self.at,
        )

    def spendable(self, code: str | None) -> tuple[Unit, int]:
        """A unit (None: the first) and its number. Raises UnitUnknown, NotSpendable."""
        code = code or self.policies.rules.earning.units[0].code
        unit = next((unit for unit in self.policies.rules.earning.units if unit.code == code), None)
        if unit is None:
            raise UnitUnknown(unit=code)
        if not unit.spendable:
            raise NotSpendable(unit=code)
        return unit, self.program.units[code].number


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it was sent: its kind, its content as JSON, its idempotency key."""

    kind: str
    content: Mapping[str, Any]
    key: str | None


async def scene_of(tx: Tx, slug: str, *, now: datetime) -> Scene:
    """The programme at its own time. Raises ProgramUnknown."""
    program = await programs.open_program(tx, slug)
    at = program.now(now)
    version = program.version_at(at)
    policies = await programs.policies_of(tx, program, version)
    return Scene(program=program, version=version, policies=policies, at=at, day=at.astimezone(policies.rules.earning.timezone).date())


async def done_before(tx: Tx, scene: Scene, sent: Sent) -> Shared | None:
    """The first answer again, when the same request was carried out before. Raises KeyReused when it had another content."""
    if sent.key is None:
        return None
    names = [(IDEMPOTENCY_KEY, sent.key)]
    identities = [journal.identity_of(tx, scene.program_id, *name) for name in names]
    known = journal.recognise(names, identities, _content(sent), await journal.find_keys(tx, identities))
    if isinstance(known, DomainError):
        raise known
    return None if known is None else shared(await journal.get_event(tx, scene.program_id, known), replayed=True)


async def write_event(
    tx: Tx,
    scene: Scene,
    sent: Sent,
    event_id: UUID,
    member: Member,
    about: Mapping[str, Any],
    after: Mapping[str, int],
    *,
    awards: Mapping[str, int] | None = None,
) -> Shared:
    """Append the event and use up its key; answers what it did. Raises Contended when another request was first with the key."""
    awards = dict(awards or {})
    event = StoredEvent(
        event_id=event_id,
        program_id=scene.program_id,
        kind=sent.kind,
        member_id=member.member_id,
        occurred_at=scene.at,
        posted_at=scene.at,
        version=scene.version,
        inputs=sent.content,
        verdict={
            "awards": awards,
            "verdict": {"awards": awards, "outcomes": []},
            "who": member.reference,
            "about": about,
            "after": dict(after),
        },
    )
    if sent.key is not None:
        identity = journal.identity_of(tx, scene.program_id, IDEMPOTENCY_KEY, sent.key)
        await journal.claim_keys(tx, [(identity, _content(sent), event_id)])
    await journal.insert_events(tx, [event], [bucket_of(event_id)])
    return shared(event)


def shared(event: StoredEvent, *, replayed: bool = False) -> Shared:
    """What an event of this journey did, from the record."""
    return Shared(
        event_id=event.event_id,
        kind=event.kind,
        member=event.verdict["who"],
        occurred_at=event.occurred_at,
        version=event.version,
        about=event.verdict["about"],
        after=event.verdict["after"],
        replayed=replayed,
    )


async def find_member(tx: Tx, scene: Scene, name: str) -> Member:
    """The member with that reference or card, who takes part. Raises MemberUnknown, MemberClosed, CardBlocked, CardReplaced."""
    member = await members.get_member(tx, scene.program_id, name)
    if member.status != "active":
        raise MemberClosed(reference=name)
    return member


async def balances_of(tx: Tx, scene: Scene, owner: UUID, accounts: Mapping[ledger.AccountKey, ledger.Account]) -> dict[str, int]:
    """What an owner can spend now, by unit code."""
    codes = {unit.number: unit.code for unit in scene.program.units.values()}
    mine = {key: account for key, account in accounts.items() if key[0] == owner}
    return {codes[unit]: held.available for (_, unit), held in (await ledger.standing(tx, mine, scene.day)).items()}


def without_nones(said: Mapping[str, Any]) -> dict[str, Any]:
    """A request's content: what was not said is not there."""
    return {key: value for key, value in said.items() if value is not None}


def _content(sent: Sent) -> UUID:
    return journal.content_of(sent.kind, [dict(sent.content)], None)
