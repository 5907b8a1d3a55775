# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks waste`: what sensors sent becomes readings, and readings become forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import waste_path, waste_system

app = typer.Typer(
    help="Skraldespande: hvad siger målerne, og hvornår er de fulde?", no_args_is_help=True
)
waste_path.add_to(app)
waste_system.add_to(app)


@app.command()
def read(
    messages: Annotated[list[Path], typer.Argument(help="Filer med beskeder, ark eller niveauer.")],
    out: Annotated[Path, typer.Option(help="CSV-filen, målingerne skrives i.")],
    devices: Annotated[
        Path | None,
        typer.Option(
            help="CSV-fil med device og bin, evt. sensor, empty_mm og full_mm.", show_default=False
        ),
    ] = None,
    sensor: Annotated[
        list[Path] | None,
        typer.Option(help="TOML-fil med en sensor, programmet ikke kender.", show_default=False),
    ] = None,
    refused: Annotated[
        Path | None,
        typer.Option(help="CSV-fil, som det afviste skrives i.", show_default=False),
    ] = None,
) -> None:
    """Gør beskeder fra målere og platforme til målinger: bin, time, level_pct og emptied.

    Det, der ikke kan bruges, bliver afvist med en grund. En måling, der kommer to gange, tæller én.
    """
    from kodeks.waste import reading_files

    count = reading_files.read_files(
        messages=messages, out=out, refused=refused, devices=devices, sensors=sensor or ()
    )
    typer.echo(f"{count.readings} målinger står i {out}.")
    typer.echo(
        f"Afvist: {count.refused}. Kom to gange: {count.doubled}. Uden måling: {count.without}."
    )
    if count.refused and refused is None:
        typer.echo("Angiv --refused for at se, hvad der er afvist og hvorfor.")


_READINGS = typer.Option(
    help="CSV-fil med bin, time og level_pct, evt. emptied (1 for tømt) og målerens andre tal."
)
_FULL = typer.Option(min=1, max=100, help="Procent, hvor en skraldespand regnes for fuld.")
_DAYS = typer.Option(
    help="CSV-fil med date, evt. bin, og tal, der kendes forud: vejr, marked, helligdage.",
    show_default=False,
)
_NO_HEALTH = typer.Option(
    "--no-health", help="Brug alle niveauer, også når måleren ikke er til at stole på."
)


@app.command()
def forecast(
    readings: Annotated[Path, _READINGS],
    origins: Annotated[
        Path, typer.Option(help="CSV-fil med bin og time, evt. visit (det planlagte besøg).")
    ],
    out: Annotated[Path, typer.Option(help="CSV-filen, der skrives.")],
    model: Annotated[
        Path | None,
        typer.Option(help="Brug en model fra »kodeks waste refit«. Lær intet.", show_default=False),
    ] = None,
    full: Annotated[float, _FULL] = 80.0,
    refit: Annotated[
        int, typer.Option(min=1, help="Dage mellem, at der læres af nyere målinger.")
    ] = 7,
    days: Annotated[Path | None, _DAYS] = None,
    no_health: Annotated[bool, _NO_HEALTH] = False,
    by_hour: Annotated[
        bool,
        typer.Option("--by-hour", help="Skriv også sandsynligheden for hver time i ugen."),
    ] = False,
) -> None:
    """Forudsig, hvornår skraldespande er fulde: sandsynlighed for hvert døgn, og timer.

    Hvert svar bruger kun målinger til og med sit tidspunkt. Timerne gælder en skraldespand, der
    bliver fuld inden for en uge; sandsynligheden for det står i p_full_168h.
    """
    from kodeks.waste import forecasting

    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        typer.echo(f"  {done} svar")

    if model is None:
        count = forecasting.forecast_file(
            readings=readings,
            origins=origins,
            out=out,
            full=full,
            refit=refit,
            days=days,
            judged=not no_health,
            hourly=by_hour,
            progress=tell,
        )
    else:
        count = forecasting.score_file(
            model=model,
            readings=readings,
            origins=origins,
            out=out,
            days=days,
            judged=not no_health,
            hourly=by_hour,
            progress=tell,
        )
    typer.echo(f"{count} svar står i {out}.")


@app.command()
def refit(
    readings: Annotated[Path, _READINGS],
    out: Annotated[Path, typer.Option(help="Filen, modellen skrives i.")],
    until: Annotated[
        str | None,
        typer.Option(help="Lær kun af målinger før dette tidspunkt.", show_default=False),
    ] = None,
    full: Annotated[float, _FULL] = 80.0,
    days: Annotated[Path | None, _DAYS] = None,
    no_health: Annotated[bool, _NO_HEALTH] = False,
    no_visits: Annotated[
        bool,
        typer.Option("--no-visits", help="Lær ikke, hvor fulde de er ved planlagte besøg."),
    ] = False,
) -> None:
    """Lær af målingerne, og gem modellen, så »kodeks waste forecast --model« kan svare hurtigt.

    Gør det hver nat. Modellen er tal og tekst i én fil, og den kan ikke køre noget.
    """
    from kodeks.waste import forecasting

    model = forecasting.refit_file(
        readings=readings,
        out=out,
        full=full,
        until=until,
        days=days,
        levels=not no_visits,
        judged=not no_health,
    )
    typer.echo(
        f"Modellen har lært af målinger før {forecasting.told(model.until)} og står i {out}."
    )


@app.command()
def health(
    readings: Annotated[
        Path,
        typer.Option(
            help="CSV-fil med bin, time og level_pct, evt. temperature_c, tilt, battery_pct, "
            "session og counter."
        ),
    ],
    out: Annotated[Path, typer.Option(help="CSV-filen, der skrives.")],
) -> None:
    """Find tømninger og fejl i målernes tal, og sig, hvor meget hver måler er til at stole på.

    Der er en række for hver skraldespand (sensor), for hver tømning (emptying) og for hver fejl.
    """
    from kodeks.waste import sensor_health

    told = sensor_health.health_file(
        readings=readings, out=out, progress=lambda count: typer.echo(f"  {count} skraldespande")
    )
    typer.echo(
        f"{told.bins} skraldespande, {told.emptyings} tømninger og {told.faults} fejl står i {out}."
    )
