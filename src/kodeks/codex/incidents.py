# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Kinds of incident and their clocks (AI Act art. 73, GDPR art. 33)."""

from __future__ import annotations

from dataclasses import dataclass

from kodeks.codex.reader import SLUG, Reader

_MOST_HOURS = 24 * 365


@dataclass(frozen=True, kw_only=True)
class IncidentKind:
    """A kind of incident; `hours` from awareness to report, None when there is no clock."""

    id: str
    title: str
    hours: int | None
    authority: str
    source: str


def read_kind(row: Reader) -> IncidentKind:
    """One [[incident]] row. Raises CardError."""
    kind = IncidentKind(
        id=row.match("id", SLUG),
        title=row.line("title"),
        hours=row.optional_integer("hours", least=1, most=_MOST_HOURS),
        authority=row.line("authority"),
        source=row.line("source"),
    )
    row.finish()
    return kind
