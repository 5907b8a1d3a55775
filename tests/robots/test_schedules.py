# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Work that comes by the clock: once per due time, caught up once, changed by a person."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.kernel import api as kernel
from kodeks.kernel.models import User
from kodeks.robots import schedules
from kodeks.robots.errors import FlowError, ResultRefused
from kodeks.robots.models import Firing, ScheduleChange

PERSON = User(pk=7)
DAY = dt.timedelta(days=1)
NOON = dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC)
DAILY = {"name": "mail", "title": "Hent post", "task": "fetch", "cron": "0 6 * * *"}


@pytest.fixture
def declare(robot: Any) -> Callable[..., None]:
    config = apps.get_app_config("robots")
    robot.monkeypatch.setattr(config, "schedules", {})
    robot.monkeypatch.setitem(config.background, "fetch", print)
    robot.monkeypatch.setattr(kernel, "has_role", lambda user, role: role == "administrator")
    return lambda **values: schedules.register(**DAILY | values)


def _queued() -> int:
    return ProcrastinateJob.objects.filter(task_name="robots.background").count()


def _done() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.mark.django_db
def test_one_that_is_off_by_itself_waits_for_an_administrator(declare: Any) -> None:
    declare(is_on=False)
    assert not schedules.standings(NOON)[0].is_on
    assert [schedules.fire_due(NOON + days * DAY) for days in range(3)] == [0, 0, 0]
    schedules.change(name="mail", is_on=True, reason="Jeg svarer for det.", user=PERSON)
    (on,) = schedules.standings(NOON)
    assert on.is_on
    assert on.changed is not None
    assert on.changed.user_id == str(PERSON.pk)


@pytest.mark.django_db
def test_each_due_time_is_fired_once_and_missed_ones_are_caught_up_once(declare: Any) -> None:
    declare(arguments={"box": 4})
    assert schedules.fire_due(NOON) == 0, "what had passed when it was met is not due"
    assert schedules.fire_due(NOON + DAY) == 1
    assert schedules.fire_due(NOON + DAY) == 0
    job = ProcrastinateJob.objects.get()
    assert job.args == {"name": "fetch", "arguments": {"box": 4}}
    _done()
    assert schedules.fire_due(NOON + 9 * DAY) == 1, "eight days of no worker are one call"
    assert schedules.fire_due(NOON + 9 * DAY) == 0
    times = Firing.objects.filter(queued=True).order_by("due_at").values_list("due_at", flat=True)
    assert [one.isoformat() for one in times] == [
        "2027-02-02T05:00:00+00:00",
        "2027-02-10T05:00:00+00:00",
    ]
    assert _queued() == 1


@pytest.mark.django_db
def test_work_that_is_not_done_yet_is_not_queued_twice(declare: Any) -> None:
    declare()
    for day in range(4):
        schedules.fire_due(NOON + day * DAY)
    assert _queued() == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_fire_one_due_time_once(declare: Any) -> None:
    declare()
    schedules.fire_due(NOON)
    together = threading.Barrier(6)
    fired: list[int] = []

    def work() -> None:
        together.wait()
        fired.append(schedules.fire_due(NOON + DAY))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(fired) == [0] * 5 + [1]
    assert _queued() == 1


@pytest.mark.django_db
def test_a_person_switches_a_schedule_off_and_changes_its_time(declare: Any) -> None:
    declare()
    schedules.fire_due(NOON)
    (before,) = schedules.standings(NOON)
    assert (before.is_on, before.cron, before.last_at) == (True, "0 6 * * *", None)
    assert str(before.next_at) == "2027-02-02 05:00:00+00:00"
    schedules.change(name="mail", is_on=False, reason="Ferie", user=PERSON)
    (off,) = schedules.standings(NOON)
    assert (off.is_on, off.next_at, off.changed.reason) == (False, None, "Ferie")
    assert schedules.fire_due(NOON + DAY) == 0
    made = schedules.change(
        name="mail", is_on=True, cron="30  7 * * *", reason="Ny tid", user=PERSON
    )
    assert schedules.fire_due(made.changed_at) == 0, "what passed while it was off is not due"
    (on,) = schedules.standings(NOON)
    assert on.cron == "30 7 * * *"
    assert schedules.fire_due(NOON + 2 * DAY) == 1
    assert schedules.standings(NOON)[0].last_at is not None
    for model in (ScheduleChange, Firing):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "nothing"}, "findes ikke"),
        ({"cron": "hver dag"}, "fem felter"),
        ({"reason": " "}, "Skriv hvorfor"),
        ({"reason": "Ring til 010203-1234"}, "CPR"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    declare: Any, values: dict[str, Any], words: str
) -> None:
    declare()
    about = {"name": "mail", "is_on": True, "reason": "Prøve", "user": PERSON}
    with pytest.raises(kernel.Refused, match=words):
        schedules.change(**about | values)
    assert not ScheduleChange.objects.exists()


@pytest.mark.django_db
def test_only_an_administrator_changes_schedules(declare: Any, robot: Any) -> None:
    declare()
    robot.monkeypatch.setattr(kernel, "has_role", lambda user, role: role == "caseworker")
    with pytest.raises(kernel.Refused, match="Kun en administrator"):
        schedules.change(name="mail", is_on=False, reason="Prøve", user=PERSON)


@pytest.mark.django_db
def test_a_date_is_due_once(declare: Any) -> None:
    declare(cron="", on=NOON)
    assert schedules.standings(NOON - DAY)[0].next_at == NOON
    assert [schedules.fire_due(NOON + day * DAY) for day in (-1, 0, 1)] == [0, 1, 0]


@pytest.mark.django_db
def test_a_long_queue_is_due_once_in_ten_minutes(declare: Any, robot: Any) -> None:
    declare(cron="", queue=schedules.QueueLength(robot="test-robot", runs=2))
    robot.flow(lambda context: {})
    robot.start()
    assert schedules.fire_due(NOON) == 0
    robot.start()
    minutes = [schedules.fire_due(NOON + dt.timedelta(minutes=one)) for one in (0, 5, 9, 10)]
    assert minutes == [1, 0, 0, 1]


@pytest.mark.parametrize(
    "values",
    [
        {"cron": "nonsense"},
        {"cron": ""},
        {"on": NOON},
        {"task": "unheard-of"},
        {"name": "twice"},
    ],
)
def test_a_schedule_that_cannot_work_is_refused_when_it_is_declared(
    declare: Any, values: dict[str, Any]
) -> None:
    declare(name="twice")
    with pytest.raises(FlowError):
        declare(**values)
    with pytest.raises(ResultRefused):
        declare(arguments={"text": "010203-1234"})
