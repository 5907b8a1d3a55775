# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks fairness`: whether groups of citizens are treated alike, in operation and in a file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import process

if TYPE_CHECKING:
    from kodeks.statistics.bootstrap import Estimate

app = typer.Typer(help="Mål, om grupper af borgere bliver behandlet ens.", no_args_is_help=True)


@app.command()
def measure(
    system: Annotated[str, typer.Argument(help="Systemets navn, fx inquiries.")],
) -> None:
    """Mål et system nu mod kortets grænser. En brudt grænse stopper systemet.

    Arbejderne gør det selv hver måned.
    """
    process.use_django()
    from kodeks.kernel import fairness
    from kodeks.workbench import figures

    found = fairness.measure(system=system)
    typer.echo(f"Der er talt {found.cases} sager fra {found.months} måneder.")
    for table in figures.groups({"measured": found.measured}):
        typer.echo(f"{table.text}:")
        for attribute, group, count, value, interval in table.rows:
            typer.echo(f"  {attribute}: {group}: {value} ({interval}) af {count}")
    for one in found.verdicts:
        typer.echo(figures.verdict(one))
    if found.broken:
        typer.echo("Systemet er stoppet. Frigiv en model, der holder grænserne.")
        raise typer.Exit(code=1)


@app.command()
def audit(
    data: Annotated[Path, typer.Argument(help="CSV-fil med en linje for hver sag.")],
    selected: Annotated[str, typer.Option(help="Kolonnen med systemets valg: 1 eller 0.")],
    positive: Annotated[str, typer.Option(help="Kolonnen med det rigtige svar: 1 eller 0.")],
    by: Annotated[list[str], typer.Option(help="Kolonne med grupper. Kan gives flere gange.")],
    field: Annotated[
        list[str] | None, typer.Option(help="Kolonne, der måske røber grupperne.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Samme tal giver samme intervaller.")] = 1,
) -> None:
    """Mål grupperne i en fil: andele, forskelle og felter, der røber en gruppe.

    Filen bliver kun læst. Intet bliver gemt.
    """
    from kodeks.statistics import bootstrap, groups, proxies
    from kodeks.statistics.figures import LEAST_CASES

    columns = _columns(data, [selected, positive, *by, *(field or ())])
    for name in by:
        counts = groups.count(
            selected=_flags(columns, selected),
            positive=_flags(columns, positive),
            groups=columns[name],
        )
        found = bootstrap.audit(counts, seed=seed)
        typer.echo(f"{name}: {len(counts.names)} grupper, {int(counts.sizes.sum())} sager")
        for measure in groups.MEASURES:
            typer.echo(f"  {measure}")
            for group, size, one in zip(
                found.names, counts.sizes.tolist(), found.groups[measure], strict=True
            ):
                if size >= LEAST_CASES:
                    typer.echo(f"    {group or '(ukendt)'}: {_told(one)} af {size}")
            between = found.between[measure]
            typer.echo(f"    størst minus mindst: {_told(between.difference)}")
            typer.echo(f"    størst over mindst: {_told(between.ratio)}")
        if field:
            kept = {column: columns[column] for column in field}
            for proxy in proxies.search(protected=columns[name], categories=kept, seed=seed):
                tells = "røber gruppen" if proxy.gives_away() else "røber ikke gruppen"
                typer.echo(
                    f"  {proxy.field} {tells}: styrke {proxy.strength:.3f}, tilfældigt op til "
                    f"{proxy.by_chance:.3f}, p {proxy.probability:.3f}"
                )


def _columns(data: Path, names: list[str]) -> dict[str, list[str]]:
    """The columns of a CSV file. Raises FigureError when one is missing or there are no rows."""
    from kodeks.statistics.shares import FigureError

    with data.open(encoding="utf-8-sig", newline="") as file:
        try:
            rows = list(csv.DictReader(file))
        except csv.Error as error:
            raise FigureError(f"Filen {data} kan ikke læses som CSV.") from error
    if not rows:
        raise FigureError(f"Filen {data} har ingen sager.")
    missing = [name for name in names if name not in rows[0]]
    if missing:
        raise FigureError(f"Filen {data} mangler kolonnen {missing[0]}.")
    return {name: [row[name] or "" for row in rows] for name in names}


def _flags(columns: dict[str, list[str]], name: str) -> list[bool]:
    from kodeks.statistics.shares import FigureError

    known = {"1": True, "1.0": True, "0": False, "0.0": False}
    found = [known.get(value.strip()) for value in columns[name]]
    if None in found:
        # The line and not what stands there, which may be about somebody.
        line = found.index(None) + 2
        raise FigureError(f"Kolonnen {name} må kun have 1 og 0. Ret linje {line}.")
    return [bool(one) for one in found]


def _told(one: Estimate | None) -> str:
    return (
        "kan ikke måles" if one is None else f"{one.value:.3f} ({one.low:.3f} til {one.high:.3f})"
    )
