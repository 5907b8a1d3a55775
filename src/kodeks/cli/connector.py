# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks connector`: the ways to other systems."""

from __future__ import annotations

import typer

from kodeks.cli import process
from kodeks.cli.process import step

app = typer.Typer(help="Forbindelser til andre systemer.", no_args_is_help=True)


@app.command()
def check() -> None:
    """Prøv forbindelsen til ESDH-systemet. Intet bliver ændret der."""
    process.use_django()
    from kodeks.casework import ports

    system = ports.journal_system()
    typer.echo(system.description)
    with step("Logger ind og søger efter en sag, der ikke findes"):
        system.check()
    typer.echo("Forbindelsen virker.")
