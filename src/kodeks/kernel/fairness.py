# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether groups of citizens are treated alike in operation: kept apart, counted, judged.

The database counts and judges by itself (sql/fairness.sql). Here is what asks it to, each month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kodeks.codex import fairness
from kodeks.kernel import calls, facts
from kodeks.kernel.models import CardRevision
from kodeks.kernel.subjects import Subject
from kodeks.language import cpr


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """The groups' figures of the last months, and what the limits say of them.

    `measured` is as `Groups.measured` of a release. Each verdict has `attribute`, `measure`,
    `kind`, `most` and `state` ("held", "broken" or "too_few"), and where it is known `higher`,
    `lower`, `value` and `low`.
    """

    months: int
    cases: int
    measured: tuple[Mapping[str, str], ...]
    verdicts: tuple[Mapping[str, Any], ...]
    broken: bool


def keep_for_audit(*, system: str, subject: Subject, groups: Mapping[str, str]) -> None:
    """Put away which group of each attribute a matter's citizen belongs to.

    Only attributes that the system's card has a limit for are kept, and of a matter only the first
    time. Nothing can read them again but the count of `measure`. Unknown groups ("") are left out.

    Raises Refused when a name is too long or the matter is erased.
    """
    asked = {limit.attribute for limit in fairness.limits_of(_card(system))}
    kept = {
        attribute: cpr.mask(group.strip())
        for attribute, group in groups.items()
        if attribute in asked and group.strip()
    }
    if kept:
        payload = {"system": system, "subject": subject.as_json(), "groups": kept}
        calls.call("keep_for_audit", payload)


def _card(system: str) -> Mapping[str, Any]:
    """The newest card's content; empty where there is none: what stops a machine stops nobody."""
    card = CardRevision.objects.filter(system_id=system).order_by("-revision").first()
    return {} if card is None else card.card


def measure(*, system: str) -> Measurement:
    """Measure the release in operation; a limit that is broken stops the system from now on.

    Raises Refused when the card has no limits, there is no release, or the system is measured this
    month already.
    """
    found = calls.call("measure_groups", {"system": system})
    return Measurement(
        months=found["months"],
        cases=found["cases"],
        measured=tuple(found["measured"]),
        verdicts=tuple(found["verdicts"]),
        broken=found["broken"],
    )


def is_due(system: str) -> bool:
    """Whether the system has limits and a release, and nobody has measured it this month."""
    card = CardRevision.objects.filter(system_id=system).order_by("-revision").first()
    if card is None or not card.card.get("fairness"):
        return False
    release = facts.released(system)
    if release is None:
        return False
    last = facts.measurement_of(release)
    month = timezone.localdate().replace(day=1)
    return last is None or last.card_id != card.pk or timezone.localdate(last.at) < month
