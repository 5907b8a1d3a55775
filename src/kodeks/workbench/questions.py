# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The three questions about a system: does it work, is it fair, who looks after it.

Each is answered by what the kernel knows now: yes, no, or that nobody can tell yet and why.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.codex import fairness, monitoring
from kodeks.kernel import alarms, facts, monitoring_figures, monitoring_looks, monitoring_quality
from kodeks.kernel.models import Alarm, CardRevision, System
from kodeks.kernel.selectors import SystemState
from kodeks.workbench import figures

_WORKS = frozenset(map(monitoring_looks.kind_of, monitoring.WATCHED))
_BADGES = {"yes": "success", "no": "error", "unknown": "warning"}
_WORDS = {"yes": "Ja", "no": "Nej", "unknown": "Ved ikke endnu"}
_IN_THE_WAY = frozenset({"no_owner", "not_attested", "supervision", "incident", "review"})
"""What is in a system's way because somebody does not look after it."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A question with its answer, what it rests on, and where there is more of it."""

    question: str
    verdict: str
    sentences: tuple[str, ...]
    link: str
    link_text: str

    @property
    def text(self) -> str:
        return _WORDS[self.verdict]

    @property
    def badge(self) -> str:
        return _BADGES[self.verdict]


def answers(state: SystemState) -> tuple[Answer, ...]:
    """The three answers about a system as it stands now."""
    opened = [one for one in alarms.of(state.slug) if one.is_open]
    return _works(state, opened), _fair(state), _looked_after(state, opened)


def _works(state: SystemState, opened: list[Alarm]) -> Answer:
    wrong = [one.sentence for one in opened if one.kind in _WORKS]
    found = monitoring_figures.watches(state.slug)
    right = monitoring_quality.quality(state.slug)
    told = []
    if right is not None:
        told.append(
            f"Medarbejderne kom selv til det samme i {figures.share(right.value)} af "
            f"{figures.whole(right.total)} sager. De havde ikke set forslaget."
        )
    measured = [one for one in found if one.looks]
    if wrong:
        verdict = "no"
    elif measured and right is not None:
        verdict = "yes"
        told.append(f"{len(measured)} af {len(found)} ting er målt. Alle er inden for grænsen.")
    else:
        verdict = "unknown"
        told.append(
            "Der er ikke sager nok endnu."
            if found
            else "Systemet bliver ikke målt. Kortet har ingen grænser, eller der er ingen model."
        )
    return Answer(
        question="Virker det?",
        verdict=verdict,
        sentences=(*wrong, *told),
        link=reverse("workbench:monitoring", args=[state.slug]),
        link_text="Se, hvad der bliver målt",
    )


def _fair(state: SystemState) -> Answer:
    limits = fairness.limits_of(state.card)
    found = facts.measurement_of(state.release) if state.release else None
    told: list[str] = []
    if not limits:
        verdict, told = "unknown", ["Kortet har ingen grænser for, hvor ens grupper behandles."]
    elif found is None:
        verdict, told = "unknown", ["Det er ikke målt i drift endnu."]
    else:
        states = {one["state"] for one in found.verdicts}
        verdict = "no" if "broken" in states else "unknown" if "too_few" in states else "yes"
        told = [figures.verdict(one) for one in found.verdicts]
    return Answer(
        question="Er det ligeligt?",
        verdict=verdict,
        sentences=tuple(told),
        link=f"{reverse('workbench:system', args=[state.slug])}#grupper",
        link_text="Se tallene for hver gruppe",
    )


def _looked_after(state: SystemState, opened: list[Alarm]) -> Answer:
    today = timezone.localdate()
    missing = [one.sentence for one in state.obstacles if one.code in _IN_THE_WAY]
    late = [one for one in opened if one.due_on < today]
    told = [*missing]
    if state.manager:
        deputy = state.assignment.deputy_name if state.assignment else ""
        told.append(
            f"{state.manager} i {state.unit} svarer for systemet."
            + (f" {deputy} er stedfortræder." if deputy else "")
        )
    told += _tasks(opened, today)
    if (due := _next_check(state)) is not None:
        told.append(f"Næste tilsyn er senest {date_format(due)}.")
    return Answer(
        question="Hvem passer på det?",
        verdict="no" if missing or late or not state.manager else "yes",
        sentences=tuple(told),
        link=reverse("workbench:answering", args=[state.slug]),
        link_text="Se, hvem der svarer for systemet",
    )


def _tasks(opened: list[Alarm], today: dt.date) -> list[str]:
    """Alarms as what somebody has to do, by the day on which it is to be done."""
    found = Counter(one.due_on for one in opened)
    return [
        f"{'En alarm' if number == 1 else f'{number} alarmer'} "
        f"{'skulle være afklaret' if day < today else 'skal være afklaret senest'} "
        f"{date_format(day)}."
        for day, number in sorted(found.items())
    ]


def _next_check(state: SystemState) -> dt.date | None:
    """The day of the supervision that is due first."""
    system = System.objects.get(slug=state.slug)
    card = CardRevision.objects.filter(system=system).latest("revision")
    found = [task["due"] for task in facts.supervision(system, card)]
    return min(found) if found else None
