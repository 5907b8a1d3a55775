# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What cannot wait until somebody opens a page (see kodeks.workbench.telling): a report about a
child, which the law wants judged within 24 hours, also on a Sunday, and other emergencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from kodeks.inquiries import legal_clocks, selectors
from kodeks.inquiries import urgent as emergencies
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel

_SUBJECT = "Der er kommet en mulig underretning, som skal vurderes inden 24 timer"
_AGAIN = "En mulig underretning er ikke vurderet, og fristen på 24 timer er tæt på"
_URGENT = "Der er kommet en henvendelse, som haster"
_LEFT = dt.timedelta(hours=6)
"""So long before the 24 hours are over they are told again."""


def urgent() -> Iterator[tuple[str, kernel.User, str, str]]:
    """Key, person, subject and address of a mail to each who may decide about an inquiry that is
    urgent: of a report about a child once more when nobody has settled it.

    The mail says that something is to be looked at and where; what it is about stands on the page.
    """
    now = timezone.now()
    yield from _reports(now)
    since = now - dt.timedelta(hours=settings.KODEKS_URGENT_MAIL_HOURS)
    for inquiry in emergencies.untended(since=since):
        for user in _deciding(inquiry):
            yield f"urgent:{inquiry.id}:{user.pk}", user, _URGENT, _path(inquiry)


def _reports(now: dt.datetime) -> Iterator[tuple[str, kernel.User, str, str]]:
    for clock in legal_clocks.reports():
        inquiry = clock.inquiry
        due = legal_clocks.due_at(clock, inquiry)
        is_near = due is not None and now > due - _LEFT
        for user in _deciding(inquiry):
            yield f"childreport:{clock.id}:{user.pk}", user, _SUBJECT, _path(inquiry)
            if is_near:
                yield f"childreport:{clock.id}:{user.pk}:near", user, _AGAIN, _path(inquiry)


def _deciding(inquiry: Inquiry) -> list[kernel.User]:
    return kernel.people_reaching(selectors.scope_of(inquiry), role=kernel.Role.CASEWORKER)


def _path(inquiry: Inquiry) -> str:
    return reverse("inquiries:inquiry", args=[inquiry.id])
