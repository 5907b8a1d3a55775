# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks retention`: closed cases whose time is up, erasing them, and the rules they stand on."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import process
from kodeks.cli.naming import user_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kodeks.casework.retention import Outcome
    from kodeks.kernel.models import User

app = typer.Typer(help="Sletning af lukkede sager efter frist.", no_args_is_help=True)

_On = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Dagen, der ses på. Ellers i dag.")
]


@app.command("list")
def list_due(on: _On = None) -> None:
    """Vis, hvor mange lukkede sager der har nået fristen, efter KLE-emne."""
    process.use_django()
    from kodeks.casework import retention, rules

    found = retention.due_subjects(on=_day(on))
    for one in found:
        mark = "" if one.confirmed else " REGLEN ER IKKE BEKRÆFTET"
        typer.echo(
            f"{one.subject.number} {one.subject.title}: {_cases(one.cases)}, ældste frist "
            f"{one.oldest}. {rules.in_words(one.subject)}.{mark}"
        )
    for subject in retention.without_rule():
        closed = _cases(subject.cases_closed)
        typer.echo(f"{subject.number} {subject.title}: {closed} uden regel for sletning.")
    typer.echo(f"I alt har {_cases(sum(one.cases for one in found))} nået fristen.")


@app.command()
def erase(
    by: Annotated[str, typer.Option(help="Dit brugernavn. Det skrives i loggen.")],
    on: _On = None,
    case: Annotated[str, typer.Option(help="Kun sagen med dette nummer.")] = "",
) -> None:
    """Slet oplysningerne i de sager, der har nået fristen.

    Kun databeskyttelsesrådgiveren eller en administrator kan. Det kan ikke gøres om.
    """
    process.use_django()

    erased = refused = 0
    for outcome in _outcomes(user_named(by), day=_day(on), number=case):
        if outcome.refusal:
            refused += 1
            typer.echo(outcome.refusal, err=True)
        else:
            erased += 1
    typer.echo(f"{_cases(erased)} er slettet.")
    if refused:
        typer.echo(f"{_cases(refused)} blev ikke slettet. Se hvorfor ovenfor.", err=True)
        raise typer.Exit(1)


@app.command()
def rules(
    data: Annotated[
        Path | None, typer.Option(help="CSV-fil i UTF-8 med reglerne.", show_default=False)
    ] = None,
) -> None:
    """Vis reglerne for sletning, eller sæt dem med en CSV-fil.

    Kolonner: kle_number, years, source, confirmed_by og evt. valid_from.
    """
    process.use_django()
    from kodeks.casework import rules as casework
    from kodeks.casework.models import KleSubject
    from kodeks.files import tables

    if data is not None:
        count = casework.load(tables.read_rows(data, required=casework.COLUMNS))
        typer.echo(f"{count} regler er sat.")
        return
    for subject in KleSubject.objects.all():
        confirmed = subject.retention_confirmed_by
        typer.echo(
            f"{subject.number} {subject.title} (fra {subject.valid_from}): "
            f"{casework.in_words(subject)}. {subject.retention_source or 'Ingen kilde'}. "
            f"{f'Bekræftet af {confirmed}' if confirmed else 'IKKE BEKRÆFTET'}."
        )


def _outcomes(user: User, *, day: date, number: str) -> Iterator[Outcome]:
    from kodeks.casework import retention, selectors

    if not number:
        yield from retention.erase_due(user=user, on=day)
    elif retention.erase_case(case=selectors.case(number=number), user=user, on=day):
        yield retention.Outcome(number=number)


def _day(on: datetime | None) -> date:
    from django.utils import timezone

    return timezone.localdate() if on is None else on.date()


def _cases(count: int) -> str:
    return "1 sag" if count == 1 else f"{count} sager"
