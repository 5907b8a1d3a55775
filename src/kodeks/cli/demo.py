# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks demo`: Eksempelkøbing on this machine, from nothing to the first page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import operations, process
from kodeks.cli.process import step


def add_to(app: typer.Typer) -> None:
    app.command()(demo)
    app.command(hidden=True)(demo_prepare)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Kør hele linjen én gang uden browser, og slut.")
    ] = False,
) -> None:
    """Kør prøvemiljøet Eksempelkøbing. Alle personer er opdigtede."""
    started = time.monotonic()
    _use_demo_home()
    from kodeks.cli import running, supervisor

    home = process.home()
    with running.only_one(home):
        if not once:
            supervisor.choose_port()
        _demo(home, once=once, started=started)


def _demo(home: Path, *, once: bool, started: float) -> None:
    from kodeks.cli import supervisor
    from kodeks.database import cluster

    typer.echo(f"Prøvemiljøet ligger i {home}")
    try:
        with step("Starter databasen"):
            cluster.start(home=home)
        operations.make_secret(home)
        subprocess.run(
            [sys.executable, "-m", "kodeks", "demo-prepare"],
            check=True,
            # One that outlived a killed demo would get in the way of the next.
            preexec_fn=supervisor.die_with_parent,
        )
        if once:
            _once(started)
        else:
            _serve(started)
    except subprocess.CalledProcessError as error:
        typer.echo("Prøvemiljøet kunne ikke gøres klar. Se fejlen ovenfor.", err=True)
        raise typer.Exit(1) from error
    finally:
        cluster.stop(home=home)


def demo_prepare() -> None:
    """Gør prøvemiljøets database klar. Bruges af `kodeks demo`.

    A process of its own, because a process has one database role for its whole life.
    """
    process.use_django(role="owner")
    from django.core.management import call_command

    from kodeks.demo import municipality

    with step("Opdaterer tabellerne"):
        call_command("migrate", verbosity=0)
    with step("Opretter Eksempelkøbing: nøgler, medarbejdere og emner"):
        municipality.make_keys()
        municipality.register_people(password=None)
        municipality.register_topics()
    with step("Underskriver kodekset og registrerer systemet med ansvar og bilag"):
        municipality.register_codex()
        municipality.register_system()
    with step("Træner modellen under en tilladelse; to personer frigiver den"):
        municipality.release_model()
    with step("Samler sidens filer"):
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def _use_demo_home() -> None:
    from kodeks.database import cluster

    if not os.environ.get("KODEKS_HOME"):
        os.environ["KODEKS_HOME"] = str(cluster.default_home("demo", checkout=Path.cwd()))
    os.environ |= {"KODEKS_DEMO": "1", "KODEKS_INSECURE_HTTP": "1"}
    os.environ.setdefault("KODEKS_LOG_LEVEL", "WARNING")


def _serve(started: float) -> None:
    process.use_django()
    from django.db import connection

    from kodeks.cli import supervisor
    from kodeks.demo import arrivals

    with step("Tager henvendelser ind"):
        count = arrivals.receive_inbox()
    typer.echo(f"  {count} nye henvendelser venter på forslag")
    connection.close()

    def announce() -> None:
        seconds = time.monotonic() - started
        typer.echo(f"Siden er klar efter {seconds:.0f} s: {supervisor.address()}")
        typer.echo("Tryk Ctrl-C for at stoppe.")

    supervisor.run(announce=announce)


def _once(started: float) -> None:
    process.use_django()
    from kodeks.demo import once

    held = once.run(say=typer.echo)
    typer.echo(f"Hele linjen tog {time.monotonic() - started:.0f} s.")
    if not held:
        typer.echo("Ikke alt holdt. Se linjerne med FEJL.", err=True)
        raise typer.Exit(1)
    typer.echo("Alt holdt.")
