# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks register`: the public register as files, and the evidence for its requirements."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kodeks.cli import process

if TYPE_CHECKING:
    from kodeks.workbench.requirements import Standing

app = typer.Typer(help="Registret: udgivelse, krav og beviser.", no_args_is_help=True)


class Form(StrEnum):
    TEXT = "text"
    JSON = "json"


class RegisterProblem(Exception):
    """The register cannot be written as it should be. The text is Danish."""


@app.command()
def evidence(
    form: Annotated[
        Form, typer.Option("--as", help="text til at læse, json til programmer.")
    ] = Form.TEXT,
    strict: Annotated[
        bool, typer.Option("--strict", help="Slut med kode 1, når et bevis mangler.")
    ] = False,
) -> None:
    """Vis de 63 krav med de beviser, der er lige nu, eller grunden til, at de ikke er relevante."""
    process.use_django()
    from kodeks.workbench import requirements

    found = requirements.standings()
    counted = requirements.counts(found)
    if form is Form.JSON:
        content = {"counts": counted, "requirements": [_as_data(one) for one in found]}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        for one in found:
            _tell(one)
        typer.echo(", ".join(f"{number} {state}" for state, number in counted.items()) + ".")
    if strict and counted[requirements.MISSING]:
        raise typer.Exit(1)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Mappen. Den må ikke være der i forvejen.")],
    address: Annotated[
        str, typer.Option(help="Jeres egen adresse, som https://ai.kommune.dk, til links.")
    ] = "",
) -> None:
    """Skriv registret som filer (JSON) på dansk, på engelsk og efter den hollandske standard."""
    if folder.exists():
        raise RegisterProblem(f"{folder} findes allerede. Vælg en mappe, der ikke findes.")
    if address and not address.startswith("https://"):
        raise RegisterProblem("Adressen skal begynde med https://.")
    process.use_django()
    from kodeks.workbench import register_files

    written = register_files.files(site=address.rstrip("/"))
    for name, content in written.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    typer.echo(f"{len(written)} filer er skrevet i {folder}.")


def _as_data(one: Standing) -> dict[str, Any]:
    return {
        "id": one.requirement.id,
        "urn": one.requirement.urn,
        "title": one.requirement.title,
        "law": one.requirement.law,
        "state": one.state,
        "reason": one.reason,
        "evidence": [
            {"text": p.text, "holds": p.holds, "url": p.url, "record": p.record} for p in one.proofs
        ],
    }


def _tell(one: Standing) -> None:
    typer.echo(f"{one.requirement.id} {one.state.upper()}  {one.requirement.title}")
    if one.reason:
        typer.echo(f"    {one.reason}")
    for proof in one.proofs:
        record = f" ({proof.record})" if proof.record else ""
        typer.echo(f"    {'ok' if proof.holds else 'NEJ'}  {proof.text}{record}")
