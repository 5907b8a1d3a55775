# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Duties: the evidence that a system must have, by phase, risk class and date.

Sources: GDPR articles 13, 14, 35 and 39; the Ombudsman's overview 13 (forvaltningsretlig
konsekvensanalyse); the AI Act (EU) 2024/1689, articles 6, 26 and 27; the codex, goals 2 and 3.
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
)
_MOST_MONTHS = 120


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Evidence of one kind. `text` (Danish) says what must be in it; `signer` is a role.

    `personal_data` says that only systems with personal data need it; `most_months` is how long
    one piece of evidence may be valid.
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
    if risk_class not in RISK_CLASSES:
        raise CardError(
            f"Risikoklassen »{risk_class}« kendes ikke. Vælg en af: {', '.join(RISK_CLASSES)}."
        )
    if phase not in PHASES:
        raise CardError(f"Fasen »{phase}« kendes ikke. Vælg en af: {', '.join(PHASES)}.")
    personal = any(category != NO_PERSONAL_DATA for category in categories)
    return tuple(
        duty
        for duty in duties
        if risk_class in duty.risk_classes
        and phase in duty.phases
        and (personal or not duty.personal_data)
        and counts(duty, day)
    )


def read_duty(row: Reader) -> Duty:
    """One [[duty]] row. Raises CardError."""
    duty = Duty(
        id=row.match("id", SLUG),
        kind=row.choice("kind", KINDS),
        title=row.line("title"),
        text=row.text("text"),
        phases=row.choices("phases", PHASES),
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
