# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks user`: accounts and rights, as the owner role."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import process

if TYPE_CHECKING:
    from kodeks.kernel.models import User

app = typer.Typer(help="Brugere og rettigheder.", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(help="Brugernavn.")]
_Role = Annotated[
    str,
    typer.Option(
        help="caseworker, system_owner, data_protection_officer, administrator eller citizen."
    ),
]


class UserProblem(Exception):
    """The account cannot be made or found. The text is Danish."""


@app.command()
def add(
    username: _Name,
    name: Annotated[str, typer.Option(help="Personens navn.")],
    title: Annotated[str, typer.Option(help="Personens stilling.")] = "",
) -> None:
    """Opret en bruger. Adgangskoden spørges der om; den vises ikke."""
    password = typer.prompt("Adgangskode (mindst 12 tegn)", hide_input=True)
    process.use_django(role="owner")
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from kodeks.kernel import registration

    try:
        validate_password(password)
        registration.add_user(
            username=username, full_name=name, title=title, password=password, person_index=None
        )
    except ValidationError as error:
        raise UserProblem(" ".join(error.messages)) from error
    typer.echo(f"{name} er oprettet. Giv en rettighed med `kodeks user grant {username}`.")


@app.command()
def grant(
    username: _Name,
    role: _Role,
    unit: Annotated[str, typer.Option(help="Afdelingens kode. Tom: alle.")] = "",
    kle: Annotated[str, typer.Option(help="KLE-numre, der begynder med. Tom: alle.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Sidste dag.")
    ] = None,
) -> None:
    """Giv en bruger en rolle. Det skrives i loggen."""
    process.use_django(role="owner")
    from kodeks.kernel import registration

    registration.grant(
        user=user_named(username),
        role=_known_role(role),
        unit=unit,
        kle_prefix=kle,
        valid_until=until.date() if until else None,
    )
    typer.echo(f"{username} har nu rollen {role}.")


@app.command()
def revoke(username: _Name, role: _Role) -> None:
    """Tag en rolle fra en bruger fra i dag."""
    process.use_django(role="owner")
    from kodeks.kernel import registration

    ended = registration.revoke(user=user_named(username), role=_known_role(role))
    typer.echo(f"{ended} rettigheder er ophørt.")


def user_named(username: str) -> User:
    """The account. Raises UserProblem when there is none."""
    from kodeks.kernel.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise UserProblem(f"Brugeren {username} findes ikke. Opret den med `kodeks user add`.")
    return user


def _known_role(role: str) -> str:
    from kodeks.kernel.models import Role

    if role not in Role.values:
        raise UserProblem(f"Rollen {role} findes ikke. Vælg en af: {', '.join(Role.values)}.")
    return role
