# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks ledger` and `kodeks receipt`. Checking a receipt needs neither database nor network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import process

app = typer.Typer(help="Loggen.", no_args_is_help=True)
receipts = typer.Typer(help="Kvitteringer.", no_args_is_help=True)

_KINDS = {"recommendation": "forslag", "decision": "afgørelse", "act": "robottens handling"}


@app.command()
def key() -> None:
    """Vis loggens offentlige nøgle. Den skal stå på kommunens hjemmeside."""
    process.use_django()
    from kodeks.kernel import signing

    typer.echo(signing.verifier_key())


@receipts.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Kvitteringen.")],
    key: Annotated[
        str, typer.Option(help="Kommunens offentlige nøgle, fra kommunens hjemmeside.")
    ] = "",
) -> None:
    """Kontrollér en kvittering. Det kræver hverken database eller net."""
    from kodeks.ledger import receipt

    found = receipt.verify(file.read_bytes(), trusted_key=key or None)
    typer.echo("Kvitteringen er ægte." if found.trusted else "Kvitteringen hænger sammen.")
    typer.echo(f"Den gælder: {_KINDS.get(found.kind, found.kind)} {found.body.get('id', '')}")
    typer.echo(f"Post nr. {found.index} af {found.tree_size} i loggen {found.origin}")
    if not found.trusted:
        typer.echo(
            "Sammenlign selv nøglen med den, der står på kommunens hjemmeside:\n" + found.key
        )


@receipts.command()
def show(file: Annotated[Path, typer.Argument(help="Kvitteringen.")]) -> None:
    """Vis indholdet af en kvittering, når den er kontrolleret."""
    from kodeks.ledger import receipt

    found = receipt.verify(file.read_bytes(), trusted_key=None)
    typer.echo(json.dumps(found.body, ensure_ascii=False, indent=2))
