# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From a bin's situation to a proposal before people: data, model and recommendation, by permit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.waste.engine.bin_model import BinModel
from kodeks.waste.engine.notices.proposing import Proposal
from kodeks.waste.engine.notices.rules import LABELS
from kodeks.waste.engine.notices.situation import Situation
from kodeks.waste.models import Bin, Notice

SYSTEM = "waste"
PURPOSE = "forecast"
SUBJECT = "binnotice"
"""What the kernel calls a bin that people are asked about; the id is the notice's."""
SENSORS, EMPTYINGS, CALENDAR = "sensorer", "toemninger", "kalender"
FIELDS: Mapping[str, tuple[str, ...]] = {SENSORS: ("levels", "state"), EMPTYINGS: ("visits",)}
"""Source -> its fields, which `Situation.texts` gives."""
KNOWN_DAYS: Mapping[str, tuple[str, ...]] = {CALENDAR: ("days",)}
"""The same, where the municipality has a file of known days."""


def subject_of(notice_id: uuid.UUID) -> kernel.Subject:
    return kernel.Subject(type=SUBJECT, id=str(notice_id))


def scope() -> kernel.Scope:
    """Whose bins they are: the department of the setting, or everybody's."""
    return kernel.Scope(unit=settings.KODEKS_WASTE_UNIT)


def read(
    permit: kernel.Permit, subject: kernel.Subject, texts: Mapping[str, str]
) -> dict[str, kernel.Datum]:
    """Field -> what was read of it, each source once and written down first."""
    now = timezone.now()

    def fetch(_: kernel.Subject, fields: Sequence[str]) -> Mapping[str, kernel.Value]:
        return {name: kernel.Value(text=texts[name], fetched_at=now) for name in fields}

    found = {}
    for source, fields in _given(texts).items():
        reading = permit.read(subject=subject, source=source, fields=fields, fetch=fetch)
        found |= {name: reading.datum(name) for name in fields}
    return found


def _given(texts: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    return {**FIELDS, **KNOWN_DAYS} if "days" in texts else FIELDS


def ask(*, bin_id: int, situation: Situation, label: str, opened_at: dt.datetime) -> None:
    """Put the bin before people, as `label` was found for it; not where the same stands before
    them already, as a round and a look at warm bins may find it at once.

    Raises kernel Refused or SystemStopped.
    """

    def work(permit: kernel.Permit) -> None:
        Bin.objects.select_for_update().get(id=bin_id)
        if Notice.objects.filter(bin_id=bin_id, label=label, ended_at=None).exists():
            return
        notice = Notice(id=uuid.uuid4(), bin_id=bin_id, label=label, opened_at=opened_at)
        subject = subject_of(notice.id)
        used = read(permit, subject, situation.texts)
        answer = _answered(permit, {name: datum.value.text for name, datum in used.items()})
        notice.recommendation_id = permit.issue(
            subject=subject,
            suggestion=answer.suggestion,
            confidence=answer.confidence,
            alternatives=answer.alternatives,
            used=list(used.values()),
            considerations=answer.considerations,
            counterfactuals=answer.counterfactuals,
            key=str(notice.id),
            scope=scope(),
            began_at=opened_at,
        )
        notice.save(force_insert=True)

    kernel.under_permit(system=SYSTEM, purpose=PURPOSE, work=work)


def again(permit: kernel.Permit, data: Mapping[tuple[str, str], str]) -> kernel.Answer:
    """The answer to the same situation once more (see kodeks.kernel.replaying)."""
    return _answered(permit, {name: text for (_, name), text in data.items()})


def _answered(permit: kernel.Permit, texts: Mapping[str, str]) -> kernel.Answer:
    situation = Situation.of_texts(**texts)
    found = permit.predict(load=BinModel.of_bytes, compute=lambda model: model.propose(situation))
    return kernel.Answer(
        suggestion={"label": found.label},
        confidence=found.certainty,
        alternatives=_alternatives(found),
        considerations=[
            kernel.Consideration(
                text=one.text,
                weight=one.weight,
                direction="for" if one.is_for else "against",
                rule=one.rule,
            )
            for one in found.weighed
        ],
        counterfactuals=_counterfactuals(found),
    )


def _alternatives(found: Proposal) -> list[kernel.Alternative]:
    """The other labels share what is left of the certainty."""
    others = [label for label in LABELS if label != found.label]
    share = (1 - found.certainty) / len(others)
    return [kernel.Alternative(value=label, confidence=share) for label in others]


def _counterfactuals(found: Proposal) -> list[kernel.Counterfactual]:
    if found.otherwise is None:
        return []
    words, label = found.otherwise
    text = f"{words}, var forslaget blevet »{LABELS[label]}«"
    suggestion: dict[str, Any] = {"label": label}
    return [kernel.Counterfactual(text=text, suggestion=suggestion)]
