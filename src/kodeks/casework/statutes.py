# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The limits that the law sets: dated rows with their sources, so that a lawyer can correct them.

A row counts for what begins on its days (both included). `pausable` is whether the law lets the
clock stand still, and `pause_source` where. `longest` is in months from the beginning: how far the
law lets a deadline be put off; None where it names no end.
"""

import datetime
from dataclasses import dataclass, replace

from kodeks.casework.deadlines import Term


@dataclass(frozen=True, kw_only=True)
class Statute:
    kind: str
    amount: int
    unit: str
    source: str
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    pausable: bool = False
    pause_source: str = ""
    longest: int | None = None

    @property
    def term(self) -> Term:
        return Term(
            amount=self.amount,
            unit=self.unit,
            source=self.source,
            statutory=True,
            pausable=self.pausable,
        )

    @property
    def most(self) -> Term | None:
        """How long it may be when it is put off."""
        longest = self.longest
        return None if longest is None else replace(self.term, amount=longest, unit="months")


def _own_data(kind: str, source: str) -> Statute:
    """What a person asks about their own data: two more months, when they are told within the first
    (the same paragraph)."""
    return Statute(
        kind=kind,
        amount=1,
        unit="months",
        source=source,
        valid_from=datetime.date(2018, 5, 25),
        pausable=True,
        pause_source="Artikel 12, stk. 6: vi ved ikke, om det er den rette person, der spørger",
        longest=3,
    )


STATUTES = (
    Statute(
        # The one who asks is told why, and when, if it cannot be kept (the same paragraph).
        kind="access_request",
        amount=7,
        unit="working_days",
        source="Offentlighedsloven § 36, stk. 2",
        valid_from=datetime.date(2014, 1, 1),
    ),
    Statute(
        # The same words for whoever is a party of the case.
        kind="party_access",
        amount=7,
        unit="working_days",
        source="Forvaltningsloven § 16, stk. 2",
        valid_from=datetime.date(2014, 1, 1),
    ),
    _own_data("gdpr_access", "Databeskyttelsesforordningens artikel 12, stk. 3"),
    *(
        _own_data(kind, f"Databeskyttelsesforordningens artikel {article} og artikel 12, stk. 3")
        for kind, article in (
            ("gdpr_rectification", 16),
            ("gdpr_erasure", 17),
            ("gdpr_restriction", 18),
            ("gdpr_objection", 21),
        )
    ),
    # To be confirmed by a lawyer, as the rest of the table: also that no other letter to whoever
    # reported takes the confirmation's place, and that it tells nothing of what follows.
    Statute(
        # Whether the child is in danger is judged within 24 hours, also on a Sunday.
        kind="child_report",
        amount=1,
        unit="whole_days",
        source="Barnets lov § 136 (24 timer)",
        valid_from=datetime.date(2024, 1, 1),
    ),
    Statute(
        kind="child_receipt",
        amount=6,
        unit="weekdays",
        source="Barnets lov § 137",
        valid_from=datetime.date(2024, 1, 1),
    ),
    # The table begins in 2024 for these two; they are read from municipalities' own summaries.
    Statute(
        kind="complaint_reassessment",
        amount=4,
        unit="weeks",
        source="Retssikkerhedsbekendtgørelsen §§ 11-12",
        valid_from=datetime.date(2024, 1, 1),
    ),
    Statute(
        kind="forward_complaint",
        amount=2,
        unit="weeks",
        source="Retssikkerhedsbekendtgørelsen §§ 11-12",
        valid_from=datetime.date(2024, 1, 1),
    ),
)


def of_kind(kind: str, *, on: datetime.date) -> Statute | None:
    """The row for a deadline of that kind which begins on the day, or None."""
    for statute in STATUTES:
        ended = statute.valid_to is not None and statute.valid_to < on
        if statute.kind == kind and statute.valid_from <= on and not ended:
            return statute
    return None
