# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks waste ...`: the data path of sensors, from who may send to what was put aside."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import process
from kodeks.cli.naming import user_named

source = typer.Typer(help="Platforme, der sender målinger over HTTP.", no_args_is_help=True)
_By = Annotated[str, typer.Option(help="Dit brugernavn.")]
_Name = Annotated[str, typer.Argument(help="Kildens navn, for eksempel os2iot.")]


def add_to(app: typer.Typer) -> None:
    app.command()(ingest)
    app.command()(broker)
    app.command()(bins)
    app.command()(devices)
    app.command()(load)
    app.command()(quarantine)
    app.command()(retake)
    app.add_typer(source, name="source")


def ingest() -> None:
    """Hent målinger fra MQTT-serveren, indtil du stopper med Ctrl-C. `kodeks start` gør det selv.

    En besked bliver først kvitteret, når den er gemt. Så intet går tabt, når programmet stopper.
    """
    process.use_django(quiet=False)
    from kodeks.connectors.sensors import installed, mqtt

    stopped = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopped.set())
    mqtt.Ingester(installed.account(), stopped=stopped).run()


def broker(
    out: Annotated[Path, typer.Option(help="Filen, der skrives.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Porten, den lytter på.")] = 8883,
    local: Annotated[
        bool, typer.Option("--local", help="Kun på denne maskine, uden TLS og login.")
    ] = False,
    folder: Annotated[
        str, typer.Option(help="Mappen, hvor mosquitto gemmer beskeder.")
    ] = "/var/lib/mosquitto",
) -> None:
    """Skriv en opsætning til MQTT-serveren mosquitto, så den ikke taber beskeder, når den dør."""
    from kodeks.connectors.sensors import broker as mosquitto

    mosquitto.write(out=out, port=port, local=local, folder=folder)
    typer.echo(f"Opsætningen står i {out}.")


def bins(
    file: Annotated[Path, typer.Argument(help="CSV med bin, evt. place, district og mere.")],
    by: _By,
) -> None:
    """Læs skraldespande ind: bin, place, district, latitude, longitude og litres."""
    process.use_django()
    from kodeks.waste import bins as service

    read = service.read_bins(path=file, set_by=user_named(by).get_username())
    typer.echo(f"{read.changed} skraldespande er nye eller rettet. {read.same} stod der allerede.")


def devices(
    file: Annotated[Path, typer.Argument(help="CSV med device og bin, evt. sensor og mere.")],
    by: _By,
) -> None:
    """Læs målere, der må sende: device, bin, sensor, empty_mm, full_mm, source og since.

    Er bin tom, er måleren ikke i brug. Det gamle bliver ikke slettet: listen husker, hvornår.
    """
    process.use_django()
    from kodeks.waste import bins as service

    read = service.read_devices(path=file, set_by=user_named(by).get_username())
    typer.echo(f"{read.changed} målere er nye eller rettet. {read.same} stod der allerede.")


def load(
    file: Annotated[Path, typer.Argument(help="Beskeder, ark eller CSV med niveauer.")],
    by: _By,
) -> None:
    """Læs målinger fra en fil ind i databasen. Samme fil to gange ændrer intet.

    Målerne skal stå på listen. Det, der ikke kan bruges, kommer i karantæne med en grund.
    """
    process.use_django()
    from kodeks.waste import filling

    user_named(by)
    found = filling.fill(path=file, progress=lambda count: typer.echo(f"  {count} målinger"))
    typer.echo(
        f"{found.stored} målinger er gemt. {found.seen} var der allerede. "
        f"{found.quarantined} er lagt i karantæne."
    )
    for reason, count in found.reasons.most_common(20):
        typer.echo(f"{count} gange: {reason}")


def quarantine(
    count: Annotated[int, typer.Option(min=1, max=1000, help="Så mange bliver vist.")] = 20,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Vis kun grundene, og hvor mange gange.")
    ] = False,
) -> None:
    """Vis de nyeste beskeder, der ikke blev taget, og hvorfor."""
    process.use_django()
    from kodeks.waste import retaking, selectors

    if reasons:
        for code, reason, parts in retaking.by_reason():
            typer.echo(f"{parts} gange {code}: {reason}")
        return
    found = selectors.quarantined(count)
    for one in found:
        about = one.device or one.topic or one.source
        typer.echo(f"{one.received_at:%d.%m.%Y %H:%M} {about}: {one.reason}")
    if not found:
        typer.echo("Intet er lagt i karantæne.")


def retake(by: _By) -> None:
    """Tag beskeder i karantæne fra målere, der nu står på listen."""
    process.use_django()
    from kodeks.waste import retaking

    user_named(by)
    found = retaking.retake()
    typer.echo(f"{found.stored} målinger er gemt. {found.aside} kom i karantæne af en anden grund.")
    if found.impossible:
        typer.echo(
            f"{found.impossible} kan ikke tages: beskeden er over 4 kB, eller måleren må kun bruge "
            "én kilde. Send dem igen, eller brug `kodeks waste load`."
        )


@source.command()
def make(
    name: _Name,
    by: _By,
    signs: Annotated[
        bool, typer.Option("--signs", help="Kilden skriver under på hver besked (HMAC).")
    ] = False,
) -> None:
    """Lav en nøgle til en kilde. Den bliver kun vist denne ene gang."""
    process.use_django()
    from kodeks.waste import sources

    made = sources.make(name=name, made_by=user_named(by).get_username(), signs=signs)
    typer.echo(made.key)
    if signs:
        typer.echo(f"Hemmelighed til underskrift: {made.secret}")


@source.command(name="list")
def list_sources() -> None:
    """Vis, hvem der må sende, og siden hvornår."""
    process.use_django()
    from kodeks.waste import sources

    found = list(sources.in_use())
    for one in found:
        signs = ", skriver under" if one.signs else ""
        typer.echo(f"{one.name}: lavet {one.made_at:%d.%m.%Y} af {one.made_by}{signs}")
    if not found:
        typer.echo("Ingen kilder har en nøgle.")


@source.command()
def revoke(name: _Name, by: _By) -> None:
    """Træk en kildes nøgle tilbage. Den kan ikke bruges mere."""
    process.use_django()
    from kodeks.waste import sources

    sources.revoke(name=name, revoked_by=user_named(by).get_username())
    typer.echo(f"Nøglen til {name} er trukket tilbage.")
