# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks release`: the manager's half of a release, and taking a model out of operation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kodeks.cli import keys, process
from kodeks.cli.naming import known, user_named

app = typer.Typer(help="Modeller: godkend og træk tilbage.", no_args_is_help=True)

_System = Annotated[str, typer.Argument(help="Systemets id, for eksempel inquiries.")]
_Version = Annotated[str, typer.Argument(help="Modellens nummer.")]
_By = Annotated[str, typer.Option(help="Dit brugernavn.")]


@app.command("list")
def list_releases(system: _System) -> None:
    """Vis systemets modeller, og hvem der står bag dem."""
    process.use_django()
    from kodeks.kernel import selectors

    for release in selectors.releases(known(system)):
        approval = getattr(release, "approval", None)
        revocation = getattr(release, "revocation", None)
        state = "venter på godkendelse"
        if approval is not None:
            state = f"godkendt af {approval.approver.full_name}"
        if revocation is not None:
            state = f"trukket tilbage: {revocation.reason}"
        typer.echo(f"{release.version}: lavet af {release.author.full_name}, {state}")


@app.command()
def approve(
    system: _System,
    version: _Version,
    by: _By,
    key: Annotated[Path, typer.Option(help="Filen med din nøgle.")],
) -> None:
    """Godkend en model med din underskrift. Kun lederen, der svarer for systemet, kan."""
    process.use_django(role="owner")
    from kodeks.kernel import releases
    from kodeks.workbench import figures

    slug = known(system)
    release = releases.approve(
        system=slug, version=version, approver=user_named(by), signer=keys.signer_in(key)
    )
    typer.echo(f"Version {version} er i drift. Aftryk: {release.artefact_sha256[:16]} ...")
    for text, value in figures.metrics(release.metrics):
        typer.echo(f"  {text}: {value}")


@app.command()
def again(
    system: _System,
    version: _Version,
    new: Annotated[str, typer.Option("--as", help="Det nye nummer, den skal have.")],
    by: _By,
    key: Annotated[Path, typer.Option(help="Filen med din nøgle.")],
) -> None:
    """Foreslå en model, der har været i drift, frigivet igen, som den var.

    Så går man tilbage til den. Lederen godkender med `kodeks release approve` som ellers.
    """
    process.use_django(role="owner")
    from kodeks.kernel import releases

    release = releases.propose_again(
        system=known(system),
        version=version,
        new_version=new.strip(),
        author=user_named(by),
        signer=keys.signer_in(key),
    )
    typer.echo(
        f"Version {release.version} er modellen fra version {version} og venter på lederens "
        f"godkendelse. Aftryk: {release.artefact_sha256[:16]} ..."
    )


@app.command()
def revoke(
    system: _System,
    version: _Version,
    by: _By,
    reason: Annotated[str, typer.Option(help="Hvorfor.")],
) -> None:
    """Træk en model tilbage. Det virker med det samme og kan ikke gøres om."""
    process.use_django(role="owner")
    from kodeks.kernel import releases

    releases.revoke(system=known(system), version=version, user=user_named(by), reason=reason)
    typer.echo(f"Version {version} er trukket tilbage.")
