# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks mail`: fetch what lies in the municipality's mailbox, and send what waits."""

from __future__ import annotations

import typer

from kodeks.cli import process

app = typer.Typer(help="Mail ind og ud.", no_args_is_help=True)


@app.callback()
def mail() -> None:
    """Mail ind og ud."""


@app.command()
def fetch() -> None:
    """Hent det, der ligger i postkassens indbakke, og gør det til henvendelser.

    En mail bliver kun til én henvendelse, også når kommandoen bliver afbrudt og kørt igen.
    """
    process.use_django()
    from kodeks.connectors.mail import receiving

    done = receiving.visit(receiving.account())
    typer.echo(f"{done.new} nye henvendelser. {done.known} var der i forvejen.")
    typer.echo(f"{done.automatic} er skrevet af et program. {done.unreadable} kunne ikke læses.")


@app.command()
def send() -> None:
    """Send de mails, der venter: kvitteringer til borgere, alarmer til lederne og det, der haster.

    Svarer mailserveren ikke, venter mailen. Ingen borger får den samme mail to gange.
    """
    process.use_django()
    from kodeks.connectors.mail import sending
    from kodeks.workbench import telling

    told = telling.tell_alarms() + telling.tell_urgent()
    done = sending.send_all(sending.account())
    typer.echo(f"{done.sent} er sendt. {told} nye alarmer og hastende beskeder er meldt.")
    typer.echo(f"{done.maybe} er måske sendt. {done.refused + done.nobody} kunne ikke sendes.")
