# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks insight`: the answer to an access request as a file, and such a file put to the test."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import process

app = typer.Typer(help="Indsigt i en sag (aktindsigt).", no_args_is_help=True)

_MARKS = {True: "Holder", False: "HOLDER IKKE", None: "Kan ikke ses"}


class UnknownCase(Exception):
    """No case has that number. The text is Danish."""


@app.command()
def export(
    case_number: Annotated[str, typer.Argument(help="Sagens nummer.")],
    file: Annotated[Path, typer.Argument(help="Filen, der skrives.")],
) -> None:
    """Skriv alt om en sag i en fil: det, siden viser, og alle poster med kvitteringer (JSON)."""
    process.use_django()
    from kodeks.files import write_atomic
    from kodeks.workbench import matters
    from kodeks.workbench.insight import bundle
    from kodeks.workbench.insight import export as exporting

    found = matters.by_case_number(case_number)
    if found is None:
        raise UnknownCase(f"Der er ingen sag med nummeret {case_number}. Ret nummeret.")
    write_atomic(path=file, content=exporting.as_file(bundle.build(found)))
    typer.echo(f"Alt om sag {case_number} står i {file}. Filen har personoplysninger. Pas på den.")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Filen, hentet på sagens side eller med export.")],
) -> None:
    """Kontrollér en fil med indsigt: kvitteringerne, og om forslaget kan regnes ud igen, ens."""
    process.use_django()
    from kodeks.workbench.insight import checking

    found = checking.check(file.read_bytes())
    for one in found:
        typer.echo(f"{_MARKS[one.holds]}: {one.about}. {one.sentence}")
    if any(one.holds is False for one in found):
        typer.echo("Noget i filen passer ikke med det, kommunen har skrevet i sin log.", err=True)
        raise typer.Exit(1)
    if not found:
        typer.echo("Der er ikke noget i filen at kontrollere.")
