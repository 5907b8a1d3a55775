# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The command line library speaks English; this puts its headings and complaints in Danish."""

from __future__ import annotations

from typing import Any

import typer

# typer carries its own copy of click and exports only this branch of its errors.
UsageError: type[Any] = typer.BadParameter.__bases__[0]

_WORDS = (
    ("Usage:", "Brug:"),
    ("[OPTIONS]", "[TILVALG]"),
    ("COMMAND [ARGS]...", "KOMMANDO ..."),
    ("Options:", "Tilvalg:"),
    ("Arguments:", "Angives:"),
    ("Commands:", "Kommandoer:"),
    ("Show this message and exit.", "Vis denne hjælp."),
    ("[default:", "[ellers:"),
    ("[required]", "[skal angives]"),
)
_KINDS = {
    "<str>": "<tekst>",
    "<path>": "<sti>",
    "<int>": "<tal>",
    "<int range>": "<tal>",
    "<float>": "<tal>",
    "<%Y-%m-%d>": "<ÅÅÅÅ-MM-DD>",
}

_REMEDIES = {
    "<%Y-%m-%d>": " Skriv en dato som 2027-12-31.",
    "<float>": " Skriv et tal med punktum, for eksempel 0.05.",
    "<int>": " Skriv et helt tal.",
    "<int range>": " Skriv et helt tal over 0.",
}


def translate(command: Any) -> Any:
    """Make the help of the command, and of all commands below it, Danish. Returns the command."""
    english = command.get_help

    def get_help(context: typer.Context) -> str:
        for option in command.params:
            # An argument's placeholder is its name, which the usage line shows too.
            if option.param_type_name == "option" and option.metavar is None:
                option.metavar = _KINDS.get(option.display_type(context))
        text: str = english(context)
        for word, danish in (*_WORDS, *_KINDS.items()):
            text = text.replace(word, danish)
        return text

    command.get_help = get_help
    for below in getattr(command, "commands", {}).values():
        translate(below)
    return command


def usage(error: Any) -> str:
    """What was wrong with the command line: one Danish sentence, and where the help is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.ctx.get_help())
    path = error.ctx.command_path if error.ctx else "kodeks"
    return f"{_problem(error)} Se: {path} --help"


def _problem(error: Any) -> str:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return f"Tilvalget {error.option_name} findes ikke."
    if kind in {"MissingParameter", "BadParameter"}:
        name = next(iter(error.param.opts), "en værdi") if error.param else "en værdi"
        if kind == "MissingParameter":
            return f"Kommandoen mangler {name}."
        kind = error.param.display_type(error.ctx) if error.param and error.ctx else ""
        return f"Værdien for {name} kan ikke bruges.{_REMEDIES.get(kind, '')}"
    if "No such command" in error.message:
        return "Kommandoen findes ikke."
    return "Kommandoen blev ikke forstået."
