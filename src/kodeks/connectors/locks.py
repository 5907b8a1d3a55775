# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One worker at a time journalises in a case."""

from django.db import connection

_SPACE = 0x61726B76  # "arkv": keeps our advisory locks apart from others'


def lock_case(name: str) -> None:
    """Wait for the case's lock; PostgreSQL gives it back when the transaction ends, however."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_SPACE, name])
