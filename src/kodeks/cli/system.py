# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks system`: cards, owners and the stop button from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import process

app = typer.Typer(help="Systemer: kort, ansvar og stopknap.", no_args_is_help=True)

_Slug = Annotated[str, typer.Argument(help="Systemets id, for eksempel inquiries.")]
_By = Annotated[str, typer.Option(help="Dit brugernavn.")]
_Reason = Annotated[str, typer.Option(help="Hvorfor.")]


@app.command()
def register(file: Annotated[Path, typer.Argument(help="Systemkortet (system.toml).")]) -> None:
    """Registrér et systemkort eller en ny udgave af det. Det skrives i loggen."""
    from kodeks.codex import card

    found = card.load(file.read_text(encoding="utf-8"))
    process.use_django(role="owner")
    from kodeks.kernel import registration

    revision = registration.register_card(found)
    typer.echo(f"{found.name}: udgave {revision} er registreret.")


@app.command()
def assign(
    system: _Slug,
    unit: Annotated[str, typer.Option(help="Den ansvarlige enhed.")],
    manager: Annotated[str, typer.Option(help="Den ansvarlige leder. Tom: ingen.")] = "",
) -> None:
    """Skriv, hvem der svarer for systemet. Uden en leder kan systemet ikke køre."""
    process.use_django(role="owner")
    from kodeks.kernel import registration

    registration.assign(system=known(system), unit=unit, manager=manager)
    typer.echo(f"{manager or 'Ingen'} svarer nu for {system}.")


@app.command("list")
def list_systems() -> None:
    """Vis de registrerede systemer."""
    process.use_django()
    from kodeks.kernel import selectors

    for state in selectors.systems():
        release = state.release.version if state.release else "ingen model"
        running = "i drift" if state.running else "STOPPET"
        manager = state.manager or "INGEN LEDER"
        typer.echo(f"{state.slug}: {state.name}, {running}, {manager}, {release}")


@app.command()
def stop(system: _Slug, by: _By, reason: _Reason) -> None:
    """Stop et system. Det virker med det samme."""
    process.use_django()
    from kodeks.cli.users import user_named
    from kodeks.kernel import services

    services.stop(system=known(system), user=user_named(by), reason=reason)
    typer.echo(f"{system} er stoppet.")


@app.command()
def resume(system: _Slug, by: _By, reason: _Reason) -> None:
    """Start et stoppet system igen. Kun systemejeren kan."""
    process.use_django()
    from kodeks.cli.users import user_named
    from kodeks.kernel import services

    services.resume(system=known(system), user=user_named(by), reason=reason)
    typer.echo(f"{system} er i drift.")


def known(slug: str) -> str:
    """The id of a registered system. Raises Refused."""
    from kodeks.kernel.errors import Refused
    from kodeks.kernel.models import System

    if not System.objects.filter(slug=slug).exists():
        raise Refused(
            code="unknown_system",
            message=f"Systemet {slug} er ikke registreret. Se listen med `kodeks system list`.",
        )
    return slug
