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

_OTHER_VERSION = 3
"""Exit code of `demo-prepare` when the database was made by another version."""


def add_to(app: typer.Typer) -> None:
    app.command()(demo)
    app.command(hidden=True)(demo_prepare)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Kør hele linjen én gang uden browser, og slut.")
    ] = False,
    drift: Annotated[
        bool,
        typer.Option("--drift", help="Lad systemet møde noget nyt, til det bliver stoppet."),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Tøm prøvemiljøet først, og begynd forfra.")
    ] = False,
) -> None:
    """Kør prøvemiljøet Eksempelkøbing. Alle personer er opdigtede."""
    started = time.monotonic()
    is_default = _use_demo_home()
    from kodeks.cli import demo_home, running, supervisor

    home = process.home()
    with running.only_one(home):
        ours = demo_home.take(home, is_default=is_default)
        if fresh:
            _empty(home, ours=ours)
        if not once:
            supervisor.choose_port()
        _demo(home, once=once, drift=drift, started=started, ours=ours)


def _demo(home: Path, *, once: bool, drift: bool, started: float, ours: bool) -> None:
    from kodeks.database import cluster

    typer.echo(f"Prøvemiljøet ligger i {home}")
    try:
        code = _prepared(home)
        if code == _OTHER_VERSION:
            _empty(home, ours=ours)
            code = _prepared(home)
        if code:
            typer.echo("Prøvemiljøet kunne ikke gøres klar. Se fejlen ovenfor.", err=True)
            raise typer.Exit(1)
        if once:
            _once(started)
        else:
            _serve(started, drift=drift)
    finally:
        cluster.stop(home=home)


def _prepared(home: Path) -> int:
    """Start the database and make it ready; the exit code of the process that does it."""
    from kodeks.cli import supervisor
    from kodeks.database import cluster

    with step("Starter databasen"):
        cluster.start(home=home)
    operations.make_secret(home)
    return subprocess.run(
        [sys.executable, "-m", "kodeks", "demo-prepare"],
        check=False,
        # One that outlived a killed demo would get in the way of the next.
        preexec_fn=supervisor.die_with_parent,
    ).returncode


def _empty(home: Path, *, ours: bool) -> None:
    from kodeks.cli import demo_home

    if not ours:
        raise demo_home.DemoHomeError(
            f"Mappen {home} bliver ikke tømt, for den er ikke lavet af `kodeks demo`. Slet den "
            "selv, eller vælg en anden med --home."
        )
    with step("Tømmer prøvemiljøet. Kun opdigtede data går tabt"):
        demo_home.empty(home)


def demo_prepare() -> None:
    """Gør prøvemiljøets database klar. Bruges af `kodeks demo`.

    A process of its own, because a process has one database role for its whole life.
    """
    process.use_django(role="owner")
    from django.core.management import call_command

    from kodeks.cli import demo_home, versions
    from kodeks.demo import access, bins, drills, municipality, witnesses

    home = process.home()
    _migrate(home)
    if demo_home.is_marked(home):
        demo_home.record(home, versions.fingerprints())
    with step("Opretter Eksempelkøbing: nøgler, medarbejdere og emner"):
        municipality.make_keys()
        municipality.register_people(password=None)
        municipality.register_topics()
        municipality.register_places()
    with step("Underskriver kodekset og registrerer systemet med ansvar og bilag"):
        municipality.register_codex()
        municipality.register_system()
    with step("Beder tre opdigtede nabokommuners vidner om at følge loggen"):
        witnesses.register(witnesses.neighbours(home))
    with step("Træner modellen under en tilladelse; to personer frigiver den"):
        municipality.release_model()
    with step("Registrerer aktindsigt, og frigiver dens regler"):
        access.register()
    with step("Stiller skraldespande op, og lærer prognosen af det, deres målere har sagt"):
        bins.register()
        bins.look()
    with step("Registrerer øvelser og begynder en øvelsesrunde"):
        drills.prepare()
    with step("Samler sidens filer"):
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def _migrate(home: Path) -> None:
    """Bring the tables up to date, or end with a code of its own when it cannot be done."""
    from django.core.management import call_command
    from django.db import IntegrityError, ProgrammingError
    from django.db.migrations.exceptions import InconsistentMigrationHistory

    from kodeks.cli import demo_home, versions

    other = bool(versions.unknown_migrations() or versions.changed(demo_home.recorded(home)))
    if not other:
        try:
            with step("Opdaterer tabellerne"):
                call_command("migrate", verbosity=0)
        except (IntegrityError, ProgrammingError, InconsistentMigrationHistory):
            # Tables or rows that are not as the migrations think; a full disk is another error.
            other = True
    if other:
        typer.echo("Prøvemiljøet er lavet af en anden udgave af kodeks.", err=True)
        raise typer.Exit(_OTHER_VERSION)


def _use_demo_home() -> bool:
    """Set the environment of the demo; whether nobody has chosen its folder."""
    from kodeks.database import cluster

    default = str(cluster.default_home("demo", checkout=Path.cwd()))
    if not os.environ.get("KODEKS_HOME"):
        os.environ["KODEKS_HOME"] = default
    os.environ |= {"KODEKS_DEMO": "1", "KODEKS_INSECURE_HTTP": "1"}
    os.environ.setdefault("KODEKS_LOG_LEVEL", "WARNING")
    return os.environ["KODEKS_HOME"] == default


def _serve(started: float, *, drift: bool) -> None:
    process.use_django()
    from django.db import connection
    from django.utils import timezone

    from kodeks.cli import supervisor
    from kodeks.demo import arrivals, asking, drifting, witnesses

    with step("Tager henvendelser ind, og en anmodning om aktindsigt"):
        count = arrivals.receive_inbox()
        asking.ask()
    typer.echo(f"  {count} nye henvendelser venter på forslag")
    if drift:
        with step("En opdigtet app sender henvendelser på engelsk, til systemet bliver stoppet"):
            came = drifting.until_stopped(batch=f"drift-{timezone.now():%Y%m%d%H%M%S}")
        typer.echo(f"  Der kom {came}. Log ind som Merete Demosen, og se systemets side.")
    connection.close()

    def announce() -> None:
        seconds = time.monotonic() - started
        typer.echo(f"Siden er klar efter {seconds:.0f} s: {supervisor.address()}")
        typer.echo("Tryk Ctrl-C for at stoppe.")

    found = witnesses.neighbours(process.home())
    typer.echo(f"  {len(found)} vidner kører her på maskinen. Nabokommunerne er opdigtede.")
    commands = (supervisor.WEB, supervisor.WORKER, *(one.command for one in found))
    supervisor.run(announce=announce, commands=commands)


def _once(started: float) -> None:
    process.use_django()
    from kodeks.cli import supervisor
    from kodeks.demo import once, witnesses

    found = witnesses.neighbours(process.home())
    with supervisor.beside([one.command for one in found]):
        held = once.run(say=typer.echo)
    typer.echo(f"Hele linjen tog {time.monotonic() - started:.0f} s.")
    if not held:
        typer.echo("Ikke alt holdt. Se linjerne med FEJL.", err=True)
        raise typer.Exit(1)
    typer.echo("Alt holdt.")
