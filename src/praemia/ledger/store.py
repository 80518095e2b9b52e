"""The ledger's rows in, values out: one function per named query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of
from praemia.foundation.sql import queries
from praemia.ledger.model import Account, AccountKey, Balance, Discrepancy, Lot, Movement, Posted, Posting

_Q = "praemia.ledger"


async def lock_accounts(tx: Tx, owners: Iterable[UUID]) -> dict[AccountKey, Account]:
    """Lock and read every account of the owners, in the one order of locks."""
    wanted = sorted(set(owners), key=lambda o: (bucket_of(o), o))
    rows = await queries(_Q).lock_accounts(tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(o) for o in wanted], owners=wanted)
    return {
        (r["owner_id"], r["unit"]): Account(
            owner_id=r["owner_id"],
            unit=r["unit"],
            program_id=r["program_id"],
            balance=r["balance"],
            debt=r["debt"],
            lifetime=r["lifetime"],
        )
        for r in rows
    }


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


async def open_lots(tx: Tx, keys: Sequence[AccountKey]) -> dict[AccountKey, list[Lot]]:
    """The lots of the accounts that still hold something."""
    rows = await queries(_Q).open_lots(
        tx.conn,
        tenant_id=tx.tenant_id,
        buckets=[bucket_of(owner) for owner, _ in keys],
        owners=[owner for owner, _ in keys],
        units=[unit for _, unit in keys],
    )
    lots: dict[AccountKey, list[Lot]] = {}
    for r in rows:
        lots.setdefault((r["owner_id"], r["unit"]), []).append(Lot(**dict(r)))
    return lots


async def write(tx: Tx, postings: Sequence[Posting], posted: Posted) -> None:
    """Append transfers, lots and allocations and write the balances of a batch."""
    q, conn, tenant_id = queries(_Q), tx.conn, tx.tenant_id
    await q.insert_transfers(
        conn,
        tenant_id=tenant_id,
        buckets=[bucket_of(p.owner_id) for p in postings],
        owners=[p.owner_id for p in postings],
        events=[p.event_id for p in postings],
        lines=[p.line for p in postings],
        units=[p.unit for p in postings],
        programs=[p.program_id for p in postings],
        kinds=[p.kind for p in postings],
        amounts=[p.amount for p in postings],
        occurred=[p.occurred_at for p in postings],
        posted=[p.posted_at for p in postings],
    )
    if posted.new_lots:
        await _write_new_lots(tx, posted.new_lots)
    if posted.drained:
        await _write_drained(tx, list(posted.drained.values()))
    if posted.allocations:
        await q.insert_allocations(
            conn,
            tenant_id=tenant_id,
            buckets=[bucket_of(a.owner_id) for a in posted.allocations],
            owners=[a.owner_id for a in posted.allocations],
            events=[a.event_id for a in posted.allocations],
            lines=[a.line for a in posted.allocations],
            lot_events=[a.lot_event_id for a in posted.allocations],
            lot_lines=[a.lot_line for a in posted.allocations],
            amounts=[a.amount for a in posted.allocations],
        )
    accounts = list(posted.accounts.values())
    await q.update_accounts(
        conn,
        tenant_id=tenant_id,
        buckets=[bucket_of(a.owner_id) for a in accounts],
        owners=[a.owner_id for a in accounts],
        units=[a.unit for a in accounts],
        balances=[a.balance for a in accounts],
        debts=[a.debt for a in accounts],
        lifetimes=[a.lifetime for a in accounts],
    )


async def _write_new_lots(tx: Tx, lots: Sequence[Lot]) -> None:
    await queries(_Q).insert_lots(
        tx.conn,
        tenant_id=tx.tenant_id,
        buckets=[bucket_of(lot.owner_id) for lot in lots],
        owners=[lot.owner_id for lot in lots],
        events=[lot.event_id for lot in lots],
        lines=[lot.line for lot in lots],
        units=[lot.unit for lot in lots],
        last_days=[lot.last_day for lot in lots],
        amounts=[lot.amount for lot in lots],
        remainders=[lot.remaining for lot in lots],
        earned=[lot.earned_at for lot in lots],
    )


async def _write_drained(tx: Tx, lots: Sequence[Lot]) -> None:
    await queries(_Q).drain_lots(
        tx.conn,
        tenant_id=tx.tenant_id,
        buckets=[bucket_of(lot.owner_id) for lot in lots],
        owners=[lot.owner_id for lot in lots],
        events=[lot.event_id for lot in lots],
        lines=[lot.line for lot in lots],
        remainders=[lot.remaining for lot in lots],
    )


async def balances(tx: Tx, owner_id: UUID) -> list[Balance]:
    """What an owner holds now, by unit."""
    rows = await queries(_Q).balances(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id)
    return [Balance(**dict(r)) for r in rows]


async def balances_as_of(tx: Tx, owner_id: UUID, as_of: datetime) -> list[Balance]:
    """What an owner held at an instant of programme time, from the entries alone."""
    rows = await queries(_Q).balances_as_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, as_of=as_of)
    return [Balance(**dict(r)) for r in rows]


async def movements(tx: Tx, owner_id: UUID, *, before: tuple[UUID, int] | None, page: int) -> list[Movement]:
    """A page of an owner's transfers, newest first, after the given one."""
    event, line = before or (None, None)
    rows = await queries(_Q).movements(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, before_event=event, before_line=line, page=page
    )
    return [_movement(r) for r in rows]


async def transfers_of(tx: Tx, owner_id: UUID, event_id: UUID) -> list[Movement]:
    """The transfers one event caused for an owner."""
    rows = await queries(_Q).transfers_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, event_id=event_id)
    return [_movement(r) for r in rows]


def _movement(r: dict[str, object]) -> Movement:
    row = dict(r)
    sign = 1 if row.pop("to_role") == "available" else -1
    row["amount"] = sign * row["amount"]  # type: ignore[operator]
    return Movement(**row)  # type: ignore[arg-type]


async def discrepancies(tx: Tx, first_bucket: int, last_bucket: int) -> list[Discrepancy]:
    """The first rows of a range of buckets that do not fit the invariants; empty when all is well."""
    found: list[Discrepancy] = []
    span = {"tenant_id": tx.tenant_id, "first_bucket": first_bucket, "last_bucket": last_bucket}
    checks = (
        ("L3 L5", await queries(_Q).wrong_accounts(tx.conn, **span), ("balance", "lifetime", "debt", "open")),
        ("L4 L7", await queries(_Q).wrong_lots(tx.conn, **span), ("amount", "remaining")),
    )
    for invariant, rows, figures in checks:
        found += [_discrepancy(invariant, dict(r), figures) for r in rows]
    for r in await queries(_Q).wrong_debits(tx.conn, **span):
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
