# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Several runs of a robot that are held for one cause within a day: most likely one thing is wrong.

An incident is read from the held runs themselves, so that none is missed and none outlives its
cause; only that a person ended one is written down. (An incident that is reported of a system, with
its legal clocks, is the kernel's: `kodeks.kernel.stewardship.report_incident`. A person reports it,
and a journal that was away for an hour is none.)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.robots import orders, services
from kodeks.robots.errors import NotHeld
from kodeks.robots.models import Failure, IncidentEnd, Run, Status

if TYPE_CHECKING:
    from django.db.models import QuerySet

LEAST = 3
"""Held runs of one cause that make an incident."""
WINDOW = dt.timedelta(days=1)
_TECHNICAL = "technical"


@dataclass(frozen=True, kw_only=True)
class Incident:
    """`cause` is a business error's code, or "technical:" and an error's class."""

    robot: str
    cause: str
    reason: str
    """What the newest of the runs is held for, in Danish."""
    runs: int
    first_at: dt.datetime
    last_at: dt.datetime

    @property
    def technical(self) -> bool:
        return self.cause.startswith(_TECHNICAL)

    @property
    def error(self) -> str:
        """The technical error's class; "" for a business error."""
        return self.cause.partition(":")[2]


def open_ones(*, robot: str = "") -> list[Incident]:
    """The open incidents of one robot or all, the newest first."""
    ended = {
        (one.robot, one.cause): one.ended_at
        for one in IncidentEnd.objects.order_by("robot", "cause", "-id").distinct("robot", "cause")
    }
    held = _held()
    if robot:
        held = held.filter(robot=robot)
    rows = held.order_by("robot", "cause", "updated_at").values_list(
        "robot", "cause", "held_reason", "updated_at"
    )
    found = []
    for (name, cause), group in groupby(rows.iterator(), key=lambda row: row[:2]):
        since = ended.get((name, cause))
        later = [(at, reason) for *_, reason, at in group if since is None or at > since]
        if _many(later):
            found.append(
                Incident(
                    robot=name,
                    cause=cause,
                    reason=later[-1][1],
                    runs=len(later),
                    first_at=later[0][0],
                    last_at=later[-1][0],
                )
            )
    return sorted(found, key=lambda one: one.last_at, reverse=True)


@transaction.atomic
def dismiss(*, robot: str, cause: str, reason: str, user: kernel.User) -> IncidentEnd:
    """End an incident without doing anything: its runs stay on people's task list.

    Raises NotHeld when there is no such incident, Refused when the person may not or no reason is
    given.
    """
    incident = _open_one(robot, cause, user)
    return _end(incident, IncidentEnd.Outcome.DISMISSED, orders.reason_in_order(reason), user)


@transaction.atomic
def reschedule(*, robot: str, cause: str, reason: str, user: kernel.User) -> int:
    """Let the robot try all runs of an incident again, each as `services.retry`; how many.

    Raises as `dismiss`.
    """
    incident = _open_one(robot, cause, user)
    runs = _held().filter(robot=robot, cause=cause, updated_at__gte=incident.first_at)
    ids = list(runs.values_list("id", flat=True))
    retried = 0
    for run in Run.objects.filter(id__in=ids).order_by("updated_at"):
        try:
            services.retry(run=run, user=user)
        except NotHeld:
            continue  # a colleague has just seen to it
        retried += 1
    text = orders.reason_in_order(reason)
    _end(incident, IncidentEnd.Outcome.RESCHEDULED, text, user)
    return retried


def ended(*, robot: str) -> QuerySet[IncidentEnd]:
    """Incidents of a robot that people ended, newest first."""
    return IncidentEnd.objects.filter(robot=robot).order_by("-id")


def _held() -> QuerySet[Run]:
    """Held runs, each with its `cause`."""
    newest = Failure.objects.filter(run=OuterRef("pk")).order_by("-id").values("error")[:1]
    error = Coalesce(Subquery(newest), Value(""))
    technical = Concat(Value(f"{_TECHNICAL}:"), error)
    cause = Case(When(held_reason_code=_TECHNICAL, then=technical), default=F("held_reason_code"))
    return Run.objects.filter(status=Status.HELD).annotate(cause=cause)


def _many(later: list[tuple[dt.datetime, str]]) -> bool:
    times = [at for at, _ in later]
    pairs = zip(times, times[LEAST - 1 :], strict=False)
    return any(last - first <= WINDOW for first, last in pairs)


def _open_one(robot: str, cause: str, user: kernel.User) -> Incident:
    orders.require_may_order(user)
    found = next((one for one in open_ones(robot=robot) if one.cause == cause), None)
    if found is None:
        raise NotHeld
    return found


def _end(
    incident: Incident, outcome: IncidentEnd.Outcome, reason: str, user: kernel.User
) -> IncidentEnd:
    return IncidentEnd.objects.create(
        robot=incident.robot,
        cause=incident.cause,
        outcome=outcome,
        runs=incident.runs,
        user_id=str(user.pk),
        reason=reason,
        ended_at=timezone.now(),
    )
