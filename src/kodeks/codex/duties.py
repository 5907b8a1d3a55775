# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Duties: the evidence that a system must have, by phase, risk class and date.

Sources: GDPR articles 13, 14, 32, 35 and 39; the Ombudsman's overview 13 (forvaltningsretlig
konsekvensanalyse); the AI Act (EU) 2024/1689, articles 5, 6, 9 to 11, 17, 18, 26, 27, 43 and 47 to
49; the codex, goals 2 and 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kodeks.codex.days import counts
from kodeks.codex.legal_rows import NO_PERSONAL_DATA, PHASES
from kodeks.codex.reader import SLUG, CardError, Reader, check_period

RISK_CLASSES = ("minimal", "limited", "high")
SIGNERS = ("system_owner", "data_protection_officer", "administrator")
KINDS = (
    "risk_classification",
    "dpia",
    "dpo_opinion",
    "consequence_analysis",
    "fria",
    "test_report",
    "oversight_pilot",
    "employee_involvement",
    "information_duty",
    "service_measurement",
    "time_study",
    "risk_management",
    "vulnerable_groups",
    "data_quality",
    "technical_documentation",
    "quality_management",
    "document_archive",
    "conformity_assessment",
    "eu_declaration",
    "ce_marking",
    "eu_database",
    "information_security",
    "restore_test",
    "copyright_review",
    "source_rights",
    "whistleblowing",
    "archive_handover",
)
_MOST_MONTHS = 120


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Evidence of one kind. `text` (Danish) says what must be in it; `signer` is a role.

    `phases` are those that no system may be in without it; of none, it is asked for and stops
    nothing. `personal_data` says that only systems with personal data need it; `most_months` is
    how long one piece of evidence may be valid.
    """

    id: str
    kind: str
    title: str
    text: str
    phases: tuple[str, ...]
    risk_classes: tuple[str, ...]
    personal_data: bool
    signer: str
    most_months: int
    source: str
    valid_from: dt.date
    valid_to: dt.date | None

    @property
    def stops(self) -> bool:
        """Whether a system without it is stopped, if not today then from `valid_from` on."""
        return bool(self.phases)

    @property
    def only_high_risk(self) -> bool:
        return self.risk_classes == ("high",)


def required(
    duties: Iterable[Duty],
    *,
    risk_class: str,
    phase: str,
    categories: Collection[str],
    day: dt.date,
) -> tuple[Duty, ...]:
    """The duties of such a system on `day`, in the order of the file.

    Raises CardError for an unknown risk class or phase: an unknown one must not mean no duties.
    """
    if phase not in PHASES:
        raise CardError(f"Fasen »{phase}« kendes ikke. Vælg en af: {', '.join(PHASES)}.")
    found = asked(duties, risk_class=risk_class, categories=categories, day=day)
    return tuple(duty for duty in found if phase in duty.phases and counts(duty, day))


def asked(
    duties: Iterable[Duty], *, risk_class: str, categories: Collection[str], day: dt.date
) -> tuple[Duty, ...]:
    """What the register asks for: also duties that stop nothing, and those of days to come.

    Raises CardError for an unknown risk class.
    """
    if risk_class not in RISK_CLASSES:
        raise CardError(
            f"Risikoklassen »{risk_class}« kendes ikke. Vælg en af: {', '.join(RISK_CLASSES)}."
        )
    personal = any(category != NO_PERSONAL_DATA for category in categories)
    return tuple(
        duty
        for duty in duties
        if risk_class in duty.risk_classes
        and (personal or not duty.personal_data)
        and (duty.valid_to is None or day <= duty.valid_to)
    )


def stopping_kinds(duties: Iterable[Duty]) -> tuple[str, ...]:
    """The kinds without which a system is stopped: each needs a rule among the policies."""
    return tuple(sorted({duty.kind for duty in duties if duty.stops}))


def read_duty(row: Reader) -> Duty:
    """One [[duty]] row. Raises CardError."""
    duty = Duty(
        id=row.match("id", SLUG),
        kind=row.choice("kind", KINDS),
        title=row.line("title"),
        text=row.text("text"),
        phases=row.choices("phases", PHASES, may_be_empty=True),
        risk_classes=row.choices("risk_classes", RISK_CLASSES),
        personal_data=row.flag("personal_data"),
        signer=row.choice("signer", SIGNERS),
        most_months=row.integer("most_months", least=1, most=_MOST_MONTHS),
        source=row.text("source"),
        valid_from=row.date("valid_from"),
        valid_to=row.optional_date("valid_to"),
    )
    row.finish()
    check_period(row, duty.valid_from, duty.valid_to)
    return duty
