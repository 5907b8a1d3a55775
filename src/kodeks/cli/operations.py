# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Running an installation: init, migrate, start, web, worker, status, stop."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import process
from kodeks.cli.process import step


def add_to(app: typer.Typer) -> None:
    app.command()(init)
    app.command()(migrate)
    app.command()(start)
    app.command()(web)
    app.command()(worker)
    app.command()(status)
    app.command()(stop)


def init() -> None:
    """Lav en installation: database, nøgler og tabeller. Kan køres igen uden skade."""
    from kodeks.database import cluster

    home = process.home()
    with step(f"Starter databasen i {home}"):
        database = cluster.start(home=home)
        if database.supplier == "url":
            cluster.open_to_application(database)
    with step("Laver nøgler"):
        make_secret(home)
    _prepare_database()
    typer.echo("Klar. Opret en bruger med `kodeks user add`, og start med `kodeks start`.")


def make_secret(home: Path) -> None:
    """The key that signs sessions, made once."""
    from kodeks.kernel import keyfiles

    content = secrets.token_urlsafe(64).encode("ascii")
    keyfiles.make_once(home / "keys" / "django-secret", content=content)


def migrate() -> None:
    """Bring databasens tabeller på højde med programmet."""
    _prepare_database()


def _prepare_database() -> None:
    process.use_django(role="owner")
    from django.conf import settings
    from django.core.management import call_command

    from kodeks.casework import services as casework
    from kodeks.cli import versions
    from kodeks.kernel import keyring, signing
    from kodeks.waste import months

    versions.require_same()
    with step("Opdaterer tabellerne"):
        call_command("migrate", verbosity=0)
        casework.load_kle_subjects()
        months.make()
    folder = Path(settings.KODEKS_HOME) / "keys"
    keyring.make_keys(folder)
    signing.make_key(folder, municipality=settings.KODEKS_MUNICIPALITY)
    with step("Samler sidens filer"):
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def start() -> None:
    """Kør databasen, webserveren og arbejderne, indtil du stopper dem med Ctrl-C."""
    from kodeks.cli import running, supervisor
    from kodeks.database import cluster

    process.require_made()
    commands = supervisor.wanted()
    with running.only_one(process.home()):
        supervisor.require_free_port()
        try:
            process.require_installation()
            cluster.require_tables(home=process.home())
            supervisor.run(
                announce=lambda: typer.echo(f"Siden er klar: {supervisor.address()}"),
                commands=commands,
            )
        finally:
            cluster.stop(home=process.home())


def web(
    host: Annotated[str, typer.Option(help="Den adresse, der lyttes på.")] = "127.0.0.1",
    threads: Annotated[int, typer.Option(min=1, help="Samtidige forespørgsler.")] = 8,
) -> None:
    """Kør kun webserveren."""
    from kodeks.database import cluster

    process.require_installation()
    cluster.require_tables(home=process.home())
    os.environ["KODEKS_DATABASE_ROLE"] = "application"
    from kodeks.cli import serving
    from kodeks.workbench import configuration

    port = configuration.number("KODEKS_PORT")
    serving.serve("kodeks.workbench.wsgi:application", host=host, port=port, threads=threads)


def worker(
    concurrency: Annotated[int, typer.Option(min=1, help="Opgaver ad gangen.")] = 2,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="Stop, når der ikke er flere opgaver.")
    ] = False,
) -> None:
    """Kør kun en arbejder: robotter, visitering og loggens sekvens."""
    process.use_django(quiet=False)
    from kodeks.database import cluster
    from kodeks.kernel import sequencer, watching, witnessing
    from kodeks.robots.worker import run_worker

    cluster.require_tables(home=process.home())
    run_worker(
        concurrency=concurrency,
        background=[sequencer.run, witnessing.run, watching.run],
        stop_when_idle=until_idle,
    )
    if until_idle:
        while sequencer.integrate():
            pass
        witnessing.ask()


def status() -> None:
    """Vis, om databasen kører, og hvad der venter."""
    from kodeks.database import cluster

    found = cluster.status(home=process.home())
    typer.echo(f"Mappe:      {process.home()}")
    if not found.initialised:
        typer.echo("Database:   ikke oprettet. Kør `kodeks init`.")
        raise typer.Exit(1)
    if not found.running:
        typer.echo("Database:   stoppet. Start med `kodeks start`.")
        raise typer.Exit(1)
    typer.echo("Database:   kører")
    process.use_django()
    from kodeks.kernel import selectors as kernel
    from kodeks.kernel import storage
    from kodeks.robots import selectors as robots
    from kodeks.robots.models import Status

    head = storage.latest_checkpoint()
    typer.echo(f"Loggen:     {head.size if head else 0} poster")
    typer.echo(f"Vidner:     {_witnesses(head.size if head else 0)}")
    for name, count in robots.counts().items():
        typer.echo(f"Robotter:   {Status(name).label}: {count}")
    for state in kernel.systems():
        way = state.obstacles[0].sentence if state.obstacles else ""
        typer.echo(f"System:     {state.name}: {way or 'kan køre'}")


def _witnesses(size: int) -> str:
    """What the log's witnesses have seen of its `size` entries, in a line."""
    from kodeks.kernel import witnessing

    standings = witnessing.standings()
    if not standings:
        return "ingen. Derfor kan der ikke laves kvitteringer. Se `kodeks witness add`."
    if any(one.conflict for one in standings):
        return "ADVARSEL: et vidne har set en anden log. Se `kodeks witness list`."
    seen = witnessing.newest_seen()
    behind = [one.name for one in standings if one.size < size]
    late = f"; bagud: {', '.join(behind)}" if behind else ""
    return f"nok har set {seen.size if seen else 0} poster{late}"


def stop() -> None:
    """Stop databasen, og det, der kører med `kodeks start`."""
    from kodeks.cli import running
    from kodeks.database import cluster

    if running.end(process.home()):
        typer.echo("Siden og arbejderen er stoppet.")
        cluster.stop(home=process.home())
        typer.echo("Databasen er stoppet.")
        return
    stopped = cluster.stop(home=process.home())
    typer.echo("Databasen er stoppet." if stopped else "Databasen kørte ikke.")
