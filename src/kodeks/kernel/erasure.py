# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Erasing what is personal about a subject, and renewing the keys that wrap all others."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from kodeks.kernel import authority, calls, keyring, releases, subjects, vault
from kodeks.kernel.authority import About
from kodeks.kernel.models import Erasure, ReleaseKey, SubjectKey, User, VaultKey
from kodeks.kernel.subjects import Subject
from kodeks.language import cpr


def erase(*, subject: Subject, user: User, reason: str) -> int:
    """Delete keys, salts and sealed bodies of a subject; how many records lost theirs.

    Final: nothing new can come about the subject, and the leaves in the ledger stay and verify.
    Callers erase their own rows in the same transaction.

    Raises Refused when the person may not, gives no reason, or it is erased already.
    """

    def call() -> Any:
        sha256 = authority.require(user, "erase", about=About())
        return calls.call(
            "erase",
            {
                "subject": subject.as_json(),
                "user_id": user.pk,
                "reason": cpr.mask(reason),
                "codex_sha256": sha256,
            },
        )

    return int(authority.judged_again(call))


def is_erased(subject: Subject) -> bool:
    return Erasure.objects.filter(subject_type=subject.type, subject_id=subject.id).exists()


def rotate_keys() -> int:
    """Wrap every key anew and destroy the old wrapping keys (needs the owner role); how many.

    Afterwards no copy of a wrapped key that was made before, in a page of the database, its log or
    a backup, can be opened any more. Raises SealingError when one of the keys cannot be opened:
    nothing is destroyed then, as it may be the setting of the municipality's name that is wrong.
    """
    where = keyring.folder()
    number = keyring.make_next(where)
    with transaction.atomic():
        count = sum(
            (
                _renew(SubjectKey, subjects.rewrapped),
                _renew(VaultKey, vault.rewrapped),
                _renew(ReleaseKey, releases.rewrapped),
            )
        )
    for old in range(1, number):
        if (where / f"kek-{old:04d}").exists():
            keyring.destroy(where, number=old)
    return count


def _renew(model: Any, rewrapped: Any) -> int:
    rows = list(model.objects.select_for_update())
    for row in rows:
        found = rewrapped(row)
        model.objects.filter(pk=row.pk).update(wrapped=found.wrapped, kek=found.kek)
    return len(rows)
