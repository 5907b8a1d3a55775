# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What cannot wait until somebody opens a page (see kodeks.workbench.telling): a report about a
child, which the law wants judged within 24 hours, also on a Sunday."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from kodeks.inquiries import legal_clocks, selectors
from kodeks.kernel import api as kernel

_SUBJECT = "Der er kommet en mulig underretning, som skal vurderes inden 24 timer"
_AGAIN = "En mulig underretning er ikke vurderet, og fristen på 24 timer er tæt på"
_LEFT = dt.timedelta(hours=6)
"""So long before the 24 hours are over they are told again."""


def urgent() -> Iterator[tuple[str, kernel.User, str, str]]:
    """Key, person, subject and address of a mail to each who may decide about an inquiry that may
    be a report, and once more when nobody has settled it.

    The mail says that something is to be looked at and where; what it is about stands on the page.
    """
    now = timezone.now()
    for clock in legal_clocks.reports():
        inquiry = clock.inquiry
        path = reverse("inquiries:inquiry", args=[inquiry.id])
        due = legal_clocks.due_at(clock, inquiry)
        is_near = due is not None and now > due - _LEFT
        scope = selectors.scope_of(inquiry)
        for user in kernel.people_reaching(scope, role=kernel.Role.CASEWORKER):
            yield f"childreport:{clock.id}:{user.pk}", user, _SUBJECT, path
            if is_near:
                yield f"childreport:{clock.id}:{user.pk}:near", user, _AGAIN, path
