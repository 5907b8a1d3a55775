# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks open311`: the keys of those who may send requests, and the bodies that cases go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import process
from kodeks.cli.naming import user_named

if TYPE_CHECKING:
    from kodeks.casework.models import Unit

app = typer.Typer(help="Open311: henvendelser fra apps og andre systemer.", no_args_is_help=True)
key = typer.Typer(help="Nøgler til dem, der må sende.", no_args_is_help=True)
app.add_typer(key, name="key")
body = typer.Typer(help="Andre, der får sager med Open311.", no_args_is_help=True)
app.add_typer(body, name="body")

_Unit = Annotated[str, typer.Argument(help="Afdelingens kode, som emnerne har den.")]
_By = Annotated[str, typer.Option(help="Dit brugernavn.")]
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


@body.command(name="set")
def set_body(
    unit: _Unit,
    url: Annotated[str, typer.Option(help="Adressen på deres server, før /requests.xml.")],
    by: _By,
    jurisdiction: Annotated[str, typer.Option(help="Deres jurisdiction_id.")] = "",
    service_code: Annotated[str, typer.Option(help="Deres kode til alt andet.")] = "",
    code: Annotated[
        list[str] | None,
        typer.Option(help="Deres kode til et emne, som 05.01=hul. Kan skrives flere gange."),
    ] = None,
    days: Annotated[
        int, typer.Option(help="Så mange dage må de bruge, før I får det at vide.")
    ] = 14,
    shows_descriptions: Annotated[
        bool,
        typer.Option(
            "--shows-descriptions",
            help="Deres server viser teksterne. Ellers skal den selv kende en sag igen.",
        ),
    ] = False,
) -> None:
    """Giv afdelingens sager til en andens server fra nu af."""
    process.use_django()
    from kodeks.connectors.open311 import bodies

    way = bodies.put(
        unit=unit,
        url=url,
        jurisdiction=jurisdiction,
        service_code=service_code,
        service_codes=_codes(code or []),
        shows_descriptions=shows_descriptions,
        answer_days=days,
        set_by=user_named(by).get_username(),
    )
    typer.echo(f"Sager til {way.unit.name} bliver givet videre til {way.url}.")
    if not _has_key(way.unit):
        typer.echo(
            "Robotten mangler deres nøgle. Læg den ind: "
            f"kodeks robot credential set {bodies.ROBOT} {bodies.credential(way.unit)}"
        )


@body.command(name="list")
def list_bodies() -> None:
    """Vis, hvem der får sager, og hvor mange der ikke er lukket."""
    process.use_django()
    from kodeks.connectors.open311 import bodies, following

    found = bodies.in_use()
    for way in found:
        key = "nøgle: ja" if _has_key(way.unit) else "nøgle: MANGLER"
        heard = following.last_heard(way.unit)
        said = f"svarede sidst {heard:%d.%m.%Y %H:%M}" if heard else "har ikke svaret endnu"
        waiting = following.waiting(way.unit)
        typer.echo(f"{way.unit.code}: {way.url}, {key}, {waiting} venter, {said}")
    if not found:
        typer.echo("Ingen får sager med Open311.")


@body.command(name="remove")
def remove_body(unit: _Unit, by: _By) -> None:
    """Lad afdelingen få sine sager i indbakken her igen."""
    process.use_django()
    from kodeks.connectors.open311 import bodies

    bodies.remove(unit=unit, set_by=user_named(by).get_username())
    typer.echo("Afdelingen får sine sager i indbakken igen. Der bliver stadig spurgt til de andre.")


def _codes(given: list[str]) -> dict[str, str]:
    from kodeks.connectors.open311.bodies import WayProblem

    pairs = [one.partition("=") for one in given]
    if any(not code for _, _, code in pairs):
        raise WayProblem("Skriv begyndelsen af et KLE-nummer og en kode, for eksempel 05.01=hul.")
    return {prefix: code for prefix, _, code in pairs}


def _has_key(unit: Unit) -> bool:
    from kodeks.connectors.open311 import bodies
    from kodeks.robots import credentials

    name = bodies.credential(unit)
    return credentials.in_use(robot=bodies.ROBOT).filter(name=name).exists()
