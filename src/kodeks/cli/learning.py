# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks inquiries retrain`, `retrainings` and `examples`: learning from what is decided."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from kodeks.cli import process
from kodeks.cli.naming import user_named

examples = typer.Typer(
    help="Gamle tekster med emner, som hver gentræning også lærer af.", no_args_is_help=True
)

_By = Annotated[str, typer.Option(help="Dit brugernavn.")]
_POLL_SECONDS = 1.0
_MOST = 20


def retrain(
    by: _By,
    leave_out_from: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Første dag, hvis afgørelser er udeladt."),
    ] = None,
    leave_out_to: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Sidste dag, hvis afgørelser er udeladt."),
    ] = None,
    words_only: Annotated[
        bool,
        typer.Option("--words-only", help="Lær kun af ordene, selv om den i drift lærte mere."),
    ] = False,
    meaning: Annotated[
        bool,
        typer.Option("--meaning", help="Lær også af meningen, selv om den i drift ikke gjorde."),
    ] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Vis ikke, hvor langt den er.")
    ] = False,
) -> None:
    """Træn visiteringen igen på det, sagsbehandlerne har afgjort.

    En arbejder gør det trin for trin. Stopper du denne kommando, går den videre alligevel.
    """
    process.use_django()
    from kodeks.inquiries.errors import InquiryError
    from kodeks.inquiries.learning import reports, runs, terms

    if words_only and meaning:
        raise InquiryError("Vælg enten --words-only eller --meaning.")
    run = runs.ask(
        user=user_named(by),
        out_from=leave_out_from.date() if leave_out_from else None,
        out_to=leave_out_to.date() if leave_out_to else None,
        learns=terms.WORDS if words_only else terms.MEANING if meaning else terms.AS_BEFORE,
    )
    typer.echo(f"Gentræning {run.id} er i kø. En arbejder (`kodeks worker`) tager den.")
    said = ""
    while not no_wait:
        told = reports.told(run.id)
        if told.standing != said:
            said = told.standing
            typer.echo(f"  {said}")
        if told.ended:
            for line in reports.lines(told):
                typer.echo(line)
            return
        time.sleep(_POLL_SECONDS)


def retrainings() -> None:
    """Vis de seneste gentræninger, og hvordan de gik."""
    process.use_django()
    from kodeks.inquiries.learning import reports

    for told in reports.listed(reports.newest()[:_MOST]):
        typer.echo(f"{told.id}  {told.asked_at:%Y-%m-%d %H:%M}  {told.standing}")
        for reason in told.reasons:
            typer.echo(f"  {reason}")


@examples.command()
def add(
    data: Annotated[Path, typer.Option(help="CSV-fil i UTF-8 med kolonnerne text og label.")],
    name: Annotated[str, typer.Option(help="Hvad samlingen skal hedde.")],
    by: _By,
) -> None:
    """Tag gamle tekster med emner ind. De bliver låst, og CPR-numre bliver skjult først.

    Kolonnerne channel og district bruges kun til at måle, om grupper behandles ens.
    """
    process.use_django()
    from kodeks.inquiries import files
    from kodeks.inquiries.learning import sets

    found = sets.take_in(name=name, rows=files.read_training(data), user=user_named(by))
    typer.echo(f"{found.rows} eksempler er taget ind som »{found.name}« med nummer {found.id}.")


@examples.command("list")
def list_sets() -> None:
    """Vis de samlinger, der læres af."""
    process.use_django()
    from kodeks.inquiries.learning import sets

    for one in sets.present():
        typer.echo(f"{one.id}  {one.name}: {one.rows} eksempler, {one.taken_in_at:%Y-%m-%d}")


@examples.command()
def remove(
    number: Annotated[UUID, typer.Argument(help="Samlingens nummer.")],
    by: _By,
    reason: Annotated[str, typer.Option(help="Hvorfor.")],
) -> None:
    """Slet en samlings tekster for altid. Modeller, der har lært af dem, bliver ikke ændret."""
    process.use_django()
    from kodeks.inquiries.learning import sets

    found = sets.remove(set_id=number, user=user_named(by), reason=reason)
    typer.echo(f"»{found.name}« er slettet.")
