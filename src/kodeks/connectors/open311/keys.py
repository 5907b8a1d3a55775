# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may send requests: a key for each app or system, of which we keep a digest only."""

from __future__ import annotations

import hashlib
import secrets

from django.db.models import QuerySet
from django.utils import timezone

from kodeks.connectors.models import Open311Key

_LONGEST_NAME = 60


class KeyProblem(Exception):
    """The key cannot be made or revoked; the text is a Danish sentence."""


def make(*, name: str, made_by: str) -> str:
    """Make a key and return it. It is shown this once and cannot be read again.

    Raises KeyProblem when the name is in use or too long.
    """
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise KeyProblem(f"Navnet skal være på 1 til {_LONGEST_NAME} tegn.")
    if in_use().filter(name=name).exists():
        raise KeyProblem(f"{name} har allerede en nøgle. Træk den tilbage først.")
    key = secrets.token_urlsafe(32)
    Open311Key.objects.create(
        name=name, digest=_digest(key), made_by=made_by, made_at=timezone.now()
    )
    return key


def revoke(*, name: str) -> None:
    """The key is no good from now on. Raises KeyProblem when there is none."""
    if not in_use().filter(name=name).update(revoked_at=timezone.now()):
        raise KeyProblem(f"{name} har ingen nøgle. Se dem med `kodeks open311 key list`.")


def in_use() -> QuerySet[Open311Key]:
    """The keys that are good, by name."""
    return Open311Key.objects.filter(revoked_at=None).order_by("name")


def of(key: str) -> Open311Key | None:
    """The row of a key that is good; None for any other text."""
    # Found by its digest: how long that takes tells nothing of a key of 256 random bits.
    return in_use().filter(digest=_digest(key)).first() if key else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
