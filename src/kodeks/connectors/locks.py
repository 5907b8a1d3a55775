# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One worker at a time journalises in a case, and one at a time acknowledges to an address."""

from django.db import connection

_SPACE = 0x61726B76  # "arkv": keeps our advisory locks apart from others'
_ADDRESSES = 0x61647273  # "adrs"


def lock_case(name: str) -> None:
    """Wait for the case's lock; PostgreSQL gives it back when the transaction ends, however."""
    _lock(_SPACE, name)


def lock_address(digest: str) -> None:
    """As `lock_case`, for whoever is to be written to at most once in a while."""
    _lock(_ADDRESSES, digest)


def _lock(space: int, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [space, name])
