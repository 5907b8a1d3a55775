# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Entry point of the `kodeks` command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kodeks import __version__
from kodeks.cli import (
    codex,
    connector,
    danish,
    deadline,
    demo,
    fairness,
    geography,
    inquiries,
    insight,
    keys,
    kle,
    ledger,
    letters,
    mail,
    open311,
    operations,
    process,
    register,
    release,
    retention,
    robots,
    system,
    users,
    waste,
    witness,
)

app = typer.Typer(
    help="Kør kommunens kunstige intelligens under dens kodeks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
operations.add_to(app)
demo.add_to(app)
app.add_typer(inquiries.app, name="inquiries")
app.add_typer(insight.app, name="insight")
app.add_typer(codex.app, name="codex")
app.add_typer(system.app, name="system")
app.add_typer(release.app, name="release")
app.add_typer(register.app, name="register")
app.add_typer(fairness.app, name="fairness")
app.add_typer(keys.app, name="key")
app.add_typer(users.app, name="user")
app.add_typer(robots.app, name="robot")
app.add_typer(retention.app, name="retention")
app.add_typer(letters.app, name="letter")
app.add_typer(geography.app, name="geography")
app.add_typer(kle.app, name="kle")
app.add_typer(deadline.app, name="deadline")
app.add_typer(mail.app, name="mail")
app.add_typer(open311.app, name="open311")
app.add_typer(connector.app, name="connector")
app.add_typer(waste.app, name="waste")
app.add_typer(witness.app, name="witness")
app.add_typer(ledger.app, name="ledger")
app.add_typer(ledger.receipts, name="receipt")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kodeks {__version__}")
        raise typer.Exit


@app.callback()
def settings(
    home: Annotated[
        Path | None,
        typer.Option(help="Installationens mappe. Ellers bruges KODEKS_HOME.", show_default=False),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Vis versionen."),
    ] = False,
) -> None:
    """Options before the command."""
    if home is not None:
        os.environ["KODEKS_HOME"] = str(home.resolve())


def run() -> None:
    """Run the command; a failure that the user can mend is one Danish sentence and exit code 1."""
    try:
        code = danish.translate(typer.main.get_command(app))(standalone_mode=False)
    except typer.Abort:
        _fail("Afbrudt.", code=130)
    except danish.UsageError as error:
        _fail(danish.usage(error), code=2)
    except Exception as error:
        sentence = process.sentence_for(error)
        if sentence is None:
            raise
        _fail(sentence, code=1)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(sentence: str, *, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    sys.exit(code)
