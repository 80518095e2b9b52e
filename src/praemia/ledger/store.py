"""The ledger's rows in, values out: one function per named query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of
from praemia.foundation.sql import queries
from praemia.foundation.values import of_rows
from praemia.ledger.model import Account, AccountKey, Balance, Discrepancy, Expired, Lot, Movement, Posted, Posting, TransferKey, Use

_Q = "praemia.ledger"


async def lock_accounts(tx: Tx, owners: Iterable[UUID]) -> dict[AccountKey, Account]:
    """Lock and read every account of the owners, in the one order of locks."""
    wanted = sorted(set(owners), key=lambda o: (bucket_of(o), o))
    rows = await tx.ask(_Q, "lock_accounts", tenant_id=tx.tenant_id, owners=[(bucket_of(o), o) for o in wanted])
    return {(a.owner_id, a.unit): a for a in of_rows(Account, rows)}


async def open_accounts(tx: Tx, accounts: Sequence[tuple[UUID, int, int]]) -> None:
    """Open accounts given as (owner, unit, program); those already open stay as they are."""
    await queries(_Q).open_accounts(
        tx.conn,
        tenant_id=tx.tenant_id,
        buckets=[bucket_of(owner) for owner, _, _ in accounts],
        owners=[owner for owner, _, _ in accounts],
        units=[unit for _, unit, _ in accounts],
        programs=[program for _, _, program in accounts],
    )


async def name_successor(tx: Tx, owner_id: UUID, heir: UUID | None) -> None:
    """Note on an owner's accounts who took them over."""
    await queries(_Q).name_successor(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, heir=heir)


async def accounts_of(tx: Tx, owners: Sequence[UUID]) -> dict[AccountKey, Account]:
    """The owners' accounts, unlocked."""
    rows = await queries(_Q).accounts_of(tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(o) for o in owners], owners=list(owners))
    return {(a.owner_id, a.unit): a for a in of_rows(Account, rows)}


async def lots_of(tx: Tx, keys: Sequence[AccountKey], named: Sequence[TransferKey]) -> dict[AccountKey, list[Lot]]:
    """The lots of the accounts that still hold something, and those named besides."""
    q, conn, tenant_id = queries(_Q), tx.conn, tx.tenant_id
    rows = await q.lots_of(
        conn,
        tenant_id=tenant_id,
        buckets=[bucket_of(owner) for owner, _ in keys],
        owners=[owner for owner, _ in keys],
        units=[unit for _, unit in keys],
    )
    if named:
        rows += await q.lots_named(conn, tenant_id=tenant_id, **_names(named))
    lots: dict[AccountKey, dict[tuple[UUID, int], Lot]] = {}
    for lot in of_rows(Lot, rows):
        lots.setdefault((lot.owner_id, lot.unit), {})[lot.event_id, lot.line] = lot
    return {key: list(found.values()) for key, found in lots.items()}


async def taken_by(tx: Tx, transfers: Sequence[TransferKey]) -> dict[TransferKey, dict[tuple[UUID, int], int]]:
    """What each of the transfers took from which lot, in the order of use."""
    taken: dict[TransferKey, dict[tuple[UUID, int], int]] = {}
    for r in await queries(_Q).taken_by(tx.conn, tenant_id=tx.tenant_id, **_names(transfers)):
        taken.setdefault((r["owner_id"], r["event_id"], r["line"]), {})[r["lot_event_id"], r["lot_line"]] = r["amount"]
    return taken


async def uses(tx: Tx, owner_id: UUID, event_id: UUID) -> list[Use]:
    """What was taken from the lots that an event issued to an owner."""
    rows = await queries(_Q).uses(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, lot_event_id=event_id)
    return of_rows(Use, rows)


async def write(tx: Tx, posted: Posted) -> None:
    """Append transfers and allocations, write what became of lots and accounts of a batch, in one round trip."""
    async with tx.together():
        await _write_parts(tx, posted)


async def _write_parts(tx: Tx, posted: Posted) -> None:
    if posted.transfers:
        await _write_transfers(tx, posted.transfers, posted.issued)
    if posted.changed:
        await _write_lot_states(tx, list(posted.changed.values()))
    allocations = [(key, amount) for key, amount in posted.allocations.items() if amount]
    if allocations:
        rows = [
            (bucket_of(owner), owner, event, line, lot, lot_line, amount) for (owner, event, line, lot, lot_line), amount in allocations
        ]
        await tx.write(_Q, "insert_allocations", tenant_id=tx.tenant_id, allocations=rows)
    accounts = list(posted.accounts.values())
    if accounts:
        await tx.write(
            _Q,
            "update_accounts",
            tenant_id=tx.tenant_id,
            accounts=[
                (bucket_of(a.owner_id), a.owner_id, a.unit, a.available, a.pending, a.held, a.debt, a.lifetime, a.due_day, a.lots_from)
                for a in accounts
            ],
        )


async def _write_transfers(tx: Tx, transfers: Sequence[Posting], issued: Sequence[Lot | None]) -> None:
    rows = [
        (
            bucket_of(p.owner_id),
            p.owner_id,
            p.event_id,
            p.line,
            p.unit,
            p.program_id,
            p.kind,
            p.amount,
            p.occurred_at,
            p.posted_at,
            *((None, None, None, None) if lot is None else (lot.earned_at, lot.opens_on, lot.last_day, lot.origin)),
        )
        for p, lot in zip(transfers, issued, strict=True)
    ]
    await tx.write(_Q, "insert_transfers", tenant_id=tx.tenant_id, transfers=rows)


async def _write_lot_states(tx: Tx, lots: Sequence[Lot]) -> None:
    rows = [(bucket_of(lot.owner_id), lot.owner_id, lot.event_id, lot.line, lot.remaining, lot.pending, lot.last_day) for lot in lots]
    await tx.write(_Q, "write_lot_states", tenant_id=tx.tenant_id, lots=rows)


def _names(keys: Sequence[TransferKey]) -> dict[str, list[Any]]:
    return {
        "buckets": [bucket_of(owner) for owner, _, _ in keys],
        "owners": [owner for owner, _, _ in keys],
        "events": [event for _, event, _ in keys],
        "lines": [line for _, _, line in keys],
    }


async def due_owners(
    tx: Tx, program_id: int, day: date, *, buckets: tuple[int, int], after: UUID | None, waiting: bool, limit: int
) -> list[UUID]:
    """Owners of a range of buckets with a lot that opens or has expired by `day`, in the order of locks."""
    first, last = buckets
    rows = await queries(_Q).due_owners(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        buckets=list(range(first if after is None else bucket_of(after), last + 1)),
        day=day,
        waiting=waiting,
        after_bucket=-1 if after is None else bucket_of(after),
        after_owner=after or UUID(int=0),
        page=limit,
    )
    return [r["owner_id"] for r in rows]


async def lock_owners(tx: Tx, owners: Sequence[UUID]) -> dict[UUID, bool]:
    """Lock every account of the owners, in the one order of locks; answers those who owe or were taken over, and which of the two."""
    wanted = sorted(set(owners), key=lambda o: (bucket_of(o), o))
    rows = await queries(_Q).lock_owners(tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(o) for o in wanted], owners=wanted)
    return {r["owner_id"]: r["is_taken_over"] for r in rows}


async def settle_plain(tx: Tx, owners: Sequence[UUID], events: Mapping[int, UUID], cause: Posting, *, opening_only: bool) -> set[UUID]:
    """Open and expire what is due for locked owners without debt; answers the events (one for each bucket) that were used."""
    rows = await queries(_Q).settle_plain(
        tx.conn,
        tenant_id=tx.tenant_id,
        buckets=[bucket_of(o) for o in owners],
        owners=owners,
        event_buckets=list(events),
        events=list(events.values()),
        day=cause.day,
        opening_only=opening_only,
        occurred=cause.occurred_at,
        posted=cause.posted_at,
    )
    return {r["event_id"] for r in rows}


async def owners_holding(
    tx: Tx, program_id: int, least: Mapping[int, int], *, buckets: tuple[int, int], after: UUID | None, limit: int
) -> list[UUID]:
    """Owners of a range of buckets who can use at least so much of one of the units, in the order of locks."""
    first, last = buckets
    rows = await queries(_Q).owners_holding(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        buckets=list(range(first if after is None else bucket_of(after), last + 1)),
        units=list(least),
        least=list(least.values()),
        after_bucket=-1 if after is None else bucket_of(after),
        after_owner=after or UUID(int=0),
        page=limit,
    )
    return [r["owner_id"] for r in rows]


async def next_due(tx: Tx, program_id: int) -> date | None:
    """The first day on which a lot of anybody opens or has expired."""
    found: date | None = await queries(_Q).next_due(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, buckets=list(range(BUCKETS)))
    return found


async def expired(tx: Tx, owner_id: UUID, unit: int, *, since: date) -> list[Expired]:
    """What expired of an account's lots whose last day was `since` or later."""
    rows = await queries(_Q).expired(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, unit=unit, since=since)
    return of_rows(Expired, rows)


async def balances_as_of(tx: Tx, owner_id: UUID, as_of: datetime) -> list[Balance]:
    """What an owner held at an instant of programme time, from the entries alone."""
    rows = await queries(_Q).balances_as_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, as_of=as_of)
    return of_rows(Balance, rows)


async def movements(tx: Tx, owner_id: UUID, *, before: tuple[UUID, int] | None, page: int) -> list[Movement]:
    """A page of an owner's transfers, newest first, after the given one."""
    event, line = before or (None, None)
    rows = await queries(_Q).movements(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, before_event=event, before_line=line, page=page
    )
    return of_rows(Movement, rows)


async def statement(
    tx: Tx, owners: Sequence[UUID], since: datetime | None, until: datetime, *, after: tuple[datetime, UUID, int] | None, page: int
) -> list[tuple[Movement, tuple[int, int, int]]]:
    """A page of the transfers of owners in a period, each with the sums of its unit (available, pending, held) from its beginning."""
    posted, event, line = after or (None, None, None)
    rows = await queries(_Q).statement(
        tx.conn,
        tenant_id=tx.tenant_id,
        buckets=[bucket_of(owner) for owner in owners],
        owners=list(owners),
        since=since,
        until=until,
        after_posted=posted,
        after_event=event,
        after_line=line,
        page=page,
    )
    return [
        (
            Movement(**{name: value for name, value in r.items() if not name.endswith("_sum")}),
            (r["amount_sum"], r["pending_sum"], r["held_sum"]),
        )
        for r in rows
    ]


async def transfers_of(tx: Tx, owner_id: UUID, event_id: UUID) -> list[Movement]:
    """The transfers one event caused for an owner."""
    rows = await queries(_Q).transfers_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, event_id=event_id)
    return of_rows(Movement, rows)


async def discrepancies(tx: Tx, first_bucket: int, last_bucket: int) -> list[Discrepancy]:
    """The first rows of a range of buckets that do not fit the invariants; empty when all is well."""
    found: list[Discrepancy] = []
    span = {"tenant_id": tx.tenant_id, "first_bucket": first_bucket, "last_bucket": last_bucket}
    checks = (
        (
            "L3 L5 L12",
            await queries(_Q).wrong_accounts(tx.conn, **span),
            ("available", "pending", "held", "lifetime", "debt", "open", "waiting", "due_day", "lots_from"),
        ),
        ("L4", await queries(_Q).wrong_lots(tx.conn, **span), ("remaining",)),
    )
    for invariant, rows, figures in checks:
        found += [_discrepancy(invariant, dict(r), figures) for r in rows]
    for r in await queries(_Q).wrong_allocations(tx.conn, **span):
        row = {"bucket": r["bucket"], "owner_id": r["owner_id"], "event_id": r["event_id"], "line": r["line"]}
        found.append(
            Discrepancy(
                invariant="L6",
                bucket=r["bucket"],
                row=_name(row),
                stored=f"allocated={r['stored_taken']}",
                derived=f"transfer={r['derived_limit']}",
            )
        )
    return found


async def unmatched(tx: Tx) -> list[Discrepancy]:
    """L10: events that sent more than arrived, or the reverse."""
    return [
        Discrepancy(
            invariant="L10",
            bucket=bucket_of(r["event_id"]),
            row=f"event_id={r['event_id']} unit={r['unit']}",
            stored=f"sent={r['sent']}",
            derived=f"arrived={r['arrived']}",
        )
        for r in await queries(_Q).unmatched(tx.conn, tenant_id=tx.tenant_id)
    ]


def _discrepancy(invariant: str, row: dict[str, object], figures: tuple[str, ...]) -> Discrepancy:
    wrong = [f for f in figures if row[f"stored_{f}"] != row[f"derived_{f}"]] or list(figures)
    return Discrepancy(
        invariant=invariant,
        bucket=int(str(row["bucket"])),
        row=_name({k: v for k, v in row.items() if not k.startswith(("stored_", "derived_"))}),
        stored=", ".join(f"{f}={row[f'stored_{f}']}" for f in wrong),
        derived=", ".join(f"{f}={row[f'derived_{f}']}" for f in wrong),
    )


def _name(row: dict[str, object]) -> str:
    return " ".join(f"{k}={v}" for k, v in row.items() if k != "bucket")


async def totals(tx: Tx, program_id: int) -> list[tuple[int, str, int, int]]:
    """The trial balance of a programme: (unit, account role, quanta, entries)."""
    rows = await queries(_Q).ledger_totals(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)
    return [(r["unit"], r["role"], r["amount"], r["entries"]) for r in rows]
