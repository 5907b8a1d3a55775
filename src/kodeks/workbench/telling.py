# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Tells by mail what cannot wait, each person once: alarms to those who answer for the system, and
what a solution calls urgent (its module `telling`) to those whom it names."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from kodeks.connectors.mail import sending
from kodeks.kernel import alarms
from kodeks.kernel.models import Assignment, User
from kodeks.workbench import solutions

TASK = "mail.alarms"


def tell_alarms() -> int:
    """Queue a mail for each open alarm that its people have not been told of; how many.

    The manager and the deputy are both told: one of them may be away.
    """
    queued = 0
    for alarm in alarms.open_ones():
        path = reverse("workbench:monitoring", args=[alarm.system_id])
        for user in _answering(alarm.system_id):
            with transaction.atomic():
                queued += sending.notify(
                    key=f"alarm:{alarm.id}:{user.pk}",
                    user=user,
                    subject=f"Der er kommet en alarm i systemet {alarm.system_id}",
                    path=path,
                )
    return queued


def tell_urgent() -> int:
    """Queue the mails of what solutions call urgent; how many are new."""
    queued = 0
    for solution in solutions.modules("telling"):
        for key, user, subject, path in solution.urgent():
            with transaction.atomic():
                queued += sending.notify(key=key, user=user, subject=subject, path=path)
    return queued


def tell_and_send() -> None:
    """As background work. Raises BusinessError or MailFault."""
    tell_alarms()
    tell_urgent()
    sending.send()


def _answering(system: str) -> list[User]:
    post = (
        Assignment.objects.filter(system_id=system)
        .select_related("manager", "deputy")
        .order_by("-id")
        .first()
    )
    if post is None:
        return []
    return [user for user in (post.manager, post.deputy) if user is not None]
