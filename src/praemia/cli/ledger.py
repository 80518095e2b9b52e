"""`praemia verify` and `praemia explain`: the ledger proves itself, and every point says where it comes from."""

from __future__ import annotations

import secrets
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from praemia import earning, ledger, members, orders, programs, proof, tills
from praemia.cli import terminal
from praemia.cli.opening import Rooms, opened, speaks_for
from praemia.cli.proof import examine, print_examined
from praemia.foundation.db import Tx
from praemia.journal import StoredEvent

if TYPE_CHECKING:
    from rich.console import Console


class Language(StrEnum):
    """Languages an explanation is written in."""

    EN = "en"
    DE = "de"


Tenant = Annotated[str | None, typer.Option(help="Which tenant (default: PRAEMIA_TENANT or main).")]


def verify_command(
    context: typer.Context,
    tenant: Tenant = None,
    recompute: Annotated[bool, typer.Option("--recompute", help="Judge stored events again, and compare counters with them.")] = False,
    sample: Annotated[int | None, typer.Option(help="With --recompute: only so many events, drawn by chance.", min=1)] = None,
) -> None:
    """Re-derive every balance and lot from the entries, hold tills to what they sent, recompute the seals, and name what does not fit.

    Example: praemia verify --recompute --sample 10000
    """
    console = terminal.console()

    async def work(rooms: Rooms) -> tuple[list[ledger.Discrepancy], proof.Examined, list[tuple[str, str, str, int, int]]]:
        tenant_id = await speaks_for(rooms, tenant)
        found: list[ledger.Discrepancy] = []
        async with rooms.db.rehearsal(tenant_id) as tx:
            with terminal.percent_done(console) as progress:
                task = progress.add_task("buckets", total=1024)
                async for done, wrong in orders.verify(tx):
                    found += wrong
                    progress.update(task, completed=done)
                task = progress.add_task("tills", total=1024)
                async for done, wrong in tills.verify(tx):
                    found += wrong
                    progress.update(task, completed=done)
            if recompute or sample is not None:
                found += await _judged_again(tx, console, sample)
            examined = await examine(tx, console)
            return found, examined, await _trial_balances(tx)

    started = time.monotonic()
    found, examined, balances = opened(context).run(work)
    table = terminal.table("programme", "unit", "account", "quanta", "entries", title="Trial balance")
    for program, unit, role, amount, entries in balances:
        table.add_row(program, unit, role, f"{amount:,}", f"{entries:,}")
    console.print(table)
    for d in found:
        says = terminal.escape(f"{d.row}: stored {d.stored}, derived {d.derived}")
        console.print(f"[red]{d.invariant}[/red] bucket {d.bucket}: {says}")
    print_examined(console, examined)
    seconds = time.monotonic() - started
    wrong = len(found) + len(examined.findings)
    if wrong:
        console.print(f"[red]{wrong} rows do not fit[/red] ({seconds:.1f} s)")
        raise typer.Exit(1)
    console.print(f"[green]clean[/green]: every balance and lot follows from the entries ({seconds:.1f} s)")


async def _judged_again(tx: Tx, console: Console, sample: int | None) -> list[ledger.Discrepancy]:
    """The first event whose verdict does not follow from its inputs, and counters that do not follow from verdicts."""
    state = orders.Examination()
    with terminal.percent_done(console) as progress:
        task = progress.add_task("verdicts", total=None)
        async for state in orders.examine_verdicts(tx, sample=sample, seed=secrets.randbelow(1 << 32)):
            progress.update(task, total=max(state.of, 1), completed=state.events)
    console.print(f"{state.events:,} of {state.of:,} events judged again" + ("" if sample is None else ", drawn by chance"))
    return [*([state.first] if state.first else []), *state.counters]


async def _trial_balances(tx: Tx) -> list[tuple[str, str, str, int, int]]:
    rows = []
    for program in await programs.list_programs(tx):
        opened_program = await programs.open_program(tx, program.slug)
        codes = {u.number: u.code for u in opened_program.units.values()}
        for unit, role, amount, entries in await ledger.trial_balance(tx, program.program_id):
            rows.append((program.slug, codes[unit], role, amount, entries))
    return rows


def explain_command(
    context: typer.Context,
    program: Annotated[str, typer.Argument(help="The programme.")],
    event: Annotated[str, typer.Argument(help="The event's id or the order number.")],
    lang: Annotated[Language, typer.Option(help="Language of the sentences.")] = Language.EN,
    tenant: Tenant = None,
) -> None:
    """Say for an event which rule gave what, which did not and why.

    Example: praemia explain cafe 2026-000123 --lang de
    """
    console = terminal.console()

    async def work(rooms: Rooms) -> None:
        async with rooms.db.rehearsal(await speaks_for(rooms, tenant)) as tx:
            found = await _find(tx, program, event)
            opened_program = await programs.open_program(tx, program)
            rules = await programs.ruleset_of(tx, opened_program, found.version)
            member = await members.find_by_id(tx, found.member_id) if found.member_id else None
            when = found.occurred_at.astimezone(rules.earning.timezone)
            who = terminal.escape(member.reference) if member else "guest"
            console.print(f"[bold]{found.kind}[/bold] {found.event_id} · {who} · {when:%Y-%m-%d %H:%M} · version {found.version}")
            verdict = earning.verdict_of(found)
            for line in orders.explain_event(found, rules.earning, lang.value):
                console.print(f"  {'[green]+[/green]' if line.fired else '[dim]-[/dim]'} {terminal.escape(line.sentence)}")
            console.print(f"  = {', '.join(f'{quanta} {unit}' for unit, quanta in verdict.awards.items()) or 'nothing'}")
            again = await orders.recompute(tx, opened_program, found)
            same = again == verdict
            console.print(f"  {'recomputed from the stored inputs: the same' if same else '[red]recomputing gives another verdict[/red]'}")

    opened(context).run(work)


async def _find(tx: Tx, program: str, event: str) -> StoredEvent:
    try:
        return await earning.get_event(tx, program, UUID(event))
    except ValueError:
        return await earning.get_event_of_order(tx, program, event)
