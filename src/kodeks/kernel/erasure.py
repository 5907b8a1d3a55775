# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Erasing what is personal about a subject, and renewing the keys that wrap all others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

from kodeks.kernel import authority, calls, keyring, releases, subjects, vault
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Erasure, ReleaseKey, SubjectKey, User, VaultKey
from kodeks.kernel.subjects import Subject
from kodeks.language import cpr

TABLES = ("kernel_subjectkey", "kernel_vaultkey", "kernel_secret", "kernel_auditattribute")
"""What an erasure deletes rows of."""
# Sessions of the cluster's own workers, such as autovacuum, come and go and have no user.
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
  AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
"""


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


def rotate_keys(*, others: Sequence[Callable[[], int]] = ()) -> int:
    """Wrap every key anew and destroy the old wrapping keys (needs the owner role); how many.

    `others` wrap the keys that other rooms keep (`secrets.rewrap_secret`), each in the same
    transaction, and return how many.

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
                *(rewrap() for rewrap in others),
            )
        )
    for old in range(1, number):
        if (where / f"kek-{old:04d}").exists():
            keyring.destroy(where, number=old)
    return count


def require_alone() -> None:
    """Raise Refused while another session of this database is in the middle of something.

    Rows that somebody may still see would be written along with the others by `rewrite`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS)
        (others,) = cursor.fetchone()
    if others:
        raise Refused(
            code="not_alone",
            message="Databasen er i brug. Stop web og arbejdere, og kør kommandoen igen.",
        )


def rewrite(tables: Sequence[str]) -> None:
    """Write tables anew without the rows and values that were deleted (needs the owner role).

    PostgreSQL leaves these in its files until the space is used again. Each table is locked
    meanwhile, and the disk must have room for one more of the largest. Raises Refused when
    somebody else is in the middle of something, as deleted rows could then be kept.
    """
    require_alone()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
    require_alone()


def _renew(model: Any, rewrapped: Any) -> int:
    rows = list(model.objects.select_for_update())
    for row in rows:
        found = rewrapped(row)
        model.objects.filter(pk=row.pk).update(wrapped=found.wrapped, kek=found.kek)
    return len(rows)
