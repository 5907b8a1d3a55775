# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks geography`: the municipality's own streets, places and districts, for its maps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import process

app = typer.Typer(help="Kommunens egne veje, steder og bydele til kortene.", no_args_is_help=True)


@app.command("load")
def load(
    paths: Annotated[
        list[Path], typer.Argument(help="CSV- eller GeoJSON-filer. De bliver én liste.")
    ],
    try_only: Annotated[
        bool, typer.Option("--try", help="Vis, hvad filerne indeholder. Intet gemmes.")
    ] = False,
) -> None:
    """Indlæs kommunens veje, steder og bydele. Den gamle liste bliver erstattet.

    Bagefter ledes der efter steder i de henvendelser, der venter, og i dem, afdelingerne ikke har
    svaret på. Er der fejl i en fil, indlæses intet.
    """
    process.use_django()
    from kodeks.geography.gazetteer import Gazetteer
    from kodeks.geography.loading import of_csv, of_geojson
    from kodeks.geography.results import GeographyError, Named

    names: list[Named] = []
    for path in paths:
        content = path.read_text(encoding="utf-8")
        try:
            names += of_csv(content) if path.suffix.lower() == ".csv" else of_geojson(content)
        except GeographyError as error:
            raise GeographyError(f"{path.name}: {error}") from error
    known = Gazetteer.of(names)
    for word, kind in (("veje", "street"), ("steder", "place"), ("bydele", "district")):
        of = [one for one in known.names if one.kind == kind]
        typer.echo(f"{word}: {len(of)}")
    typer.echo(f"husnumre: {sum(len(one.numbers) for one in known.names)}")
    if try_only:
        typer.echo("Intet er gemt.")
        return
    from kodeks.inquiries import places
    from kodeks.web import maps

    maps.keep(known.names)
    typer.echo(f"Listen er gemt. Der er fundet steder i {places.find_again()} henvendelser.")


@app.command("find")
def find(
    text: Annotated[str, typer.Argument(help="Teksten, der ledes i.")],
    near: Annotated[str, typer.Option(help="Bydelen, hvis den er kendt.")] = "",
) -> None:
    """Vis, hvilke steder en tekst nævner."""
    process.use_django()
    from kodeks.web import maps

    found = maps.gazetteer().find(text, near=near)
    for one in found:
        district = f", {one.district}" if one.district else ""
        at = f"{one.point.latitude:.5f} {one.point.longitude:.5f}"
        typer.echo(f"{one.title}{district}: {at} (»{one.matched}«)")
    if not found:
        typer.echo("Teksten nævner ingen steder på listen.")
