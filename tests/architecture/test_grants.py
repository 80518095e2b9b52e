"""What the application role may not do: delete anything, change what is written for ever, go round row-level security."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from tests.architecture.connecting import as_application, as_owner

FOR_EVER = (
    *(
        "transfers",
        "allocations",
        "gift_card_movements",
        "events",
        "event_keys",
        "lookups",
        "program_versions",
        "unit_types",
        "chart",
        "tier_changes",
    ),
    *("seals", "checkpoints", "checkpoint_signatures", "proof_keys", "audit"),
)
"""Tables of which no column may be updated."""

KNOWN_DEFINERS = {
    "access_find_key",
    "access_find_tenant",
    "access_all_tenants",
    "access_create_tenant",
    "identity_find_staff",
    "identity_sweep",
    "jobs_sweep",
    "open_event_months",
    "addresses_find",
    "pictures_find",
    "proof_oldest_transaction",
}
"""Functions that run with the owner's rights: each is a door through row-level security, so each is listed here."""


async def test_the_application_may_only_do_what_it_must(kept_database: str) -> None:
    async with as_owner(kept_database) as conn:
        assert await _excesses(conn) == []


@pytest.mark.parametrize(
    ("planted", "excess"),
    [
        ("grant delete on lot_states to praemia_app", "lot_states: DELETE"),
        ("grant truncate on counters to praemia_app", "counters: TRUNCATE"),
        ("grant update on transfers to praemia_app", "transfers: UPDATE"),
        ("grant update (inputs) on events to praemia_app", "events: UPDATE"),
        ("grant select on migrations to praemia_app", "migrations: SELECT"),
        ("create table aside partition of members for values in (7); grant select on aside to praemia_app", "aside: SELECT"),
        (
            "create function peek() returns int language sql security definer as 'select 1'",
            "peek: runs as owner, search_path open, for everybody",
        ),
    ],
)
async def test_a_right_too_much_is_found(planted: str, excess: str, database: str) -> None:
    async with as_owner(database) as conn:
        if "partition of" in planted:
            await conn.execute("drop table members cascade; create table members (bucket int) partition by list (bucket)")
        await conn.execute(planted)
        assert await _excesses(conn) == [excess]


@pytest.mark.parametrize("table", ["transfers", "allocations", "events", "event_keys"])
async def test_what_is_written_for_ever_can_be_neither_changed_nor_deleted(table: str, kept_database: str) -> None:
    async with as_owner(kept_database) as conn:
        for statement in (f"delete from {table}", f"update {table} set tenant_id = 2", f"truncate {table}"):  # noqa: S608
            async with as_application(conn, 1):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await conn.execute(statement)


async def _excesses(conn: Any) -> list[str]:
    """Rights the application has and should not have, as `table: RIGHT`."""
    found = []
    tables = await conn.fetch(
        "select oid, relname, relispartition from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') order by relname"
    )
    for table in tables:
        forbidden = ["DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"]
        if table["relname"] in FOR_EVER:
            forbidden.append("UPDATE")
        if table["relispartition"] or table["relname"] == "migrations":
            forbidden += ["SELECT", "INSERT", "UPDATE"]
        found += [f"{table['relname']}: {right}" for right in forbidden if await _has(conn, table["oid"], right)]
    definers = await conn.fetch(
        "select proname, coalesce(array_to_string(proconfig, ','), '') as settings,"
        " has_function_privilege('public', oid, 'EXECUTE') as open"
        " from pg_proc where pronamespace = 'public'::regnamespace and prosecdef order by proname"
    )
    for function in definers:
        wrong = [
            *(["runs as owner"] if function["proname"] not in KNOWN_DEFINERS else []),
            *(["search_path open"] if "search_path=" not in function["settings"] else []),
            *(["for everybody"] if function["open"] else []),
        ]
        if wrong:
            found.append(f"{function['proname']}: {', '.join(wrong)}")
    return found


async def _has(conn: Any, table: int, right: str) -> bool:
    whole = await conn.fetchval("select has_table_privilege('praemia_app', $1::oid, $2)", table, right)
    if right in ("SELECT", "INSERT", "UPDATE", "REFERENCES"):
        return bool(whole or await conn.fetchval("select has_any_column_privilege('praemia_app', $1::oid, $2)", table, right))
    return bool(whole)
