"""`praemia staff`: who works here. Whoever has the command line owns the machine: nothing is refused for want of a role; all is audited."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from praemia import access, identity, programs
from praemia.cli import terminal
from praemia.cli.opening import address_of, opened, operator, speaks_for
from praemia.foundation.db import Tx
from praemia.foundation.settings import Settings
from praemia.identity import Letterhead, Passwords

staff_app = typer.Typer(help="The people who run the programmes: invite them, give them roles, end their access.", no_args_is_help=True)
owner_app = typer.Typer(help="Owners: they may do everything.", no_args_is_help=True)
staff_app.add_typer(owner_app, name="owner")

Tenant = Annotated[str | None, typer.Option(help="Which tenant (default: PRAEMIA_TENANT or main).")]
StaffId = Annotated[UUID, typer.Argument(help="The id that `staff list` shows.")]
Name = Annotated[str, typer.Argument(help="Their name.")]
Email = Annotated[str, typer.Option(help="The e-mail address they sign in with.")]
Program = Annotated[str | None, typer.Option(help="In this programme only; otherwise in all.")]
Role = Annotated[list[str], typer.Option(help=f"One of {', '.join(access.STAFF_ROLES)}. Repeatable.")]


@owner_app.command("create")
def create_owner(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Their name.")], email: Email, tenant: Tenant = None
) -> None:
    """Make an owner, who signs in with a password: asked for, or the first line of the input.

    Example: praemia staff owner create "Olga Owner" --email olga@example.org
    """
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    async def work(rooms: Any) -> access.Staff:
        settings: Settings = rooms.settings
        hasher = Passwords(memory_kib=settings.password_memory_kib, passes=settings.password_passes)
        hashed = await hasher.hash(password)
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            return await identity.found_owner(tx, rooms.vault, name=name, email=email, hashed=hashed, now=datetime.now(UTC), by=operator())

    person = opened(context).run(work)
    print(f"{person.name} is an owner now ({person.staff_id}).")


@staff_app.command("invite")
def invite(
    context: typer.Context,
    name: Name,
    email: Email,
    role: Role,
    program: Program = None,
    tenant: Tenant = None,
) -> None:
    """Invite somebody. Prints the link that lets them in, once, within a week; their mail holds it too.

    Example: praemia staff invite "Carla" --email carla@example.org --role cashier --program cafe
    """

    async def work(rooms: Any) -> identity.Invitation:
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            return await identity.invite_staff(
                tx,
                rooms.vault,
                _head(rooms.settings, program),
                name=name,
                email=email,
                roles=role,
                program_id=await _program_id(tx, program),
                now=datetime.now(UTC),
                by=operator(),
            )

    print(opened(context).run(work).link)


@staff_app.command("invite-again")
def invite_again(context: typer.Context, staff_id: StaffId, tenant: Tenant = None) -> None:
    """Print a new link for somebody who has not joined, or who lost every way in; older links open nothing any more."""

    async def work(rooms: Any) -> identity.Invitation:
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            head = _head(rooms.settings, None)
            return await identity.invite_again(tx, rooms.vault, head, staff_id, now=datetime.now(UTC), by=operator())

    print(opened(context).run(work).link)


@staff_app.command("list")
def show(context: typer.Context, tenant: Tenant = None) -> None:
    """List everybody with their roles."""

    async def work(rooms: Any) -> tuple[list[access.Staff], dict[int, str]]:
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            names = {program.program_id: program.slug for program in await programs.list_programs(tx)}
            return await access.staff_of(tx), names

    people, names = opened(context).run(work)
    table = terminal.table("name", "id", "roles", "state")
    for person in people:
        roles = "; ".join(f"{', '.join(sorted(r))} {'in ' + names.get(p, str(p)) if p else 'everywhere'}" for p, r in person.roles.items())
        state = "ended" if person.disabled_at else "joined" if person.joined_at else "invited"
        table.add_row(terminal.escape(person.name), str(person.staff_id), roles, state)
    terminal.console().print(table)


@staff_app.command("roles")
def give_roles(
    context: typer.Context,
    staff_id: StaffId,
    role: Annotated[list[str] | None, typer.Option(help="Exactly these from now on. Repeatable; none takes them away.")] = None,
    program: Program = None,
    tenant: Tenant = None,
) -> None:
    """Give somebody exactly these roles, in one programme or in all.

    Example: praemia staff roles 01a2… --role support --program cafe
    """

    async def work(rooms: Any) -> None:
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            program_id = await _program_id(tx, program)
            await access.give_roles(tx, staff_id, program_id=program_id, roles=role or [], now=datetime.now(UTC), by=operator())

    opened(context).run(work)


@staff_app.command("end")
def end(context: typer.Context, staff_id: StaffId, tenant: Tenant = None) -> None:
    """End somebody's access at once."""

    async def work(rooms: Any) -> None:
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            now = datetime.now(UTC)
            await identity.end_sessions(tx, staff_id, now=now)
            await access.disable(tx, staff_id, now=now, by=operator())

    opened(context).run(work)


@staff_app.command("reset-factor")
def reset_factor(context: typer.Context, staff_id: StaffId, tenant: Tenant = None) -> None:
    """Take somebody's second factor out, since they lost it, and sign them out everywhere."""

    async def work(rooms: Any) -> None:
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            now = datetime.now(UTC)
            person = await access.get_staff(tx, staff_id)
            await identity.reset_factor(tx, person.staff_id, now=now)
            await access.note(tx, operator(), "access.staff.factor_reset", str(staff_id), at=now)

    opened(context).run(work)


def setup_link(settings: Settings, vault: Any, address: str) -> str:
    """The address at which the first owner is made."""
    return f"{settings.public_url or address}/setup?token={identity.setup_token(vault, settings.tenant)}"


def _head(settings: Settings, program: str | None) -> Letterhead:
    base = settings.public_url or address_of(settings.host, settings.port)
    return Letterhead(name=program or "Praemia", lang=None, link_of=lambda token: f"{base}/invitation/{token}")


async def _program_id(tx: Tx, program: str | None) -> int | None:
    return (await programs.get_program(tx, program)).program_id if program else None
