# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks user`: accounts and rights, as the owner role."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import process
from kodeks.cli.naming import UserProblem, known, user_named

if TYPE_CHECKING:
    pass

app = typer.Typer(help="Brugere og rettigheder.", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(help="Brugernavn.")]
_Role = Annotated[
    str,
    typer.Option(
        help="caseworker, system_owner, data_protection_officer, administrator eller citizen."
    ),
]


_FIELDS = {"username": "Brugernavn", "full_name": "Navn", "title": "Stilling"}


@app.command()
def add(
    username: _Name,
    name: Annotated[str, typer.Option(help="Personens navn.")],
    title: Annotated[str, typer.Option(help="Personens stilling.")] = "",
) -> None:
    """Opret en bruger. Adgangskoden spørges der om; den vises ikke."""
    process.use_django(role="owner")
    from kodeks.kernel import registration

    password = _new_password()
    with _explained():
        registration.add_user(
            username=username, full_name=name, title=title, password=password, person_index=None
        )
    typer.echo(f"{name} er oprettet. Giv en rettighed med `kodeks user grant {username}`.")


@app.command("password")
def change_password(username: _Name) -> None:
    """Giv en bruger en ny adgangskode. Brugeren bliver logget af alle steder."""
    process.use_django(role="owner")
    user = user_named(username)
    user.set_password(_new_password())
    user.save(update_fields=["password"])
    typer.echo(f"{username} har fået en ny adgangskode.")


@app.command()
def mail(
    username: _Name,
    address: Annotated[str, typer.Argument(help="Personens adresse på arbejdet. Tom: ingen.")],
) -> None:
    """Skriv den adresse, en bruger får alarmer på."""
    process.use_django(role="owner")
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    user = user_named(username)
    try:
        if address:
            validate_email(address)
    except ValidationError:
        raise UserProblem(f"{address} er ikke en mailadresse. Ret den.") from None
    user.email = address
    user.save(update_fields=["email"])
    typer.echo(
        f"{username} får alarmer på {address}." if address else f"{username} får ingen mail."
    )


@app.command("list")
def list_users() -> None:
    """Vis brugerne og de roller, de har i dag."""
    process.use_django()
    from kodeks.kernel import access
    from kodeks.kernel.models import User

    for user in User.objects.order_by("username"):
        roles = ", ".join(sorted(access.roles_of(user))) or "ingen roller"
        typer.echo(f"{user.username}: {user.full_name}, {roles}")


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
        unit=_known_unit(unit),
        kle_prefix=_kle_prefix(kle),
        valid_until=_last_day(until),
    )
    typer.echo(f"{username} har nu rollen {role}.")


@app.command()
def revoke(username: _Name, role: _Role) -> None:
    """Tag en rolle fra en bruger fra i dag."""
    process.use_django(role="owner")
    from kodeks.kernel import registration

    ended = registration.revoke(user=user_named(username), role=_known_role(role))
    if not ended:
        raise UserProblem(f"{username} har ikke rollen {role}. Intet er ændret.")
    typer.echo(f"{username} har ikke længere rollen {role}.")


@app.command()
def key(
    username: _Name,
    public: Annotated[str, typer.Option(help="Den offentlige nøgle: kodeks-key+...")] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Træk personens nøgler tilbage.")
    ] = False,
) -> None:
    """Registrér den nøgle, en person skriver under med.

    Træk kun en nøgle tilbage, hvis den er kommet i forkerte hænder: det, den har underskrevet,
    gælder så ikke mere.
    """
    process.use_django(role="owner")
    from kodeks.codex import keys
    from kodeks.kernel import registration

    user = user_named(username)
    if withdraw == bool(public):
        raise UserProblem("Angiv enten --public med nøglen eller --withdraw.")
    found = None if withdraw else keys.parse_public(public)
    registration.register_signing_key(user=user, key=found)
    typer.echo(
        f"{username} har fået sine nøgler trukket tilbage."
        if found is None
        else f"{username} skriver nu under med nøglen {found.keyid}."
    )


@app.command()
def training(
    username: _Name,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Sidste dag.")],
    system: Annotated[str, typer.Option(help="Systemets id. Tom: alle systemer.")] = "",
) -> None:
    """Skriv, til hvilken dag en person har oplæring i at bruge et system."""
    process.use_django(role="owner")
    from kodeks.kernel import registration

    registration.register_training(
        user=user_named(username),
        system=known(system) if system else "",
        valid_until=until.date(),
    )
    typer.echo(f"{username} har oplæring til og med {until.date()}.")


def _known_role(role: str) -> str:
    from kodeks.kernel.models import Role

    if role not in Role.values:
        raise UserProblem(f"Rollen {role} findes ikke. Vælg en af: {', '.join(Role.values)}.")
    return role


def _known_unit(code: str) -> str:
    from kodeks.casework.models import Unit

    if code and not Unit.objects.filter(code=code).exists():
        known = ", ".join(Unit.objects.values_list("code", flat=True)[:50]) or "ingen endnu"
        raise UserProblem(
            f"Afdelingen {code} findes ikke. Afdelingerne kommer med emnerne. Kendte: {known}."
        )
    return code


def _kle_prefix(prefix: str) -> str:
    from kodeks.casework import kle

    if not kle.is_prefix(prefix):
        raise UserProblem(f"{prefix} kan ikke begynde et KLE-nummer. Skriv for eksempel 05.01.")
    return prefix


def _last_day(until: datetime | None) -> date | None:
    from django.utils import timezone

    if until is None:
        return None
    if until.date() < timezone.localdate():
        raise UserProblem("Den sidste dag er gået. Vælg en dag, der kommer.")
    return until.date()


def _new_password() -> str:
    """Asked for twice on a terminal, as nobody sees it; otherwise one line of standard input."""
    from django.contrib.auth.password_validation import validate_password

    if sys.stdin.isatty():
        password = str(typer.prompt("Adgangskode (mindst 12 tegn)", hide_input=True))
        if typer.prompt("Skriv den igen", hide_input=True) != password:
            raise UserProblem("De to adgangskoder er ikke ens. Prøv igen.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise UserProblem("Der er ingen adgangskode. Skriv den, når kommandoen spørger.")
    with _explained():
        validate_password(password)
    return password


@contextmanager
def _explained() -> Iterator[None]:
    """Django's own words about what is wrong, with the field named in Danish."""
    from django.core.exceptions import ValidationError

    try:
        yield
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        said = [
            f"{_FIELDS[name]}: {text}" if name in _FIELDS else text
            for name, texts in fields.items()
            for text in texts
        ]
        raise UserProblem(" ".join(said)) from error
