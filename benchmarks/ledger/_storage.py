# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The bytes that PostgreSQL uses for the log, table by table."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

TABLES = (
    "kernel_ledgerbundle",
    "kernel_ledgerentry",
    "kernel_ledgertile",
    "kernel_ledgercheckpoint",
    "kernel_ledgerpending",
)
# A bundle holds each entry after its length in two bytes.
_PAYLOAD = """
    SELECT coalesce(sum(octet_length(data)) - 512 * count(*), 0),
        coalesce(sum(pg_column_size(data)), 0)
    FROM kernel_ledgerbundle
    UNION ALL
    SELECT coalesce(sum(octet_length(leaf)), 0), coalesce(sum(octet_length(leaf)), 0)
    FROM kernel_ledgerentry
"""


@dataclass(frozen=True)
class Storage:
    """Bytes: each table with its indexes, the leaves, and the leaves as they are kept."""

    tables: dict[str, int]
    payload: int
    kept: int

    @property
    def total(self) -> int:
        return sum(self.tables.values())


def measure_storage(owner: psycopg.Connection) -> Storage:
    for table in TABLES:
        owner.execute(f"VACUUM {table}")
    tables = {
        table: owner.execute("SELECT pg_total_relation_size(%s::regclass)", (table,)).fetchone()[0]
        for table in TABLES
    }
    rows = owner.execute(_PAYLOAD).fetchall()
    return Storage(tables, int(sum(row[0] for row in rows)), int(sum(row[1] for row in rows)))
