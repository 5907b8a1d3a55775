# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks letter`: which letters there are, how they look, many at a time, and who sends them."""

from __future__ import annotations

import collections
import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import process

app = typer.Typer(help="Breve til borgerne.", no_args_is_help=True)

_TOLD_EVERY = 100
_Template = Annotated[str, typer.Option(help="Brevets navn. Se dem med kodeks letter list.")]
_Day = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Dagen, brevene bliver sendt. Ellers i dag."),
]


@app.command("list")
def list_letters() -> None:
    """Vis brevene, og hvilken udgave af teksten der er i brug."""
    process.use_django()
    from kodeks.casework import letter_versions, letters

    for one in letters.written_here():
        used = letter_versions.in_use(letter_type=one)
        facts = ", ".join(fact.name for fact in one.facts)
        typer.echo(f"{one.name}: {one.title}, udgave {used.number}. Oplysninger: {facts}.")


@app.command()
def preview(
    template: _Template,
    out: Annotated[Path, typer.Option(help="PDF-filen, der bliver skrevet.")],
    version: Annotated[int, typer.Option(help="Udgavens nummer. -1 er den, der er i brug.")] = -1,
) -> None:
    """Skriv brevet som PDF med opdigtede oplysninger."""
    process.use_django()
    from django.utils import timezone

    from kodeks.casework import letter_versions, letters
    from kodeks.documents.letters import render
    from kodeks.files import write_atomic

    kind = letters.letter_type(name=template)
    found = (
        letter_versions.in_use(letter_type=kind)
        if version < 0
        else letter_versions.version(letter_type=kind, number=version)
    )
    letter = letters.preview(found, day=timezone.localdate())
    write_atomic(path=out, content=render(letter))
    typer.echo(f"Brevet »{kind.title}«, udgave {found.number}, står i {out}.")


@app.command()
def batch(
    template: _Template,
    data: Annotated[Path, typer.Option(help="CSV-filen med en række for hvert brev.")],
    out: Annotated[Path, typer.Option(help="Mappen, brevene bliver lagt i.")],
    unit: Annotated[str, typer.Option(help="Koden på den afdeling, der sender brevene.")],
    day: _Day = None,
) -> None:
    """Lav mange breve fra en CSV-fil. Breve, der er lavet, bliver ikke lavet igen."""
    process.use_django()
    from django.utils import timezone

    from kodeks.casework import letter_batch, letters, selectors

    counted: collections.Counter[letter_batch.Status] = collections.Counter()
    with data.open(encoding="utf-8-sig", newline="") as file:
        made = letter_batch.run(
            name=template,
            data=file,
            folder=out,
            sender=letters.sender_of(selectors.unit(code=unit)),
            day=day.date() if day else timezone.localdate(),
        )
        for outcome in made:
            counted[outcome.status] += 1
            if counted.total() % _TOLD_EVERY == 0:
                typer.echo(f"{counted.total()} rækker er læst.")
    failed = counted[letter_batch.Status.FAILED]
    typer.echo(
        f"{counted[letter_batch.Status.MADE]} breve er lavet. "
        f"{counted[letter_batch.Status.THERE]} var der i forvejen."
    )
    if failed:
        typer.echo(
            f"{failed} rækker kunne ikke laves. Ret dem, der står i {out / letter_batch.ERRORS}, "
            "og kør kommandoen igen.",
            err=True,
        )
        raise typer.Exit(1)


@app.command()
def sender(
    unit: Annotated[str, typer.Argument(help="Afdelingens kode.")],
    phone: Annotated[str, typer.Option(help="Telefonnummeret.")] = "",
    hours: Annotated[str, typer.Option(help="Hvornår der er nogen ved telefonen.")] = "",
    email: Annotated[str, typer.Option(help="Mailadressen.")] = "",
) -> None:
    """Skriv, hvordan borgerne får fat i en afdeling. Det står i dens breve."""
    process.use_django()
    from kodeks.casework import letters

    found = letters.write_contact(code=unit, phone=phone, phone_hours=hours, email=email)
    lines = letters.sender_of(found).contact
    typer.echo(f"{found.name}: {', '.join(lines) if lines else 'ingen kontakt'}.")
