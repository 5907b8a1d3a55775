# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What cannot wait until somebody opens a page (see kodeks.workbench.telling)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.waste import noticing, outage
from kodeks.waste.engine.notices.rules import FIRE
from kodeks.waste.models import Notice

_SUBJECT = "Se efter en skraldespand nu"
_SILENT = "Der kommer ingen målinger fra skraldespandene"


def urgent() -> Iterator[tuple[str, kernel.User, str, str]]:
    """Key, person, subject and address of a mail to each who may decide about a bin that may burn.

    The mail says that something is to be looked at and where; what is proposed stands on the page.
    And one to each of them when most sensors fall silent, once for each time.
    """
    people = kernel.people_reaching(noticing.scope(), role=kernel.Role.CASEWORKER)
    for notice in Notice.objects.filter(ended_at=None, label=FIRE).order_by("opened_at"):
        path = reverse("waste:notice", args=[notice.id])
        for user in people:
            yield f"binnotice:{notice.id}:{user.pk}", user, _SUBJECT, path
    broken = outage.found(timezone.now())
    if broken is not None:
        for user in people:
            key = f"binsilence:{broken.since:%Y-%m-%dT%H:%M}:{user.pk}"
            yield key, user, _SILENT, reverse("waste:sensors")
