# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The documents that the codex asks of a system today, and what is wrong with each.

The gates judge them by themselves (kernel.facts, sql/survey.sql); this is how they are told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kodeks.codex import duties
from kodeks.codex.bundle import Codex
from kodeks.codex.days import in_words
from kodeks.codex.duties import Duty
from kodeks.codex.legal_rows import PHASES
from kodeks.kernel.models import Evidence, Role
from kodeks.kernel.selectors import SystemState
from kodeks.workbench import plain

SOON = dt.timedelta(days=30)
"""How long before its last day something is said to end soon."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A kind of document, what cannot run without it, and the newest that there is."""

    duty: Duty
    stops: str
    signer: str
    newest: Evidence | None
    text: str
    badge: str


def documents(codex: Codex, state: SystemState, *, today: dt.date) -> list[Document]:
    """One of each kind that is asked for, in the order of the codex."""
    asked: dict[str, list[Duty]] = {}
    for duty in duties.asked(
        codex.duties,
        risk_class=state.card["risk_class"],
        categories={field["category"] for field in state.card["data_fields"]},
        day=today,
    ):
        asked.setdefault(duty.kind, []).append(duty)
    kept = Evidence.objects.filter(system_id=state.slug).select_related("signer")
    newest = {one.kind: one for one in kept.order_by("id")}
    return [_document(rows, newest.get(kind), today=today) for kind, rows in asked.items()]


def _document(rows: list[Duty], newest: Evidence | None, *, today: dt.date) -> Document:
    duty = rows[0]
    text, badge = _standing(newest, today)
    return Document(
        duty=duty,
        stops=_stops(rows, today),
        signer=str(Role(duty.signer).label),
        newest=newest,
        text=text,
        badge=badge,
    )


def _stops(rows: list[Duty], today: dt.date) -> str:
    """The phases that cannot be without it, and from which day when that is to come."""
    said = []
    for duty in rows:
        later = f" fra {in_words(duty.valid_from)}" if duty.valid_from > today else ""
        said += [plain.PHASES[phase] + later for phase in PHASES if phase in duty.phases]
    return ", ".join(dict.fromkeys(said)) or "Stopper ikke noget"


def _standing(newest: Evidence | None, today: dt.date) -> tuple[str, str]:
    """What it is called and how its badge looks."""
    if newest is None:
        return "Mangler", "error"
    if newest.withdrawn:
        return "Trukket tilbage", "error"
    if newest.valid_from > today:
        return "Gælder ikke endnu", "error"
    if newest.valid_to < today:
        return "For gammelt", "error"
    if newest.valid_to <= today + SOON:
        return "Udløber snart", "warning"
    return "Gælder", "success"
