# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks system`: cards, owners and the stop button from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import process, service
from kodeks.cli.naming import known, user_named

app = typer.Typer(help="Systemer: kort, ansvar og stopknap.", no_args_is_help=True)
app.command("time-study")(service.time_study)
app.command("hours")(service.hours)

_Slug = Annotated[str, typer.Argument(help="Systemets id, for eksempel inquiries.")]
_By = Annotated[str, typer.Option(help="Dit brugernavn.")]
_Reason = Annotated[str, typer.Option(help="Hvorfor.")]


@app.command()
def register(file: Annotated[Path, typer.Argument(help="Systemkortet (system.toml).")]) -> None:
    """Registrér et systemkort eller en ny udgave af det. Det skrives i loggen."""
    from kodeks.codex import card

    found = card.load(file.read_text(encoding="utf-8"))
    process.use_django(role="owner")
    from kodeks.kernel import registration

    revision = registration.register_card(found)
    typer.echo(f"{found.name}: udgave {revision} er registreret.")
    if "register" not in found.content:
        typer.echo("Kortet har ikke [register] og [english]. Registret kan ikke udgives uden dem.")


@app.command()
def drills(file: Annotated[Path, typer.Argument(help="Øvelserne (exercises.toml).")]) -> None:
    """Registrér øvelser: opdigtede sager, hvor det er kendt, om forslaget er forkert."""
    from kodeks.codex import exercises

    found = exercises.load(file.read_text(encoding="utf-8"))
    process.use_django(role="owner")
    from kodeks.kernel import registration

    known(found.system)
    number = registration.register_exercises(found)
    wrong = sum(one.wrong for one in found.exercises)
    typer.echo(
        f"Øvelser til {found.system}: fil {number} er registreret. {wrong} forslag er forkerte, "
        f"{len(found.exercises) - wrong} er rigtige."
    )


@app.command()
def assign(
    system: _Slug,
    unit: Annotated[str, typer.Option(help="Den ansvarlige enhed.")],
    manager: Annotated[str, typer.Option(help="Lederens brugernavn. Tom: ingen leder.")] = "",
    deputy: Annotated[str, typer.Option(help="Stedfortræderens brugernavn.")] = "",
) -> None:
    """Skriv, hvem der svarer for systemet. Lederen skal bekræfte det, før systemet kan køre."""
    process.use_django(role="owner")
    from kodeks.kernel import registration

    registration.assign(
        system=known(system),
        unit=unit,
        manager=user_named(manager) if manager else None,
        deputy=user_named(deputy) if deputy else None,
    )
    typer.echo(f"{manager or 'Ingen'} svarer nu for {system}.")


@app.command()
def attest(system: _Slug, by: _By) -> None:
    """Bekræft som leder, at du svarer for systemet. Det gælder i den tid, kodekset sætter."""
    process.use_django()
    from kodeks.kernel import stewardship

    stewardship.attest(system=known(system), user=user_named(by))
    typer.echo(f"{by} har bekræftet at svare for {system}.")


@app.command()
def absence(
    by: _By,
    first: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Første dag.")],
    last: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Sidste dag, hvis den kendes.")
    ] = None,
) -> None:
    """Skriv, hvornår en systemejer er væk. Det sidste, der er skrevet, gælder."""
    process.use_django()
    from kodeks.kernel import stewardship

    stewardship.be_absent(
        user=user_named(by), first_day=first.date(), last_day=last.date() if last else None
    )
    typer.echo(f"{by} er væk fra {first.date()}.")


@app.command()
def evidence(
    system: _Slug,
    kind: Annotated[str, typer.Argument(help="Bilagets art, for eksempel dpia.")],
    file: Annotated[Path, typer.Argument(help="Bilaget. Kun dets aftryk gemmes.")],
    by: Annotated[str, typer.Option(help="Brugernavnet på den, der har godkendt bilaget.")],
    title: Annotated[str, typer.Option(help="Bilagets titel.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Sidste dag.")],
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Første dag. Ellers i dag.")
    ] = None,
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="Træk bilaget tilbage: det gælder ikke mere.")
    ] = False,
) -> None:
    """Registrér et bilag, som kodekset beder om. Det nyeste af hver art gælder."""
    import hashlib

    content = file.read_bytes()
    process.use_django(role="owner")
    from django.utils import timezone

    from kodeks.kernel import registration

    registration.register_evidence(
        system=known(system),
        kind=kind,
        title=title,
        sha256=hashlib.sha256(content).hexdigest(),
        signer=user_named(by),
        valid_from=since.date() if since else timezone.localdate(),
        valid_to=until.date(),
        withdrawn=withdrawn,
    )
    typer.echo(f"Bilaget er {'trukket tilbage' if withdrawn else 'registreret'}: {title}.")


@app.command()
def supervise(
    system: _Slug,
    task: Annotated[str, typer.Argument(help="Opgavens navn på systemkortet.")],
    by: _By,
    finding: Annotated[str, typer.Option(help="Hvad tilsynet fandt.")],
    failed: Annotated[
        bool, typer.Option("--failed", help="Der var fejl. Systemet stopper, til de er rettet.")
    ] = False,
) -> None:
    """Skriv, at en opgave i tilsynsplanen er udført."""
    process.use_django()
    from kodeks.kernel import stewardship

    stewardship.supervise(
        system=known(system), task=task, user=user_named(by), passed=not failed, finding=finding
    )
    typer.echo(f"Tilsynet {task} er skrevet ned.")


@app.command()
def obstacles(
    system: _Slug,
    phase: Annotated[
        str, typer.Option(help="development, retraining eller operation.")
    ] = "operation",
) -> None:
    """Vis alt, hvad der er i vejen for systemet i dag. Kommandoen fejler, hvis der er noget."""
    process.use_django()
    from kodeks.kernel import selectors

    found = selectors.obstacles(known(system), phase=phase)
    for one in found:
        typer.echo(f"{one.code}: {one.sentence}")
    if found:
        raise typer.Exit(1)
    typer.echo("Der er intet i vejen.")


@app.command("list")
def list_systems() -> None:
    """Vis de registrerede systemer."""
    process.use_django()
    from kodeks.kernel import selectors

    for state in selectors.systems():
        release = state.release.version if state.release else "ingen model"
        running = (
            "kan køre" if not state.obstacles else f"KAN IKKE KØRE ({state.obstacles[0].code})"
        )
        manager = state.manager or "INGEN LEDER"
        typer.echo(f"{state.slug}: {state.name}, {running}, {manager}, {release}")


@app.command()
def stop(system: _Slug, by: _By, reason: _Reason) -> None:
    """Stop et system. Det virker med det samme."""
    process.use_django()
    from kodeks.kernel import stewardship

    stewardship.stop(system=known(system), user=user_named(by), reason=reason)
    typer.echo(f"{system} er stoppet.")


@app.command()
def resume(system: _Slug, by: _By, reason: _Reason) -> None:
    """Start et stoppet system igen. Kun systemejeren kan."""
    process.use_django()
    from kodeks.kernel import stewardship

    stewardship.resume(system=known(system), user=user_named(by), reason=reason)
    typer.echo(f"{system} er i drift.")
