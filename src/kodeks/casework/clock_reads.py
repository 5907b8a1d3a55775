# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the clocks of cases show: open deadlines, the board, and what happened to each of them."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Coalesce

from kodeks.casework import notices
from kodeks.casework.deadlines import Pause, Term
from kodeks.casework.models import (
    Case,
    Deadline,
    DeadlineState,
    DeadlineStep,
    Unit,
)
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    from django.db.models import QuerySet

OPEN = (DeadlineState.RUNNING, DeadlineState.PAUSED)
REASON_PLACE = "casework_deadlineevent/sealed_reason"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One step as it is read; `reason` is "" when none was given, or when the case is erased."""

    step: str
    title: str
    on: datetime.date
    due_on: datetime.date
    reason: str
    by: str
    at: datetime.datetime
    letter: str
    """How the letter about it went out and where it stands; "" when there is none."""


def newest(case: Case, *, kind: str) -> Deadline | None:
    """The deadline of the kind that counts now, or counted last."""
    return Deadline.objects.filter(case=case, kind=kind).order_by("-events__id").first()


def open_ones(*, kind: str = "") -> "QuerySet[Deadline]":
    """The deadlines that nobody has answered, of one kind if given; those due first."""
    found = Deadline.objects.filter(state__in=OPEN, case__erased_at=None)
    found = found.filter(kind=kind) if kind else found
    promised = Coalesce("expected_on", "due_on")
    return found.annotate(promised=promised).order_by("promised", "id")


def board(
    *,
    units: Collection[str] | None,
    kind: str = "",
    when: str = "",
    on: datetime.date | None = None,
) -> "QuerySet[Deadline]":
    """Open deadlines of departments (their codes; None for all), those due first; those that stand
    still last. Of one kind if given, and of one part of the board (a name of WHEN) on that day."""
    still = models.Case(models.When(state=DeadlineState.PAUSED, then=1), default=0)
    found = open_ones(kind=kind).annotate(still=still)
    if units is not None:
        found = found.filter(case__unit__code__in=units)
    if when and on is not None:
        found = found.filter(parts(on)[when])
    return found.select_related("case__kle", "case__unit").order_by("still", "promised", "id")


def parts(on: datetime.date) -> dict[str, models.Q]:
    """The parts of the board on that day: a week ends on Sunday."""
    runs = models.Q(state=DeadlineState.RUNNING)
    sunday = on + datetime.timedelta(days=6 - on.weekday())
    return {
        "late": runs & models.Q(promised__lt=on),
        "today": runs & models.Q(promised=on),
        "week": runs & models.Q(promised__gt=on, promised__lte=sunday),
        "later": runs & models.Q(promised__gt=sunday),
        "paused": models.Q(state=DeadlineState.PAUSED),
    }


def count_parts(
    *, units: Collection[str] | None, kind: str = "", on: datetime.date
) -> dict[str, int]:
    """How many there are in each part of the board."""
    found = board(units=units, kind=kind).order_by()
    wanted = {name: models.Count("pk", filter=part) for name, part in parts(on).items()}
    counted: dict[str, int] = found.aggregate(**wanted)
    return counted


def departments(*, units: Collection[str] | None) -> "QuerySet[Unit]":
    """The departments (of those given, or all) with open deadlines; `waiting` counts them."""
    found = Unit.objects.all() if units is None else Unit.objects.filter(code__in=units)
    is_open = models.Q(cases__deadlines__state__in=OPEN, cases__erased_at=None)
    waiting = models.Count("cases__deadlines", filter=is_open)
    return found.annotate(waiting=waiting).filter(waiting__gt=0).order_by("name")


def count_due(*, units: Collection[str] | None, by: datetime.date) -> int:
    """How many clocks that run have come to their day by that day: what to be reminded of."""
    found = open_ones().filter(state=DeadlineState.RUNNING, promised__lte=by)
    return (found if units is None else found.filter(case__unit__code__in=units)).count()


def of_case(case: Case) -> "QuerySet[Deadline]":
    """All deadlines of a case, the open ones first, then the newest."""
    is_open = models.Case(models.When(state__in=OPEN, then=0), default=1)
    return Deadline.objects.filter(case=case).select_related("case").order_by(is_open, "-due_on")


def is_late(deadline: Deadline, *, on: datetime.date) -> bool:
    """Whether the citizen should have had an answer before that day; not while it stands still."""
    return deadline.state == DeadlineState.RUNNING and deadline.promised_on < on


def terms_of(deadline: Deadline) -> tuple[Term, ...]:
    """What law and rules said on the day that it was written down."""
    return tuple(Term(**term) for term in deadline.terms)


def pauses_of(deadline: Deadline) -> tuple[Pause, ...]:
    """The pauses that have ended, in the order in which they were."""
    found: list[Pause] = []
    first: datetime.date | None = None
    for event in deadline.events.all():
        if event.step == DeadlineStep.PAUSED:
            first = event.on
        elif event.step == DeadlineStep.RESUMED and first is not None:
            found.append(Pause(first, event.on))
    return tuple(found)


def paused_since(deadline: Deadline) -> datetime.date | None:
    """The first day of the pause that it is in."""
    if deadline.state != DeadlineState.PAUSED:
        return None
    last = deadline.events.filter(step=DeadlineStep.PAUSED).last()
    return None if last is None else last.on


def history(deadline: Deadline) -> tuple[Told, ...]:
    """What happened to it, the first first."""
    subject = subject_of(deadline.case)
    return tuple(
        Told(
            step=event.step,
            title=DeadlineStep(event.step).label,
            on=event.on,
            due_on=event.due_on,
            reason=""
            if event.sealed_reason is None
            else kernel.open_note(
                subject=subject,
                place=REASON_PLACE,
                row=str(event.key),
                sealed=bytes(event.sealed_reason),
            )
            or "",
            by=event.by.full_name if event.by else "",
            at=event.at,
            letter=notices.in_words(event.letter) if event.letter else "",
        )
        for event in deadline.events.select_related("by", "letter").defer("letter__content")
    )


def subject_of(case: Case) -> kernel.Subject:
    return kernel.Subject(type="case", id=str(case.id))
