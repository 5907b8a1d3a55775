# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Keys of the apps and systems that send to us over HTTP. A key is told once; we keep its digest.

Each room that is sent to has a table of its own, an heir of `SenderKey`, and says in its own words
what cannot be done.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone


class SenderKey(models.Model):
    """One key, by the name of who has it; of one name one is good at a time (`one_a_name`)."""

    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


K = TypeVar("K", bound=SenderKey)


def one_a_name(constraint: str) -> models.UniqueConstraint:
    """For the heir's Meta; the constraint's name is its own."""
    return models.UniqueConstraint(fields=("name",), condition=Q(revoked_at=None), name=constraint)


def make(kind: type[K], *, name: str, made_by: str, **more: Any) -> str:
    """Make a key and return it: it cannot be read again. `more` is what the heir has besides."""
    key = secrets.token_urlsafe(32)
    kind._default_manager.create(
        name=name, digest=_digest(key), made_by=made_by, made_at=timezone.now(), **more
    )
    return key


def revoke(kind: type[K], *, name: str) -> bool:
    """The key is no good from now on; whether there was one."""
    return in_use(kind).filter(name=name).update(revoked_at=timezone.now()) > 0


def in_use(kind: type[K]) -> QuerySet[K]:
    """The keys that are good, by name."""
    return kind._default_manager.filter(revoked_at=None).order_by("name")


def of(kind: type[K], key: str) -> K | None:
    """The row of a key that is good; None for any other text."""
    # Found by its digest: how long that takes tells nothing of a key of 256 random bits.
    return in_use(kind).filter(digest=_digest(key)).first() if key else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
