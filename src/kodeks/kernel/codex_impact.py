# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a new codex would do to the systems that are registered here, in lines of Danish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from kodeks.codex import impact as codex_impact
from kodeks.codex.bases import may_link
from kodeks.codex.bundle import Codex
from kodeks.codex.days import in_words
from kodeks.codex.impact import Loss, SystemFacts, Use
from kodeks.kernel import codices, selectors
from kodeks.kernel.models import Evidence, Recommendation
from kodeks.kernel.selectors import SystemState

PHASES = {"development": "udvikling", "retraining": "gentræning", "operation": "drift"}


def lines(new: Codex, *, first: dt.date, last: dt.date) -> Iterator[str]:
    """Losses and gains between two days, the earliest first; a line that says so if there are none.

    Raises Refused when no codex is in force to compare with.
    """
    old = codices.in_force()
    found = codex_impact.impact(
        old=old,
        new=new,
        systems=[_facts(state, old) for state in selectors.systems()],
        first=first,
        last=last,
    )
    yield (
        f"Udgave {old.number} gælder nu. Udgave {new.number} gælder fra "
        f"{in_words(new.effective_from)}. Set frem til {in_words(last)}:"
    )
    for loss in found.losses:
        yield _lost(loss)
    for gain in found.gains:
        why = "" if gain.caused_by_new else " (sker også uden den nye udgave)"
        yield (
            f"FÅR LOV   {in_words(gain.day)}: {gain.name} ({gain.system}), "
            f"{PHASES[gain.phase]}, {gain.purpose}{why}"
        )
    if not found.losses and not found.gains:
        yield "Ingen systemer, modeller eller sager mister eller får deres grundlag."


def _lost(loss: Loss) -> str:
    parts = [
        f"MISTER    {in_words(loss.day)}: {loss.name} ({loss.system}), "
        f"{PHASES[loss.phase]}, {loss.purpose}. {loss.why}"
    ]
    if loss.release and loss.phase == "operation":
        parts.append(f"Model: {loss.release}.")
    if loss.open_cases:
        parts.append(f"Åbne sager: {loss.open_cases}.")
    if not loss.caused_by_new:
        parts.append("(Sker også uden den nye udgave.)")
    return " ".join(parts)


def _facts(state: SystemState, codex: Codex) -> SystemFacts:
    newest: dict[str, dt.date] = {}
    for row in Evidence.objects.filter(system_id=state.slug).order_by("id"):
        newest[row.kind] = row.valid_to
        if row.withdrawn:
            del newest[row.kind]
    fields = state.card["data_fields"]
    return SystemFacts(
        slug=state.slug,
        name=state.name,
        risk_class=state.card["risk_class"],
        autonomy=state.card["autonomy"],
        release=state.release.version if state.release else None,
        uses=tuple(_uses(state, codex)),
        fields={field["field"]: field["title"] for field in fields},
        evidence=newest,
    )


def _uses(state: SystemState, codex: Codex) -> Iterator[Use]:
    """Each purpose of the card in each phase that the codex in force has a row for."""
    fields = state.card["data_fields"]
    named = dict.fromkeys(
        (row.phase, row.purpose) for row in codex.bases if row.system == state.slug
    )
    for phase, purpose in named:
        used = [field for field in fields if purpose in field["purposes"]]
        if used:
            yield Use(
                phase=phase,
                purpose=purpose,
                categories=frozenset(field["category"] for field in used),
                sources=_linked(codex, state.slug, phase, purpose, used),
                open_cases=_open(state.slug, purpose) if phase == "operation" else 0,
            )


def _linked(
    codex: Codex, slug: str, phase: str, purpose: str, fields: list[dict[str, Any]]
) -> frozenset[str]:
    """The sources that may be linked now; where they may not, there is nothing to lose."""
    sources = frozenset(field["source"] for field in fields)
    permitted = may_link(
        codex,
        system=slug,
        phase=phase,
        purpose=purpose,
        sources=sources,
        day=timezone.localdate(),
    )
    return sources if permitted else frozenset()


def _open(slug: str, purpose: str) -> int:
    """Matters with a suggestion that nobody has decided."""
    suggested = Recommendation.objects.filter(system_id=slug, purpose=purpose, decision=None)
    return suggested.values("subject_type", "subject_id").distinct().count()
