"""Examinations that somebody asked for on a page: written down, done by a job, part after part, and kept until the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from praemia import access, proof
from praemia.access import Actor
from praemia.foundation import jobs
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.foundation.jobs import NewJob
from praemia.insight import store
from praemia.insight.errors import NoSuchPart
from praemia.insight.model import CHAINS, EXAMINATION_JOB, Examination

_MOST_NAMED = 20


async def ask_examination(tx: Tx, parts: Sequence[int] | None, *, by: Actor, now: datetime) -> list[int]:
    """Have parts of the tenant's ledger examined, None: everything; answers which. A part that waits already is not added twice.

    Audited. Raises NoSuchPart.
    """
    first, last = await store.span_of(tx)
    wanted = [CHAINS, *range(first, last + 1)] if parts is None else sorted(set(parts))
    for part in wanted:
        if not CHAINS <= part < BUCKETS:
            raise NoSuchPart(part=part, most=BUCKETS - 1)
    await store.ask_examination(tx, wanted, by.name, now)
    await jobs.enqueue(tx, [NewJob(kind=EXAMINATION_JOB, key=str(part), run_at=now, body={"part": part}) for part in wanted])
    said = "everything" if parts is None else ", ".join("chains" if part == CHAINS else str(part) for part in wanted)
    await access.note(tx, by, "proof.examination.asked", said, at=now)
    return wanted


async def examine(tx: Tx, body: Mapping[str, Any], *, now: datetime) -> None:
    """Do what a job of EXAMINATION_JOB wants, and keep what was found."""
    part = int(body["part"])
    found = await proof.verify_chains(tx) if part == CHAINS else await proof.verify_bucket(tx, part)
    findings = [f"{one.what}: {one.row} {one.says}" for one in found.findings[:_MOST_NAMED]]
    if len(found.findings) > _MOST_NAMED:
        findings.append(f"… {len(found.findings) - _MOST_NAMED}")
    await store.write_examination(tx, part, now, found.rows, found.waiting, findings)


async def examinations(tx: Tx) -> list[Examination]:
    """The newest examination of every part that was ever asked for, the chains first."""
    return await store.examinations(tx)
