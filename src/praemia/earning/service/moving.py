"""What events that move points without granting any have in common: recognised, locked, written, answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import journal, ledger, members, programs, tiers
from praemia.earning.model import Moved
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import bucket_of
from praemia.journal import IDEMPOTENCY_KEY, Identity, StoredEvent
from praemia.members import Member
from praemia.programs import OpenProgram
from praemia.rules import Verdict, verdict_to_json
from praemia.tiers import Cause


@dataclass(slots=True, kw_only=True)
class Move:
    """An event on its way. `names` are its identities as (kind, value); `claims` are more keys that it alone may use up."""

    program: OpenProgram
    kind: str
    member: Member | None
    inputs: Mapping[str, Any]
    names: Sequence[tuple[str, str]]
    now: datetime
    event_id: UUID | None = None
    claims: list[Identity] = field(default_factory=list)

    @property
    def event(self) -> UUID:
        """The event's id, once it has one."""
        assert self.event_id is not None
        return self.event_id

    @property
    def instant(self) -> datetime:
        """The programme's time."""
        return self.program.now(self.now)


def named(kind: str, value: str | None, key: str | None) -> list[tuple[str, str]]:
    """The identities of a move: its own, if it has one, and the idempotency key, if one came with it."""
    return [pair for pair in ((kind, value), (IDEMPOTENCY_KEY, key)) if pair[1] is not None]  # type: ignore[misc]


async def first_answer(tx: Tx, move: Move) -> Moved | None:
    """The answer of the first time, if this is a repetition. Raises KeyReused when the key names another event."""
    identities = _identities(tx, move)
    known = await journal.find_keys(tx, identities)
    match journal.recognise(move.names, identities, _content(move), known):
        case None:
            return None
        case DomainError() as refusal:
            raise refusal
        case event_id:
            unclaimed = [(i, _content(move), event_id) for i in identities if i.key not in known]
            await journal.claim_keys(tx, unclaimed)
            event = await journal.get_event(tx, move.program.program_id, event_id)
            return _moved(move, event, replayed=True)


async def write(
    tx: Tx, move: Move, postings: Sequence[ledger.Posting], accounts: dict[ledger.AccountKey, ledger.Account], version: int
) -> Moved:
    """Keys, event and transfers in this transaction; the member's accounts are locked by it."""
    codes = {unit.number: unit.code for unit in move.program.units.values()}
    await ledger.post(tx, postings, accounts)
    moved: dict[str, int] = {}
    for posting in postings:
        moved[codes[posting.unit]] = moved.get(codes[posting.unit], 0) + posting.amount
    day = await programs.local_day(tx, move.program, move.now)
    held = await ledger.standing(tx, accounts, day)
    event = StoredEvent(
        event_id=move.event,
        program_id=move.program.program_id,
        kind=move.kind,
        member_id=move.member.member_id if move.member else None,
        occurred_at=move.instant,
        posted_at=move.instant,
        version=version,
        inputs=move.inputs,
        verdict={
            "awards": {},
            "verdict": verdict_to_json(Verdict(awards={}, outcomes=())),
            "facts": {},
            "moved": moved,
            "after": {codes[unit]: balance.available for (_, unit), balance in held.items()},
        },
    )
    await journal.claim_keys(tx, [(identity, _content(move), event.event_id) for identity in (*_identities(tx, move), *move.claims)])
    await journal.insert_events(tx, [event], [bucket_of(event.event_id)])
    if move.member is not None:
        cause = Cause(at=move.instant, day=day, event=event.event_id)
        await tiers.follow_balance(tx, move.program, [move.member], accounts, cause=cause, now=move.now)
    return _moved(move, event, replayed=False)


async def member_of(tx: Tx, event: StoredEvent) -> Member | None:
    """Whose event it is now, also after a merge; None: a guest's."""
    return (await members.leading(tx, [event.member_id])).get(event.member_id) if event.member_id else None


def _identities(tx: Tx, move: Move) -> list[Identity]:
    return [journal.identity_of(tx, move.program.program_id, kind, value) for kind, value in move.names]


def _content(move: Move) -> UUID:
    return journal.content_of(move.kind, [move.member.reference if move.member else None, dict(move.inputs)], None)


def _moved(move: Move, event: StoredEvent, *, replayed: bool) -> Moved:
    return Moved(
        event_id=event.event_id,
        program=move.program.slug,
        kind=event.kind,
        member=move.member.reference if move.member else None,
        occurred_at=event.occurred_at,
        version=event.version,
        moved=event.verdict["moved"],
        balances=event.verdict["after"],
        replayed=replayed,
    )
