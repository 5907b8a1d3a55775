# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a robot must know to enter another system. Sealed in the database, each robot its own.

A connector asks for a secret when it needs it and keeps it no longer than the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError, CredentialRefused
from kodeks.robots.models import Credential

if TYPE_CHECKING:
    from django.db.models import QuerySet

PLACE = "robots_credential/sealed"
TABLES = ("robots_credential",)
"""What holds bytes of secrets that are not in use any more until it is written anew."""
_LONGEST_NAME = 60


@transaction.atomic
def put(*, robot: str, name: str, secret: str, made_by: str) -> Credential:
    """Store a secret; it is the one in use from now on, and the one before is emptied.

    Raises CredentialRefused for names that are empty or over 60 signs, and an empty secret.
    """
    if not secret:
        raise CredentialRefused("Der er ingen adgangskode. Skriv den, når kommandoen spørger.")
    for text in (robot, name):
        if not 1 <= len(text.strip()) <= _LONGEST_NAME:
            raise CredentialRefused(f"Robot og navn skal hver være på 1-{_LONGEST_NAME} tegn.")
    _one_at_a_time(robot, name)
    _empty(robot=robot, name=name, by=made_by)
    credential = Credential(robot=robot, name=name, made_by=made_by, made_at=timezone.now())
    found = kernel.seal_secret(place=PLACE, row=str(credential.row), text=secret)
    credential.sealed, credential.wrapped, credential.kek = found.sealed, found.wrapped, found.kek
    credential.save()
    return credential


@transaction.atomic
def remove(*, robot: str, name: str, removed_by: str) -> bool:
    """Empty the secret in use, and put none in its place. Returns whether there was one."""
    _one_at_a_time(robot, name)
    return _empty(robot=robot, name=name, by=removed_by) > 0


def in_use(*, robot: str = "") -> QuerySet[Credential]:
    """The credentials in use, of one robot or all, by robot and name; never what is in them."""
    found = Credential.objects.filter(emptied_at=None).order_by("robot", "name")
    return found.filter(robot=robot) if robot else found


def secret(*, robot: str, name: str) -> str:
    """The secret in use.

    Raises BusinessError when there is none or it cannot be opened: a person must put one there.
    """
    found = in_use().filter(robot=robot, name=name).order_by("-id").first()
    if found is None:
        raise BusinessError(
            "no_credential",
            f"Robotten {robot} mangler adgangen »{name}«. "
            f"Læg den ind: kodeks robot credential set {robot} {name}",
        )
    try:
        return kernel.open_secret(place=PLACE, row=str(found.row), secret=_sealed(found))
    except kernel.SealingError as error:
        raise BusinessError(
            "credential_sealed", f"Robottens adgang »{name}« kan ikke åbnes. Læg den ind igen."
        ) from error


def rewrap() -> int:
    """Wrap the keys of the secrets in use with the wrapping key in use, in the caller's
    transaction (for `kodeks key rotate`); how many. Raises SealingError when one cannot be opened.
    """
    rows = list(in_use().select_for_update())
    for row in rows:
        renewed = kernel.rewrap_secret(place=PLACE, row=str(row.row), secret=_sealed(row))
        Credential.objects.filter(pk=row.pk).update(wrapped=renewed.wrapped, kek=renewed.kek)
    return len(rows)


def _empty(*, robot: str, name: str, by: str) -> int:
    old = Credential.objects.filter(robot=robot, name=name, emptied_at=None)
    return old.update(sealed=b"", wrapped=b"", kek=0, emptied_by=by, emptied_at=timezone.now())


def _one_at_a_time(robot: str, name: str) -> None:
    """Held until the caller commits, so that one of a robot and name is in use at most."""
    with connection.cursor() as cursor:
        key = f"robot credential:{robot}:{name}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _sealed(row: Credential) -> kernel.SealedSecret:
    return kernel.SealedSecret(sealed=bytes(row.sealed), wrapped=bytes(row.wrapped), kek=row.kek)
