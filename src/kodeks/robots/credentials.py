# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a robot must know to enter another system. Sealed in the database, each robot its own.

A connector asks for a secret when it needs it and keeps it no longer than the call.
"""

from __future__ import annotations

from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError
from kodeks.robots.models import Credential

PLACE = "robots_credential/sealed"


def put(*, robot: str, name: str, secret: str, made_by: str) -> Credential:
    """Store a secret; the newest of a robot and name is the one in use from now on."""
    credential = Credential(robot=robot, name=name, made_by=made_by, made_at=timezone.now())
    found = kernel.seal_secret(place=PLACE, row=str(credential.row), text=secret)
    credential.sealed, credential.wrapped, credential.kek = found.sealed, found.wrapped, found.kek
    credential.save()
    return credential


def secret(*, robot: str, name: str) -> str:
    """The secret in use.

    Raises BusinessError when there is none or it cannot be opened: a person must put one there.
    """
    found = Credential.objects.filter(robot=robot, name=name).order_by("-id").first()
    if found is None:
        raise BusinessError(
            "no_credential",
            f"Robotten {robot} mangler adgangen »{name}«. "
            f"Læg den ind: kodeks robot credential set {robot} {name}",
        )
    try:
        return kernel.open_secret(
            place=PLACE,
            row=str(found.row),
            secret=kernel.SealedSecret(
                sealed=bytes(found.sealed), wrapped=bytes(found.wrapped), kek=found.kek
            ),
        )
    except kernel.SealingError as error:
        raise BusinessError(
            "credential_sealed", f"Robottens adgang »{name}« kan ikke åbnes. Læg den ind igen."
        ) from error
