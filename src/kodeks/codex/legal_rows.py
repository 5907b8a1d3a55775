# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The rows of the law: legal bases, permissions to link data, and the words that they use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kodeks.codex.reader import SLUG, CardError, Reader, check_period

PHASES = ("development", "retraining", "operation")
STATUSES = ("allowed", "barred", "pending")
AUTONOMY = ("advise", "procedural")  # from the least to the most
NO_PERSONAL_DATA = "none"
CATEGORIES = {
    NO_PERSONAL_DATA: "data uden personoplysninger",
    "ordinary": "almindelige oplysninger",
    "cpr": "CPR-numre",
    "criminal": "oplysninger om strafbare forhold",
    "special": "følsomme oplysninger",
    "confidential": "fortrolige oplysninger",
}
"""Kinds of data: GDPR article 6; databeskyttelsesloven §§ 11 and 8; article 9; confidential."""


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """One row: `valid_to` is the last day on which it counts, None when no end is known.

    `note` is for the lawyer: what must be checked, and who doubts.
    """

    id: str
    system: str
    phase: str
    purpose: str
    data_category: str
    status: str
    autonomy: str
    basis: str
    source: str
    note: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, kw_only=True)
class Linking:
    """Permission to link the named data sources (samkøring) in one phase for one purpose."""

    id: str
    system: str
    phase: str
    purpose: str
    sources: tuple[str, ...]
    basis: str
    source: str
    note: str
    valid_from: dt.date
    valid_to: dt.date | None


def read_basis(row: Reader) -> LegalBasis:
    """One [[basis]] row. Raises CardError."""
    basis = LegalBasis(
        id=row.match("id", SLUG),
        system=row.match("system", SLUG),
        phase=row.choice("phase", PHASES),
        purpose=row.match("purpose", SLUG),
        data_category=row.choice("data_category", tuple(CATEGORIES)),
        status=row.choice("status", STATUSES),
        autonomy=row.choice("autonomy", AUTONOMY),
        basis=row.text("basis"),
        source=row.text("source"),
        note=row.text("note"),
        valid_from=row.date("valid_from"),
        valid_to=row.optional_date("valid_to"),
    )
    row.finish()
    check_period(row, basis.valid_from, basis.valid_to)
    if basis.status == "allowed" and "samtykke" in basis.basis.lower():
        # Datatilsynet 2022-212-3676 (Asta): consent is no basis for profiling by an authority.
        raise CardError(
            f"I {row.where} står samtykke som hjemmel. Et samtykke er ikke hjemmel for en "
            "myndigheds profilering (Datatilsynet 2022-212-3676). Angiv lovens bestemmelse."
        )
    return basis


def read_linking(row: Reader) -> Linking:
    """One [[linking]] row. Raises CardError."""
    linking = Linking(
        id=row.match("id", SLUG),
        system=row.match("system", SLUG),
        phase=row.choice("phase", PHASES),
        purpose=row.match("purpose", SLUG),
        sources=row.distinct("sources"),
        basis=row.text("basis"),
        source=row.text("source"),
        note=row.text("note"),
        valid_from=row.date("valid_from"),
        valid_to=row.optional_date("valid_to"),
    )
    row.finish()
    check_period(row, linking.valid_from, linking.valid_to)
    if len(linking.sources) < 2:
        raise CardError(f"I {row.where} skal `sources` nævne mindst to kilder.")
    return linking
