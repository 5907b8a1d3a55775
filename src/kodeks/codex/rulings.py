# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The dated events that the codex has followed: laws, statements, judgments (codex, goal 5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kodeks.codex.reader import SLUG, CardError, Reader

EVERY_SYSTEM = "*"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """One event and what follows from it, in Danish; `concerns` names systems, or `*` for all."""

    date: dt.date
    title: str
    source: str
    consequence: str
    concerns: tuple[str, ...]


def read_ruling(row: Reader) -> Ruling:
    """One [[ruling]] row. Raises CardError."""
    ruling = Ruling(
        date=row.date("date"),
        title=row.line("title"),
        source=row.line("source"),
        consequence=row.line("consequence"),
        concerns=row.distinct("concerns"),
    )
    row.finish()
    if ruling.concerns != (EVERY_SYSTEM,) and not all(map(SLUG.fullmatch, ruling.concerns)):
        raise CardError(f"I {row.where} skal `concerns` nævne systemer eller kun »*«.")
    return ruling
