# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks robot`: what robots must know to enter other systems."""

from __future__ import annotations

import getpass
from types import ModuleType
from typing import Annotated

import typer

from kodeks.cli import asking, process

app = typer.Typer(help="Robotter.", no_args_is_help=True)
credentials_app = typer.Typer(
    help="Robotternes adgang til andre systemer. Det hemmelige vises aldrig.", no_args_is_help=True
)
app.add_typer(credentials_app, name="credential")

_Robot = Annotated[str, typer.Argument(help="Robottens navn.")]
_Name = Annotated[str, typer.Argument(help="Adgangens navn, for eksempel esdh.")]


class CredentialProblem(Exception):
    """A credential cannot be set, renewed or removed. The text is Danish."""


@credentials_app.command("set")
def set_secret(robot: _Robot, name: _Name) -> None:
    """Læg en adgang ind. Det hemmelige spørges der om; det vises ikke."""
    credentials = _credentials()
    if credentials.in_use(robot=robot).filter(name=name).exists():
        raise CredentialProblem(
            f"Robotten {robot} har allerede adgangen »{name}«. Skift den med "
            f"`kodeks robot credential rotate {robot} {name}`."
        )
    credentials.put(robot=robot, name=name, secret=_secret(), made_by=getpass.getuser())
    typer.echo(f"Robotten {robot} har nu adgangen »{name}«.")


@credentials_app.command()
def rotate(robot: _Robot, name: _Name) -> None:
    """Skift en adgang til en ny. Den gamle bliver tømt og kan ikke åbnes mere."""
    credentials = _credentials()
    if not credentials.in_use(robot=robot).filter(name=name).exists():
        raise CredentialProblem(_missing(robot, name))
    credentials.put(robot=robot, name=name, secret=_secret(), made_by=getpass.getuser())
    typer.echo(f"Robottens adgang »{name}« er skiftet. Den gamle er tømt.")


@credentials_app.command()
def remove(robot: _Robot, name: _Name) -> None:
    """Fjern en adgang. Robotten kan ikke bruge det andet system, før der er lagt en ny ind."""
    credentials = _credentials()
    if not credentials.remove(robot=robot, name=name, removed_by=getpass.getuser()):
        raise CredentialProblem(_missing(robot, name))
    typer.echo(f"Robottens adgang »{name}« er fjernet.")


@credentials_app.command("list")
def list_names() -> None:
    """Vis, hvilke adgange robotterne har, hvem der lagde dem ind, og hvornår."""
    credentials = _credentials()
    from django.utils import timezone
    from django.utils.formats import date_format

    found = list(credentials.in_use())
    for one in found:
        at = date_format(timezone.localtime(one.made_at), "DATETIME_FORMAT")
        typer.echo(f"{one.robot}: {one.name}, lagt ind af {one.made_by} {at}")
    if not found:
        typer.echo("Robotterne har ingen adgange.")


def _credentials() -> ModuleType:
    process.use_django()
    from kodeks.robots import credentials

    return credentials


def _secret() -> str:
    secret = asking.hidden_twice("Adgangskode eller nøgle")
    if secret is None:
        raise CredentialProblem("De to er ikke ens. Prøv igen.")
    return secret


def _missing(robot: str, name: str) -> str:
    return (
        f"Robotten {robot} har ikke adgangen »{name}«. Læg den ind med "
        f"`kodeks robot credential set {robot} {name}`."
    )
