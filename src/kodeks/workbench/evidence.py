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
from kodeks.codex.duties import Duty
from kodeks.codex.legal_rows import PHASES
from kodeks.kernel.models import Evidence, Role
from kodeks.kernel.selectors import SystemState
from kodeks.workbench import plain

SOON = dt.timedelta(days=30)
"""How long before its last day something is said to end soon."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A kind of document, the phases that ask for it, and the newest that there is."""

    duty: Duty
    phases: str
    signer: str
    newest: Evidence | None
    text: str
    badge: str


def documents(codex: Codex, state: SystemState, *, today: dt.date) -> list[Document]:
    """One of each kind that some phase asks for today, in the order of the codex."""
    categories = {field["category"] for field in state.card["data_fields"]}
    asked: dict[str, tuple[Duty, list[str]]] = {}
    for phase in PHASES:
        for duty in duties.required(
            codex.duties,
            risk_class=state.card["risk_class"],
            phase=phase,
            categories=categories,
            day=today,
        ):
            phases = asked.setdefault(duty.kind, (duty, []))[1]
            if plain.PHASES[phase] not in phases:
                phases.append(plain.PHASES[phase])
    order = [duty.kind for duty in codex.duties]
    return [
        _document(state.slug, *asked[kind], today=today) for kind in sorted(asked, key=order.index)
    ]


def _document(slug: str, duty: Duty, phases: list[str], *, today: dt.date) -> Document:
    newest = (
        Evidence.objects.filter(system_id=slug, kind=duty.kind)
        .select_related("signer")
        .order_by("-id")
        .first()
    )
    text, badge = _standing(newest, today)
    return Document(
        duty=duty,
        phases=", ".join(phases),
        signer=str(Role(duty.signer).label),
        newest=newest,
        text=text,
        badge=badge,
    )


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
