# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks waste ...`: the system: fixed rounds, the model, and a look at all bins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import keys, process
from kodeks.cli.naming import user_named

_By = Annotated[str, typer.Option(help="Dit brugernavn.")]


def add_to(app: typer.Typer) -> None:
    app.command()(visits)
    app.command()(release)
    app.command()(look)
    app.command()(quality)


def visits(
    file: Annotated[Path, typer.Argument(help="CSV med bin, weekdays (1-5 eller 1,3,5) og time.")],
    by: _By,
) -> None:
    """Læs de faste ture ind: hvornår hver skraldespand bliver tømt. Tom weekdays: ingen tur."""
    process.use_django()
    from kodeks.waste import schedules as service

    read = service.read_schedules(path=file, set_by=user_named(by).get_username())
    typer.echo(f"{read.changed} faste ture er nye eller rettet. {read.same} stod der allerede.")


def release(
    version: Annotated[str, typer.Option(help="Modellens nummer.")],
    by: _By,
    key: Annotated[Path, typer.Option(help="Filen med din nøgle.")],
    rules: Annotated[
        Path | None,
        typer.Option(
            help="TOML-fil med egne grænser. Uden: dem, der følger med.", show_default=False
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Gentræning: et andet grundlag i kodekset.")
    ] = False,
) -> None:
    """Lær prognosen af jeres egne skraldespande, og foreslå den frigivet med din underskrift.

    Lederen godkender med `kodeks release approve waste`. Er der set for lidt til en prognose,
    bruger modellen kun grænserne.
    """
    process.use_django(role="owner")
    from kodeks.files import tables
    from kodeks.waste import releases
    from kodeks.waste.engine.notices import rules as limits
    from kodeks.workbench import figures

    learned = releases.propose(
        version=version.strip(),
        rules=limits.shipped()
        if rules is None
        else limits.of_toml(tables.decoded(tables.read(rules))),
        author=user_named(by),
        signer=keys.signer_in(key),
        phase="retraining" if again else "development",
    )
    typer.echo(
        f"Version {version.strip()} er lært af {learned.readings} målinger fra {learned.bins} "
        "skraldespande og venter på lederens godkendelse."
    )
    if not learned.has_forecast:
        typer.echo("Det er for lidt til en prognose. Modellen bruger kun grænserne.")
    for text, value in figures.metrics(learned.metrics):
        typer.echo(f"  {text}: {value}")


def look() -> None:
    """Se på alle skraldespande nu. Det sker ellers hver time, når `kodeks start` kører."""
    process.use_django()
    from kodeks.waste import rounds

    count = rounds.look()
    typer.echo(f"Der er set på {count} skraldespande.")


def quality() -> None:
    """Hvor gode var de prognoser, I fik vist, de sidste 28 døgn? De bliver lagt ved siden af det,
    der skete."""
    process.use_django()
    from kodeks.waste import releases, scoring
    from kodeks.workbench import figures

    for text, value in figures.metrics(releases.figures_of(scoring.scored())):
        typer.echo(f"{text}: {value}")
