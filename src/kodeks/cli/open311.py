# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks open311`: the keys of those who may send requests."""

from __future__ import annotations

from typing import Annotated

import typer

from kodeks.cli import process
from kodeks.cli.naming import user_named

app = typer.Typer(help="Open311: henvendelser fra apps og andre systemer.", no_args_is_help=True)
key = typer.Typer(help="Nøgler til dem, der må sende.", no_args_is_help=True)
app.add_typer(key, name="key")

_Name = Annotated[str, typer.Argument(help="Hvem nøglen er til, for eksempel giv-et-praj.")]


@key.command()
def make(name: _Name, by: Annotated[str, typer.Option(help="Dit brugernavn.")]) -> None:
    """Lav en nøgle. Den bliver kun vist denne ene gang."""
    process.use_django()
    from kodeks.connectors.open311 import keys

    made = keys.make(name=name, made_by=user_named(by).get_username())
    typer.echo(made)


@key.command(name="list")
def list_keys() -> None:
    """Vis, hvem der har en nøgle, og siden hvornår."""
    process.use_django()
    from kodeks.connectors.open311 import keys

    found = list(keys.in_use())
    for one in found:
        typer.echo(f"{one.name}: lavet {one.made_at:%d.%m.%Y} af {one.made_by}")
    if not found:
        typer.echo("Ingen har en nøgle.")


@key.command()
def revoke(name: _Name) -> None:
    """Træk en nøgle tilbage. Den kan ikke bruges mere."""
    process.use_django()
    from kodeks.connectors.open311 import keys

    keys.revoke(name=name)
    typer.echo(f"Nøglen til {name} er trukket tilbage.")
