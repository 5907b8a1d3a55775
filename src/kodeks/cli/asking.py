# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What nobody may see is asked for; it is never an argument, which every process can read."""

from __future__ import annotations

import sys

import typer


def hidden(what: str) -> str:
    """Asked for on a terminal, where it is not shown; otherwise a line of standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True))
    return sys.stdin.readline().rstrip("\n")


def hidden_twice(what: str) -> str | None:
    """As `hidden`, and on a terminal once more; None when the two are not the same."""
    first = hidden(what)
    if sys.stdin.isatty() and hidden("Skriv den igen") != first:
        return None
    return first
