# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks key`: the keys people sign with, and the installation's own wrapping keys."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import asking, process

if TYPE_CHECKING:
    from kodeks.codex.keys import Signer

app = typer.Typer(help="Nøgler til underskrifter og til låste oplysninger.", no_args_is_help=True)
_UNLOCKED = b"BEGIN PRIVATE KEY"


class KeyProblem(Exception):
    """A key file cannot be made or read. The text is Danish."""


@app.command()
def make(
    out: Annotated[Path, typer.Argument(help="Filen, nøglen gemmes i. Den må ikke findes.")],
    unlocked: Annotated[
        bool, typer.Option("--unlocked", help="Lås ikke filen med en adgangskode.")
    ] = False,
) -> None:
    """Lav din egen nøgle til at skrive under med, og vis den offentlige del.

    Pas på filen, og giv den ikke til andre.
    """
    from kodeks.codex import keys

    if out.exists():
        raise KeyProblem(f"{out} findes allerede. Vælg et andet navn.")
    passphrase = None if unlocked else _new_passphrase()
    pem = keys.generate(passphrase)
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    public = keys.public_text(keys.load_private(pem, passphrase).public)
    typer.echo(f"Nøglen er gemt i {out}. Den offentlige del er:")
    typer.echo(public)


@app.command()
def rotate() -> None:
    """Pak alle nøgler ind igen med en ny nøgle, og ødelæg den gamle. Intet må køre imens.

    Tabellerne bliver også skrevet på ny, så slettede rækker forsvinder fra databasens filer. Gør
    det efter sletninger: derefter kan ingen gamle kopier af databasen åbne det, der var låst.
    """
    from kodeks.cli import running

    process.use_django(role="owner")
    with running.only_one(process.home()):
        from kodeks.casework import retention
        from kodeks.kernel import erasure
        from kodeks.robots import credentials

        erasure.require_alone()
        with process.step("Pakker nøglerne ind igen og ødelægger den gamle nøgle"):
            count = erasure.rotate_keys(others=[credentials.rewrap])
        tables = (*erasure.TABLES, *retention.tables(), *credentials.TABLES)
        with process.step(f"Skriver {len(tables)} tabeller på ny uden de slettede rækker"):
            erasure.rewrite(tables)
    typer.echo(f"{count} nøgler er pakket ind igen. Den gamle nøgle er ødelagt.")
    typer.echo("Databasens log (WAL) og sikkerhedskopier skal have deres egen frist.")


def signer_in(path: Path) -> Signer:
    """The private key in a file; its passphrase is asked for when it is locked.

    Raises SignatureError or KeyProblem.
    """
    from kodeks.codex import keys

    try:
        pem = path.read_bytes()
    except OSError as error:
        raise KeyProblem(f"Nøglen {path} kan ikke læses. Ret stien, og prøv igen.") from error
    if _UNLOCKED in pem:
        return keys.load_private(pem, None)
    return keys.load_private(pem, asking.hidden("Adgangskode til nøglen"))


def _new_passphrase() -> str:
    passphrase = asking.hidden_twice("Adgangskode til nøglen")
    if passphrase is None:
        raise KeyProblem("De to adgangskoder er ikke ens. Prøv igen.")
    return passphrase
