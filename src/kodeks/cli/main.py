# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Entry point of the `kodeks` command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from kodeks import __version__
from kodeks.cli import demo, inquiries, ledger, operations, process, system, users

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
app.add_typer(system.app, name="system")
app.add_typer(users.app, name="user")
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
        code = app(standalone_mode=False)
    except click.exceptions.Abort:
        _fail("Afbrudt.", code=130)
    except click.UsageError as error:
        _fail(_usage(error), code=2)
    except click.ClickException as error:
        _fail(f"{error.format_message()}", code=1)
    except Exception as error:
        sentence = process.sentence_for(error)
        if sentence is None:
            raise
        _fail(sentence, code=1)
    sys.exit(code if isinstance(code, int) else 0)


def _usage(error: click.UsageError) -> str:
    """What was wrong with the command line, in Danish."""
    path = error.ctx.command_path if error.ctx else "kodeks"
    if isinstance(error, click.NoSuchOption):
        problem = f"Tilvalget {error.option_name} findes ikke."
    elif isinstance(error, click.MissingParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else "noget"
        problem = f"Kommandoen mangler {name}."
    elif isinstance(error, click.BadParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else "værdien"
        problem = f"{name} har en værdi, som ikke kan bruges."
    elif "No such command" in error.message:
        problem = "Kommandoen findes ikke."
    else:
        problem = "Kommandoen blev ikke forstået."
    return f"{problem} Se: {path} --help"


def _fail(sentence: str, *, code: int) -> None:
    typer.echo(sentence, err=True)
    sys.exit(code)
