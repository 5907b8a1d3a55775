# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Background work that comes by the clock, on a date, or when a robot's queue is long.

A solution declares its schedules in its module `robots`; an administrator changes when they are
due or switches them off. Each due time is fired once, by whichever worker is first, and a worker
that was away catches up the newest one only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.robots import background, due_times, orders, results, services
from kodeks.robots.errors import FlowError
from kodeks.robots.models import Firing, RobotState, Run, ScheduleChange, Status

if TYPE_CHECKING:
    from kodeks.robots.apps import RobotsConfig

_QUEUE_PAUSE = dt.timedelta(minutes=10)
"""A long queue fires at most once in this time."""


@dataclass(frozen=True, kw_only=True)
class QueueLength:
    """Due when at least `runs` runs of the robot wait."""

    robot: str
    runs: int


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Background work (`kodeks.robots.background`) and when it is due: exactly one of the three.

    `title` is Danish. `cron` has five fields and is in Danish time; `on` is a moment (aware).
    """

    name: str
    title: str
    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    cron: str = ""
    on: dt.datetime | None = None
    queue: QueueLength | None = None
    is_on: bool = True
    """Whether it is on before an administrator has said anything."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A schedule as it is now. Times are None when there was or will be none."""

    schedule: Schedule
    is_on: bool
    cron: str
    last_at: dt.datetime | None
    next_at: dt.datetime | None
    changed: ScheduleChange | None
    at_rest: bool
    """Whether a person has paused or stopped the robot whose work it is: it waits then."""


def register(
    *,
    name: str,
    title: str,
    task: str,
    arguments: Mapping[str, Any] | None = None,
    cron: str = "",
    on: dt.datetime | None = None,
    queue: QueueLength | None = None,
    is_on: bool = True,
) -> None:
    """Declare a schedule. Changing `arguments` or the default in a later version is in order.

    With `is_on` False it is off until an administrator switches it on, who then stands behind it.

    Raises FlowError when the name is taken, the work is not registered, the cron expression is
    none, or there is not exactly one of `cron`, `on` and `queue`; ResultRefused when arguments hold
    more than ids.
    """
    if name in _register():
        raise FlowError(f"schedule {name} is registered twice")
    if sum(bool(one) for one in (cron, on, queue)) != 1:
        raise FlowError(f"schedule {name} needs one of cron, on and queue")
    if cron and not due_times.is_cron(cron):
        raise FlowError(f"schedule {name}: {cron!r} is no cron expression of five fields")
    background.get(task)
    _register()[name] = Schedule(
        name=name,
        title=title,
        task=task,
        arguments=results.validate(arguments or {}),
        cron=cron,
        on=on,
        queue=queue,
        is_on=is_on,
    )


def standings(now: dt.datetime | None = None) -> list[Standing]:
    """All schedules of this program as they are now, by title."""
    moment = now or timezone.now()
    changes = _changes()
    at_rest = {
        name for name, order in orders.present().items() if order.state != RobotState.RUNNING
    }
    found = []
    for schedule in _register().values():
        change = changes.get(schedule.name)
        is_on, cron = _present(schedule, change)
        found.append(
            Standing(
                schedule=schedule,
                is_on=is_on,
                cron=cron,
                last_at=_newest(schedule, queued=True, of="fired_at"),
                next_at=_next(schedule, cron, moment) if is_on else None,
                changed=change,
                at_rest=background.about(schedule.task).robot in at_rest,
            )
        )
    return sorted(found, key=lambda one: one.schedule.title)


def answerable(name: str) -> kernel.User | None:
    """The administrator who switched the schedule on, and so stands behind what begins by itself;
    None while it is off, nobody has, or they are none now."""
    change = _changes().get(name)
    if change is None or not change.is_on:
        return None
    found = kernel.User.objects.filter(pk=change.user_id).first()
    return found if found is not None and may_change(found) else None


def may_change(user: kernel.User) -> bool:
    """Whether the person may change schedules."""
    return kernel.has_role(user, kernel.Role.ADMINISTRATOR)


@transaction.atomic
def change(
    *, name: str, is_on: bool, reason: str, user: kernel.User, cron: str = ""
) -> ScheduleChange:
    """Switch a schedule on or off, or change when it is due; an empty `cron` is the default.

    What was due before the change is not caught up. Raises Refused when the person may not, the
    schedule is unknown, `cron` is none, or the reason is missing or holds a CPR number.
    """
    if not may_change(user):
        raise kernel.Refused(
            code="access", message="Kun en administrator kan ændre, hvornår robotter kører."
        )
    schedule = _register().get(name)
    if schedule is None:
        raise kernel.Refused(code="unknown_schedule", message="Tidsplanen findes ikke.")
    cron = " ".join(cron.split())
    if cron and (not schedule.cron or not due_times.is_cron(cron)):
        raise kernel.Refused(
            code="cron",
            message="Tidspunktet kan ikke læses. Skriv fem felter, for eksempel »0 6 * * 1-5«: "
            "kl. 6 på hverdage.",
        )
    return ScheduleChange.objects.create(
        name=name,
        is_on=is_on,
        cron=cron,
        user_id=str(user.pk),
        reason=orders.reason_in_order(reason),
        changed_at=timezone.now(),
    )


def fire_due(now: dt.datetime | None = None) -> int:
    """Queue the work of the schedules that are due; how many. Any worker may ask, at any time."""
    if not _register():
        return 0
    moment = now or timezone.now()
    changes = _changes()
    fired = 0
    for schedule in _register().values():
        change = changes.get(schedule.name)
        is_on, cron = _present(schedule, change)
        due = _due(schedule, cron, moment) if is_on else None
        if due is None or (change is not None and due <= change.changed_at):
            continue
        seen = _newest(schedule, of="due_at")
        if seen is not None and due <= seen:
            continue
        # One that waits for the clock is met when it is installed; what had passed is not due.
        met = bool(schedule.cron) and seen is None and change is None
        fired += _fire(schedule, due, queued=not met)
    return fired


@transaction.atomic
def _fire(schedule: Schedule, due: dt.datetime, *, queued: bool) -> int:
    about = {"fired_at": timezone.now(), "queued": queued}
    _, first = Firing.objects.get_or_create(name=schedule.name, due_at=due, defaults=about)
    if not first or not queued:
        return 0
    key = f"schedule:{schedule.name}"
    services.enqueue(task=schedule.task, arguments=schedule.arguments, key=key)
    return 1


def _due(schedule: Schedule, cron: str, now: dt.datetime) -> dt.datetime | None:
    if schedule.on is not None:
        return schedule.on if schedule.on <= now else None
    if schedule.queue is not None:
        waiting = Run.objects.filter(robot=schedule.queue.robot, status=Status.QUEUED)
        if waiting.count() < schedule.queue.runs:
            return None
        # Each stretch of time counts as one due time, the same for all workers.
        return now - (now - dt.datetime.min.replace(tzinfo=dt.UTC)) % _QUEUE_PAUSE
    return due_times.last(cron, now)


def _next(schedule: Schedule, cron: str, now: dt.datetime) -> dt.datetime | None:
    if schedule.on is not None:
        return schedule.on if schedule.on > now else None
    return due_times.following(cron, now) if cron else None


def _newest(schedule: Schedule, *, of: str, **which: bool) -> dt.datetime | None:
    """A time of the schedule's newest firing; by the index, as there come to be very many."""
    found = Firing.objects.filter(name=schedule.name, **which).order_by("-due_at")
    return found.values_list(of, flat=True).first()


def _present(schedule: Schedule, change: ScheduleChange | None) -> tuple[bool, str]:
    if change is None:
        return schedule.is_on, schedule.cron
    return change.is_on, change.cron or schedule.cron


def _changes() -> dict[str, ScheduleChange]:
    found = ScheduleChange.objects.order_by("name", "-id").distinct("name")
    return {one.name: one for one in found}


def _register() -> dict[str, Schedule]:
    return cast("RobotsConfig", apps.get_app_config("robots")).schedules
