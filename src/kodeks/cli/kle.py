# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks kle`: take a list of KLE in, look a number up, suggest numbers for texts, let people's
rights follow its numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import process

if TYPE_CHECKING:
    from datetime import date

    from kodeks.casework.kle_import import Taken
    from kodeks.casework.kle_suggesting import SubjectList
    from kodeks.kernel.models import Grant

app = typer.Typer(help="KL's emnesystematik (KLE).", no_args_is_help=True)

_On = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Dagen, der ses på. Ellers i dag.")
]
_MOST_WORDS = 20


@app.command("import")
def take_in(
    path: Annotated[Path, typer.Argument(help="Filen fra OS2KLE.")],
    valid_from: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Den første dag, listen bruges. Ellers i dag.",
            show_default=False,
        ),
    ] = None,
    successors: Annotated[
        Path | None,
        typer.Option(help="CSV-fil med kolonnerne old, new og valid_from.", show_default=False),
    ] = None,
    suggest: Annotated[
        Path | None,
        typer.Option(help="CSV-fil, som forslag til afløsere skrives i.", show_default=False),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            help="Kommunens egne numre, der begynder sådan, og som bliver.", show_default=False
        ),
    ] = None,
    try_only: Annotated[
        bool, typer.Option("--try", help="Vis, hvad der ville ske. Intet gemmes.")
    ] = False,
) -> None:
    """Indlæs en hel liste over KLE-numre fra OS2KLE.

    Er der fejl i filen, indlæses intet. Numre, der ikke er i listen, ophører dagen før.
    """
    process.use_django()
    from django.db import transaction
    from django.utils import timezone

    from kodeks.casework import kle_import
    from kodeks.files import tables

    first = timezone.localdate() if valid_from is None else valid_from.date()
    rows = (
        [] if successors is None else tables.read_rows(successors, required=kle_import.SUCCESSORS)
    )
    with transaction.atomic():
        taken = kle_import.take_in(
            content=path.read_bytes(),
            valid_from=first,
            successors=rows,
            keep=keep or (),
        )
        transaction.set_rollback(try_only)
    _tell(taken)
    typer.echo(f"Listen bruges fra {first:%d.%m.%Y}.")
    if suggest is not None:
        _write_suggestions(suggest, taken, first)
        typer.echo(f"Forslagene er skrevet i {suggest}. Ret filen, og giv den med --successors.")
    if try_only:
        typer.echo("Det var en prøve. Intet er gemt.")


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="KLE-nummeret, for eksempel 05.01.08.")],
    on: _On = None,
) -> None:
    """Vis, hvad et KLE-nummer hedder, hvad det er blevet til, og hvilke ord der peger på det."""
    process.use_django()
    from django.utils import timezone

    from kodeks.casework import kle_subjects, rules, succession

    day = timezone.localdate() if on is None else on.date()
    subject = kle_subjects.subject_for(number=number, on=day)
    if subject.number != number:
        typer.echo(f"{number} er blevet til {subject.number}.")
    ends = "" if subject.valid_to is None else f" til {subject.valid_to}"
    typer.echo(f"{subject.number} {subject.title} (fra {subject.valid_from}{ends})")
    typer.echo(f"Sletning: {rules.in_words(subject)}.")
    words = succession.keywords(subject.number, day)
    if words:
        first = ", ".join(f"{one.word} ({one.weight})" for one in words[:_MOST_WORDS])
        typer.echo(f"Ord: {first}. I alt {len(words)}.")


@app.command()
def suggest(
    data: Annotated[Path, typer.Option(help="CSV-fil i UTF-8 med kolonnerne id og text.")],
    out: Annotated[Path, typer.Option(help="CSV-filen, der skrives.")],
    top: Annotated[int, typer.Option(min=1, max=50, help="Forslag til hver tekst.")] = 5,
    facet: Annotated[
        bool, typer.Option("--facet", help="Skriv også handlingsfacet og grunden til den.")
    ] = False,
    on: _On = None,
) -> None:
    """Foreslå KLE-numre til tekster: id, rank, kle, score og reason.

    Grunden nævner de ord i teksten, som førte til forslaget. Et menneske vælger.
    """
    process.use_django()
    from django.utils import timezone

    from kodeks.casework import kle_suggesting
    from kodeks.files import tables
    from kodeks.inquiries import files

    texts = [(row.id, row.text) for row in files.read_texts(data)]
    day = timezone.localdate() if on is None else on.date()
    among = kle_suggesting.subjects_on(day)
    _tell_list(among)
    rows = list(
        kle_suggesting.rows(
            texts,
            among,
            top=top,
            on=day,
            progress=lambda count: typer.echo(f"  {count} tekster"),
        )
    )
    header = kle_suggesting.COLUMNS + (kle_suggesting.FACET_COLUMNS if facet else ())
    tables.write_rows(out, header, (row.fields(with_facet=facet) for row in rows))
    without = [row.id for row in rows if not row.kle]
    typer.echo(f"Forslag til {len(texts) - len(without)} af {len(texts)} tekster står i {out}.")
    if without:
        shown = ", ".join(without[:_MOST_WORDS])
        typer.echo(f"Uden forslag: {len(without)} ({shown}). Vælg selv emner til dem.")


@app.command()
def grants(
    apply: Annotated[
        bool, typer.Option("--apply", help="Giv rettighederne. Ellers vises de kun.")
    ] = False,
) -> None:
    """Lad rettigheder følge KLE-numre, der er flyttet.

    Den, der havde ret til et nummer, som er gået ud, får ret til det, der har afløst det. Den gamle
    ret bliver, for åbne sager beholder deres nummer. Det skrives i loggen.
    """
    process.use_django(role="owner")
    from django.utils import timezone

    from kodeks.casework import succession
    from kodeks.kernel import registration

    moved = _to_follow(succession.moves(timezone.localdate()))
    for grant, number in moved:
        if apply:
            registration.grant(
                user=grant.user,
                role=grant.role,
                unit=grant.unit,
                kle_prefix=number,
                valid_until=grant.valid_until,
            )
        typer.echo(f"{grant.user.username}: {grant.role}, {grant.kle_prefix} -> {number}")
    done = "er givet" if apply else "kan gives med --apply"
    typer.echo(f"{len(moved)} {'rettighed' if len(moved) == 1 else 'rettigheder'} {done}.")


def _tell_list(among: SubjectList) -> None:
    count = len(among.subjects)
    if among.imported_from is None:
        typer.echo(
            f"Der er ikke indlæst en liste over KLE. Der vælges blandt {count} emner på "
            "programmets korte liste. Indlæs hele listen med kodeks kle import."
        )
    else:
        typer.echo(f"Der vælges blandt {count} emner på listen fra {among.imported_from}.")


def _tell(taken: Taken) -> None:
    typer.echo(f"{taken.numbers} KLE-numre og {taken.words} ord.")
    for number in taken.groups:
        typer.echo(f"{number} er en gruppe og ikke et emne. Den er sprunget over.")
    typer.echo(
        f"Nye: {len(taken.added)}. Ny titel: {len(taken.titled)}. Ophører: {len(taken.ended)}. "
        f"Afløsere: {taken.successors}."
    )
    for one in taken.suggested:
        typer.echo(f"Forslag: {one.old} -> {one.new} ({one.share:.0%} ens).")


def _to_follow(moves: Mapping[str, Collection[str]]) -> list[tuple[Grant, str]]:
    """Grants of today that cover a number which is gone, with each successor nothing covers yet."""
    from kodeks.kernel import access
    from kodeks.kernel.models import User

    found = []
    for user in User.objects.order_by("username"):
        held = list(access.grants(user).order_by("id"))
        wanted = {
            (grant.role, grant.unit, grant.valid_until, new): grant
            for grant in held
            for old, news in moves.items()
            if grant.kle_prefix and old.startswith(grant.kle_prefix)
            for new in news
        }
        found += [
            (grant, new)
            for (*_, new), grant in wanted.items()
            if not any(_covers(other, grant, new) for other in held)
        ]
    return found


def _covers(other: Grant, grant: Grant, number: str) -> bool:
    """Whether the other gives the same right to the number, for at least as long."""
    ends = other.valid_until is not None and (
        grant.valid_until is None or other.valid_until < grant.valid_until
    )
    return (
        other.role == grant.role
        and other.unit in ("", grant.unit)
        and number.startswith(other.kle_prefix)
        and not ends
    )


def _write_suggestions(path: Path, taken: Taken, day: date) -> None:
    from kodeks.files import write_atomic

    lines: Iterable[str] = (f"{one.old},{one.new},{day}" for one in taken.suggested)
    text = "\n".join(("old,new,valid_from", *lines)) + "\n"
    write_atomic(path=path, content=text.encode())
