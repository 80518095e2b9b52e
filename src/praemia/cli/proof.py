"""`praemia proof`: seal the ledger, sign it with a key only the operator has, and find out whether anybody changed it since."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from praemia import proof
from praemia.cli import terminal
from praemia.cli.opening import Rooms, opened, operator, speaks_for
from praemia.foundation.db import Tx
from praemia.proof import Checkpoint, Examined, Exported, Sealed, Signature

if TYPE_CHECKING:
    from rich.console import Console

proof_app = typer.Typer(help="Seal what was posted, sign it, and find what was changed since.", no_args_is_help=True)
Tenant = Annotated[str | None, typer.Option(help="Which tenant (default: PRAEMIA_TENANT or main).")]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", exists=True, dir_okay=False, help="The private key (default: PRAEMIA_PROOF_KEY_FILE).", show_default=False),
]
Trusted = Annotated[
    Path | None,
    typer.Option(
        "--trust", exists=True, dir_okay=False, help="A key of your own, public or private: only its signatures count.", show_default=False
    ),
]


@proof_app.command("key")
def make_key(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where the private key goes. Must not exist yet.", show_default=False)],
    name: Annotated[str, typer.Option(help="Whose key it is.")] = "operator",
    tenant: Tenant = None,
) -> None:
    """Make a key that signs checkpoints. The private half goes into a file only you can read: keep it, and not beside the database.

    Example: praemia proof key ~/praemia-proof.pem --name "Anna, accounting"
    """
    private = proof.new_key()
    _write_private(file, proof.spell_private(private))

    async def work(rooms: Rooms) -> proof.ProofKey:
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            return await proof.introduce(tx, proof.public_of(private), name=name, now=datetime.now(UTC), by=operator())

    key = opened(context).run(work)
    print(f"key {key.key_id}, private half in {file}; the public half:", file=sys.stderr)
    sys.stdout.write(proof.spell_public(key.public).decode())


@proof_app.command("seal")
def seal(context: typer.Context, key: KeyFile = None, tenant: Tenant = None) -> None:
    """Seal what has arrived since the last time. The server does it every hour; this is for doing it now, and for signing elsewhere.

    Example: praemia proof seal --key ~/praemia-proof.pem
    """
    door = opened(context)
    file = key or door.settings().proof_key_file
    private = proof.read_private(file.read_bytes()) if file else None

    async def work(rooms: Rooms) -> Sealed:
        now = datetime.now(UTC)
        return await rooms.db.run(await speaks_for(rooms, tenant), lambda tx: proof.seal(tx, now=now, key=private))

    sealed = door.run(work)
    newest = sealed.checkpoint
    assert newest is not None, "a run makes the first checkpoint"
    what = f"checkpoint {newest.number}" if sealed.is_new else f"nothing new since checkpoint {newest.number}"
    signed = "signed" if sealed.is_signed else "[yellow]not signed[/yellow]"
    console = terminal.console()
    console.print(f"{what}: {sealed.rows:,} transfers sealed, {newest.rows:,} in all, up to {_at(newest.cut)}; {signed}")
    if sealed.held_back is not None:
        console.print(f"What began at {_at(sealed.held_back)} is still being written; what came later waits for it.")


@proof_app.command("show")
def show(context: typer.Context, tenant: Tenant = None) -> None:
    """List the newest checkpoints and who signed them."""

    async def work(rooms: Rooms) -> list[tuple[Checkpoint, list[Signature]]]:
        async with rooms.db.rehearsal(await speaks_for(rooms, tenant)) as tx:
            return await proof.newest_checkpoints(tx)

    table = terminal.table("checkpoint", "made", "sealed up to", "transfers", "audit entries", "hash", "signed by")
    for checkpoint, signatures in opened(context).run(work):
        keys = ", ".join(signature.key_id for signature in signatures) or "[yellow]nobody[/yellow]"
        figures = (f"{checkpoint.rows:,}", f"{checkpoint.audited:,}")
        table.add_row(str(checkpoint.number), _at(checkpoint.made_at), _at(checkpoint.cut), *figures, checkpoint.root.hex()[:16], keys)
    terminal.console().print(table)


@proof_app.command("verify")
def verify(
    context: typer.Context,
    trust: Trusted = None,
    copy: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A checkpoint exported earlier: it must still be in the chain.")
    ] = None,
    tenant: Tenant = None,
) -> None:
    """Recompute every seal from the rows and name what was changed, is missing or was slipped in. Exit code 1 when there is anything.

    Example: praemia proof verify --trust praemia-proof.pub --copy march.json
    """
    trusted = proof.read_public(trust.read_bytes()) if trust else None
    exported = proof.read_export(copy.read_text("utf-8")) if copy else None
    console = terminal.console()

    async def work(rooms: Rooms) -> Examined:
        async with rooms.db.rehearsal(await speaks_for(rooms, tenant)) as tx:
            return await examine(tx, console, trusted=trusted, copy=exported)

    started = time.monotonic()
    examined = opened(context).run(work)
    print_examined(console, examined)
    if trusted is not None and examined.signed < examined.newest:
        console.print(f"[yellow]The key you trust has signed no checkpoint after {examined.signed}.[/yellow]")
    console.print(f"{examined.rows:,} transfers in {time.monotonic() - started:.1f} s")
    if examined.findings:
        raise typer.Exit(1)


@proof_app.command("export")
def export(context: typer.Context, tenant: Tenant = None) -> None:
    """Print the newest checkpoint with its signatures and public keys, for somebody who keeps it elsewhere.

    Example: praemia proof export > march.json
    """

    async def work(rooms: Rooms) -> Exported:
        async with rooms.db.rehearsal(await speaks_for(rooms, tenant)) as tx:
            return await proof.export(tx)

    sys.stdout.write(proof.spell_export(opened(context).run(work)))


@proof_app.command("check")
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An exported checkpoint.", show_default=False)],
    trust: Trusted = None,
) -> None:
    """Check an exported checkpoint by itself: its hash and its signatures. Needs no database.

    Example: praemia proof check march.json --trust praemia-proof.pub
    """
    exported = proof.read_export(file.read_text("utf-8"))
    faults = proof.faults_of(exported, proof.read_public(trust.read_bytes()) if trust else None)
    for fault in faults:
        print(f"checkpoint {exported.checkpoint.number}: {fault}")
    if faults:
        raise typer.Exit(1)
    keys = ", ".join(signature.key_id for signature in exported.signatures)
    good = exported.checkpoint
    print(f"checkpoint {good.number}: {good.rows:,} transfers up to {_at(good.cut)}, signed by {keys}")


async def examine(tx: Tx, console: Console, *, trusted: bytes | None = None, copy: Exported | None = None) -> Examined:
    """Examine the proof, with a bar."""
    state = Examined()
    with terminal.percent_done(console) as progress:
        task = progress.add_task("seals", total=1024)
        async for state in proof.verify(tx, trusted=trusted, copy=copy):
            progress.update(task, completed=state.buckets)
    return state


def print_examined(console: Console, examined: Examined) -> None:
    """What the examination found, and what it says when it found nothing."""
    for finding in examined.findings:
        where = f"bucket {finding.bucket}: " if finding.bucket >= 0 else ""
        console.print(f"[red]{finding.what}[/red] {where}{terminal.escape(finding.row)}: {terminal.escape(finding.says)}")
    if not examined.newest:
        console.print("[yellow]nothing is sealed yet[/yellow]: `praemia proof seal`")
        return
    signed = f"signed up to {examined.signed}" if examined.signed else "[yellow]not signed[/yellow]"
    cut = _at(examined.cut) if examined.cut else ""
    console.print(f"checkpoint {examined.newest}, {signed}, sealed up to {cut}; {examined.waiting:,} transfers wait for the next seal")


def _write_private(file: Path, pem: bytes) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        print(f"praemia: {file}: {error.strerror}", file=sys.stderr)
        raise typer.Exit(2) from None
    with os.fdopen(handle, "wb") as out:
        out.write(pem)


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
