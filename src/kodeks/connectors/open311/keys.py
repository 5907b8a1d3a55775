# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may send requests: a key for each app or system, of which we keep a digest only."""

from __future__ import annotations

from django.db.models import QuerySet

from kodeks.connectors.models import Open311Key
from kodeks.web import sender_keys

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
    return sender_keys.make(Open311Key, name=name, made_by=made_by)


def revoke(*, name: str) -> None:
    """The key is no good from now on. Raises KeyProblem when there is none."""
    if not sender_keys.revoke(Open311Key, name=name):
        raise KeyProblem(f"{name} har ingen nøgle. Se dem med `kodeks open311 key list`.")


def in_use() -> QuerySet[Open311Key]:
    """The keys that are good, by name."""
    return sender_keys.in_use(Open311Key)


def of(key: str) -> Open311Key | None:
    """The row of a key that is good; None for any other text."""
    return sender_keys.of(Open311Key, key)
