# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bins for the pages that show a matter with its data and reasons (see kodeks.kernel.insight).

A bin is nobody's matter, so no citizen finds one by a case or a CPR number; staff do, from the
pages of oversight.
"""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.waste import noticing
from kodeks.waste.engine.notices.rules import LABELS
from kodeks.waste.models import Notice

again = noticing.again


def find(*, case_number: str) -> kernel.Matter | None:
    """No bin has a case."""
    del case_number
    return None


def matter(*, subject: kernel.Subject) -> kernel.Matter | None:
    if subject.type != noticing.SUBJECT:
        return None
    try:
        found = Notice.objects.select_related("bin").get(id=uuid.UUID(subject.id))
    except (Notice.DoesNotExist, ValueError):
        return None
    return kernel.Matter(
        subject=subject,
        system=noticing.SYSTEM,
        title=f"Skraldespanden {found.bin.code}",
        own_text="",
        received_on=timezone.localdate(found.opened_at),
        status=_status(found),
        scope=noticing.scope(),
    )


def matters_of_person(*, index: bytes) -> list[kernel.Matter]:
    """Nobody has a bin."""
    del index
    return []


def value_title(value: str) -> str:
    return LABELS.get(value, value)


def for_staff(*, subject: kernel.Subject, user: kernel.User) -> list[tuple[str, str]]:
    """The page of the notice, for those who may open it."""
    if not kernel.has_role(user, kernel.Role.CASEWORKER):
        return []
    return [("Åbn beskeden", reverse("waste:notice", args=[subject.id]))]


def _status(found: Notice) -> str:
    if found.decision_id is not None:
        return "En medarbejder har besluttet, hvad der skal ske."
    if found.ended_at is not None:
        return "Det gik over, før nogen besluttede noget."
    return "En medarbejder skal beslutte, hvad der skal ske."
