# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks deadline`: how soon the municipality answers, and what the law says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import process

app = typer.Typer(help="Frister for svar.", no_args_is_help=True)


@app.command()
def rules(
    data: Annotated[
        Path | None, typer.Option(help="CSV-fil i UTF-8 med fristerne.", show_default=False)
    ] = None,
) -> None:
    """Vis lovens og kommunens frister, eller sæt kommunens med en CSV-fil.

    Kolonner: kle_prefix, kind, amount, unit, source og evt. valid_from.
    """
    process.use_django()
    from django.utils import timezone

    from kodeks.casework import deadline_rules, statutes
    from kodeks.casework.deadlines import Term
    from kodeks.casework.models import DeadlineKind
    from kodeks.files import tables

    if data is not None:
        count = deadline_rules.load(tables.read_rows(data, required=deadline_rules.COLUMNS))
        typer.echo(f"{count} frister er sat.")
        return
    today = timezone.localdate()
    for statute in statutes.STATUTES:
        still = f"Kan stå stille: {statute.pause_source}." if statute.pausable else ""
        typer.echo(
            f"Loven: {DeadlineKind(statute.kind).label}: {statute.term.in_words}. "
            f"{statute.source}. {still}".rstrip()
        )
    for rule in deadline_rules.in_force(on=today):
        term = Term(amount=rule.amount, unit=rule.unit, source=rule.source)
        typer.echo(
            f"{rule.kle_prefix or 'Alle'}: {rule.get_kind_display()}: {term.in_words} "
            f"(fra {rule.valid_from}). {rule.source}."
        )
