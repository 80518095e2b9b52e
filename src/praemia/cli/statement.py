"""`praemia statement`: a member's statement of account, in English or German."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer
from babel.dates import format_datetime
from babel.numbers import format_decimal

from praemia import ledger, members, programs, sharing
from praemia.cli import terminal
from praemia.cli.ledger import Language
from praemia.cli.opening import Rooms, opened, speaks_for
from praemia.foundation.db import Tx
from praemia.ledger import StatementLine

_PAGE = 1000
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "columns": "when|what|points|balance",
        "opening": "opening balance",
        "closing": "closing balance",
        "pending": "pending",
        "held": "held",
    },
    "de": {
        "columns": "wann|was|Punkte|Stand",
        "opening": "Anfangsstand",
        "closing": "Endstand",
        "pending": "schwebend",
        "held": "zurückgelegt",
    },
}
_KINDS: Mapping[str, Mapping[str, str]] = {
    "en": {},
    "de": {
        "earn": "gutgeschrieben",
        "promise": "vorgemerkt",
        "open": "freigegeben",
        "void": "Vormerkung storniert",
        "reverse": "storniert",
        "hold": "zurückgelegt",
        "release": "wieder frei",
        "capture": "eingelöst (zurückgelegt)",
        "spend": "eingelöst",
        "restore": "Einlösung storniert",
        "expire": "verfallen",
        "reinstate": "wieder gültig",
        "send": "übertragen an",
        "receive": "übertragen von",
        "credit": "Korrektur zugunsten",
        "debit": "Korrektur zulasten",
    },
}


def statement_command(
    context: typer.Context,
    program: Annotated[str, typer.Argument(help="The programme.")],
    member: Annotated[str, typer.Argument(help="The member's reference.")],
    since: Annotated[
        datetime | None, typer.Option("--from", help="First day, or an instant before it (ISO 8601).", parser=datetime.fromisoformat)
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", help="Last day, or an instant. Default: now.", parser=datetime.fromisoformat)
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language.")] = Language.EN,
    tenant: Annotated[str | None, typer.Option(help="Which tenant (default: PRAEMIA_TENANT or main).")] = None,
) -> None:
    """Print opening balance, movements and closing balance of a member, by the time of posting.

    Example: praemia statement cafe anna --from 2026-03-01 --until 2026-03-31 --lang de
    """

    async def work(rooms: Rooms) -> None:
        async with rooms.db.rehearsal(await speaks_for(rooms, tenant)) as tx:
            opened_program = await programs.open_program(tx, program)
            now = opened_program.now(datetime.now(UTC))
            zone = (await programs.ruleset_of(tx, opened_program, opened_program.version_at(now))).earning.timezone
            begins = _instant(since, zone, at_end=False) if since else None
            ends = _instant(until, zone, at_end=True) if until else now
            found = await members.get_member(tx, opened_program.program_id, member)
            owners = await sharing.owners_of(tx, found.member_id)
            opening = {b.unit: b for b in await ledger.joint_balances_of(tx, owners, as_of=begins)} if begins else {}
            closing = {b.unit: b for b in await ledger.joint_balances_of(tx, owners, as_of=ends)}
            lines = await _lines(tx, owners, begins, ends)
            for unit in sorted(opened_program.units.values(), key=lambda u: u.number):
                ours = [line for line in lines if line.movement.unit == unit.number]
                empty = ledger.Balance(unit=unit.number, available=0)
                balances = (opening.get(unit.number, empty), closing.get(unit.number, empty))
                _print(f"{found.reference} · {unit.code}", balances, ours, unit.decimals, zone, lang.value)

    opened(context).run(work)


async def _lines(tx: Tx, owners: Sequence[UUID], since: datetime | None, until: datetime) -> list[StatementLine]:
    lines: list[StatementLine] = []
    after = None
    while True:
        page = await ledger.statements_of(tx, owners, since=since, until=until, after=after, page=_PAGE)
        lines += page.lines
        if not page.has_more:
            return lines
        last = page.lines[-1].movement
        after = (last.posted_at, last.event_id, last.line)


def _print(
    title: str, balances: tuple[ledger.Balance, ledger.Balance], lines: list[StatementLine], decimals: int, zone: ZoneInfo, lang: str
) -> None:
    words = _WORDS[lang]
    table = terminal.table(title=terminal.escape(title))
    for place, column in enumerate(words["columns"].split("|")):
        table.add_column(column, justify="right" if place > 1 else "left")
    table.add_row("", words["opening"], "", _figure(balances[0].available, decimals, lang))
    for line in lines:
        moved = line.movement
        beside = [f"{words[name]} {_figure(getattr(moved, name), decimals, lang)}" for name in ("pending", "held") if getattr(moved, name)]
        what = _KINDS[lang].get(moved.kind, moved.kind) + (f" ({', '.join(beside)})" if beside else "")
        when = format_datetime(moved.posted_at, "short", tzinfo=zone, locale=lang)
        table.add_row(when, what, _figure(moved.amount, decimals, lang), _figure(line.available, decimals, lang))
    table.add_row("", words["closing"], "", _figure(balances[1].available, decimals, lang))
    terminal.console().print(table)


def _figure(quanta: int, decimals: int, lang: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(Decimal(quanta).scaleb(-decimals), format=pattern, locale=lang))


def _instant(given: datetime, zone: ZoneInfo, *, at_end: bool) -> datetime:
    """A day is meant whole, on the programme's clock: what is posted at a midnight belongs to the day that ends there."""
    if given.tzinfo is not None:
        return given
    if at_end and given.time() == time():
        given += timedelta(days=1)
    return given.replace(tzinfo=zone)
