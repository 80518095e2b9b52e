"""Questions about recorded events: find, explain, recompute, verify."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from praemia import journal, ledger, members, programs, tiers
from praemia.earning.core.inputs import happening_of
from praemia.earning.core.returned import recomputed
from praemia.earning.model import ADJUSTMENT, RETURN
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.journal import ORDER, StoredEvent
from praemia.programs import OpenProgram
from praemia.rules import Verdict, facts_from_json, verdict_from_json

_BUCKETS_A_STEP = 64


async def get_event(tx: Tx, slug: str, event_id: UUID) -> StoredEvent:
    """One event of the programme by id. Raises journal.EventUnknown."""
    return await journal.get_event(tx, (await programs.open_program(tx, slug)).program_id, event_id)


async def get_event_of_order(tx: Tx, slug: str, order: str) -> StoredEvent:
    """The event recorded under an order number. Raises journal.EventUnknown."""
    return await journal.get_event_of(tx, (await programs.open_program(tx, slug)).program_id, ORDER, order)


def verdict_of(event: StoredEvent) -> Verdict:
    """The verdict as it was stored."""
    return verdict_from_json(event.verdict["verdict"])


async def recompute(tx: Tx, program: OpenProgram, event: StoredEvent) -> Verdict:
    """Judge the stored inputs again, by the stored version, with the stored facts: the same verdict, if nothing was tampered with."""
    if event.kind == ADJUSTMENT or event.member_id is None or "facts" not in event.verdict:
        return verdict_of(event)
    policies = await programs.policies_of(tx, program, event.version)
    rules = policies.rules
    if event.kind == RETURN and "lines" in event.inputs and "order" not in event.verdict:
        what = happening_of(event.kind, event.inputs, event.occurred_at)
        facts = event.verdict["facts"]
        return recomputed(rules, what, facts_from_json(facts), facts.get("held", {}), policies.returns.shortfall)
    return rules.judge(happening_of(event.kind, event.inputs, event.occurred_at), facts_from_json(event.verdict["facts"]))


async def verify(tx: Tx) -> AsyncIterator[tuple[int, list[ledger.Discrepancy]]]:
    """Everything `ledger.verify` proves, and that keys lead to events, events to their transfers, references to their members.

    Yields (buckets done of 1024, discrepancies found in this step).
    """
    async for done, found in ledger.verify(tx):
        first = done - _BUCKETS_A_STEP
        yield done, found + await _discrepancies(tx, first, done - 1)
    yield (
        BUCKETS,
        [
            ledger.Discrepancy(
                invariant="E1", bucket=r["bucket"], row=f"key={r['key']}", stored=f"event={r['event_id']}", derived="no such event"
            )
            for r in await journal.orphan_keys(tx)
        ],
    )


async def _discrepancies(tx: Tx, first: int, last: int) -> list[ledger.Discrepancy]:
    found = await tiers.discrepancies(tx, first, last)
    found += [
        ledger.Discrepancy(
            invariant="E5",
            bucket=r["bucket"],
            row=f"event_id={r['event_id']} unit={r['unit']}",
            stored=f"verdict={r['stored']}",
            derived=f"transfers={r['derived']}",
        )
        for r in await journal.unexplained(tx, first, last)
    ]
    found += [
        ledger.Discrepancy(
            invariant="M1", bucket=bucket, row=f"member_id={member_id}", stored=f"reference={reference}", derived="leads elsewhere"
        )
        for bucket, member_id, reference in await members.orphans(tx, first, last)
    ]
    found += [
        ledger.Discrepancy(
            invariant="M1", bucket=bucket, row=f"reference={reference}", stored=f"member_id={member_id}", derived="no such member"
        )
        for bucket, member_id, reference in await members.lost_references(tx, first, last)
    ]
    return found
