# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks codex`: check, show, sign and register the codex, and see what a new one would change."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import keys, process
from kodeks.files import write_atomic

if TYPE_CHECKING:
    from kodeks.codex.bundle import Codex
    from kodeks.codex.dsse import Envelope

app = typer.Typer(help="Kodekset: udgaver, regler og underskrifter.", no_args_is_help=True)
_YEARS = 3

_Folder = Annotated[
    Path | None,
    typer.Option(
        help="Mappen med kodekset. Ellers bruges det, der følger med.", show_default=False
    ),
]


class CodexProblem(Exception):
    """The codex has faults or a file is not what it should be. The text is Danish."""


@app.command()
def check(
    folder: _Folder = None,
    root: Annotated[Path, typer.Option(help="Mappen med projektets prøver.")] = Path(),
) -> None:
    """Kontrollér, at hvert punkt har en kontrol, og hver kontrol en prøve."""
    from kodeks.codex import check as checks
    from kodeks.codex import duties, policy

    codex = _read(folder)
    faults = policy.faults(
        policies=codex.policies,
        schema=codex.schema,
        evidence_kinds=duties.stopping_kinds(codex.duties),
    )
    faults += checks.problems(codex, root=root)
    for fault in faults:
        typer.echo(f"FEJL  {fault}")
    waiting = checks.waiting(codex, root=root)
    for clause in waiting:
        typer.echo(f"VENTER  Punkt {clause} holder ikke endnu. Dets prøve ventes at fejle.")
    if faults:
        raise CodexProblem(f"Kodekset har {len(faults)} fejl.")
    typer.echo(
        f"{len(codex.clauses)} punkter, {len(codex.controls)} kontroller. "
        + (f"{len(waiting)} venter." if waiting else "Alle har kontrol og prøve.")
    )


@app.command()
def show(
    folder: _Folder = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Vis som siden i docs.")] = False,
) -> None:
    """Vis kodekset punkt for punkt med kontroller."""
    from kodeks.codex import tables

    codex = _read(folder)
    typer.echo(tables.as_markdown(codex) if markdown else tables.as_text(codex), nl=False)


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="Mappen, der skrives i. Den må ikke findes.")],
) -> None:
    """Skriv det medfølgende kodeks som filer, I kan rette i."""
    if out.exists():
        raise CodexProblem(f"{out} findes allerede. Vælg en mappe, der ikke findes.")
    out.mkdir(parents=True)
    for file in (files("kodeks.codex") / "edition").iterdir():
        (out / file.name).write_bytes(file.read_bytes())
    typer.echo(f"Kodekset er skrevet i {out}. Husk at give det et højere nummer.")


@app.command()
def sign(
    out: Annotated[
        Path, typer.Argument(help="Filen med underskrifter. Findes den, føjes der til.")
    ],
    key: Annotated[Path, typer.Option(help="Filen med din nøgle.")],
    folder: _Folder = None,
) -> None:
    """Skriv under på et kodeks. To personer skal gøre det, den ene er databeskyttelsesrådgiver."""
    from kodeks.codex import dsse

    codex = _read(folder)
    signer = keys.signer_in(key)
    if out.exists():
        envelope = _envelope(out)
        if envelope.payload != codex.signed_bytes:
            raise CodexProblem(f"{out} gælder et andet kodeks. Vælg en anden fil.")
        envelope = dsse.add_signature(envelope, signer=signer)
    else:
        envelope = dsse.sign(codex.signed_bytes, payload_type=_payload_type(), signers=[signer])
    write_atomic(path=out, content=envelope.as_text().encode(), mode=0o644)
    typer.echo(
        f"Udgave {codex.number} bærer nu {len(envelope.signatures)} underskrift(er). "
        f"Aftryk: {codex.sha256[:16]} ..."
    )


@app.command()
def register(
    file: Annotated[Path, typer.Argument(help="Filen med kodekset og to underskrifter.")],
) -> None:
    """Registrér et underskrevet kodeks. Det gælder fra sin dag, og intet skal startes igen."""
    codex, envelope = _signed(file)
    process.use_django(role="owner")
    from django.utils import timezone

    from kodeks.kernel import codex_impact, codices, registration
    from kodeks.kernel.errors import Refused

    today = timezone.localdate()
    try:
        last = today + dt.timedelta(days=366 * _YEARS)
        for line in codex_impact.lines(codex, first=today, last=last):
            typer.echo(line)
    except Refused as refusal:
        # There is none to compare with: it is the first, or it mends one that does not hold.
        typer.echo(f"Kan ikke vise, hvad der ændrer sig. {refusal.message}")
    number = registration.register_codex(codex=codex, envelope=envelope)
    typer.echo(f"Udgave {number} er registreret og gælder fra {codex.effective_from}.")
    for one in codices.revisions():
        if one.overtaken and one.codex.effective_from > today:
            typer.echo(f"Udgave {one.codex.number}, som var på vej, kommer ikke til at gælde.")


@app.command()
def impact(
    new: Annotated[
        Path, typer.Argument(help="Det nye kodeks: en mappe eller en underskrevet fil.")
    ],
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Se så langt frem. Ellers tre år."),
    ] = None,
) -> None:
    """Vis, hvilke systemer, modeller og åbne sager der mister deres grundlag, og hvornår."""
    codex = _read(new) if new.is_dir() else _signed(new)[0]
    process.use_django()
    from django.utils import timezone

    from kodeks.kernel import codex_impact

    today = timezone.localdate()
    last = until.date() if until else today + dt.timedelta(days=366 * _YEARS)
    for line in codex_impact.lines(codex, first=today, last=last):
        typer.echo(line)


@app.command("list")
def list_revisions() -> None:
    """Vis de registrerede udgaver, og hvem der har underskrevet dem."""
    process.use_django()
    from kodeks.kernel import codices

    for one in codices.revisions():
        typer.echo(
            f"Udgave {one.codex.number}: gælder fra {one.codex.effective_from}, "
            f"underskrevet af {' og '.join(one.signers)}, aftryk {one.codex.sha256[:16]} ..."
            + (" (overhalet af en nyere)" if one.overtaken else "")
            + ("" if one.holds else " (UNDERSKRIFTERNE GÆLDER IKKE MERE)")
        )


def _read(folder: Path | None) -> Codex:
    from kodeks.codex import bundle

    return bundle.shipped() if folder is None else bundle.load(folder)


def _signed(file: Path) -> tuple[Codex, Envelope]:
    import json

    from kodeks.codex import bundle

    envelope = _envelope(file)
    try:
        content = json.loads(envelope.payload)
    except ValueError as error:
        raise CodexProblem(f"{file} indeholder ikke et kodeks.") from error
    return bundle.of_content(content), envelope


def _envelope(file: Path) -> Envelope:
    from kodeks.codex import dsse

    try:
        return dsse.parse(file.read_bytes())
    except OSError as error:
        raise CodexProblem(f"{file} kan ikke læses. Ret stien, og prøv igen.") from error


def _payload_type() -> str:
    from kodeks.codex.bundle import PAYLOAD_TYPE

    return PAYLOAD_TYPE
