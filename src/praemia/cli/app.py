"""The command `praemia`: which commands there are. Each group lives in its own module."""

from __future__ import annotations

import typer

from praemia.cli.audit import audit_command
from praemia.cli.bulk import bulk_app
from praemia.cli.demo import demo_command
from praemia.cli.keys import key_app
from praemia.cli.ledger import explain_command, verify_command
from praemia.cli.opening import Opened
from praemia.cli.program import program_app
from praemia.cli.proof import proof_app
from praemia.cli.server import migrate_command, serve_command
from praemia.cli.simulate import simulate_command
from praemia.cli.staff import staff_app
from praemia.cli.statement import statement_command

_HELP = """A self-hosted rewards platform whose points are kept like money.

First steps:

  praemia demo                       a running café chain with a year of history
  praemia program validate FILE      is my programme file right?
  praemia program apply FILE         put it into force
  praemia key issue NAME --role owner  a key for the HTTP API
  praemia serve                      the HTTP server

Praemia starts a PostgreSQL of its own under .state; set DATABASE_URL to use yours."""


def build_cli(opened: Opened) -> typer.Typer:
    """The command line around what it may open."""
    app = typer.Typer(name="praemia", help=_HELP, no_args_is_help=True, rich_markup_mode="markdown", add_completion=False)

    @app.callback()
    def root(context: typer.Context) -> None:
        context.obj = opened

    app.command("demo")(demo_command)
    app.command("serve")(serve_command)
    app.command("migrate")(migrate_command)
    app.add_typer(program_app, name="program")
    app.add_typer(key_app, name="key")
    app.add_typer(staff_app, name="staff")
    app.add_typer(bulk_app)
    app.command("simulate")(simulate_command)
    app.command("verify")(verify_command)
    app.add_typer(proof_app, name="proof")
    app.command("audit")(audit_command)
    app.command("statement")(statement_command)
    app.command("explain")(explain_command)
    return app
