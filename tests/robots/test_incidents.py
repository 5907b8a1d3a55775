# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Runs that are held for one cause are one incident, until a person ends it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.kernel.models import User
from kodeks.robots import flows, incidents
from kodeks.robots.errors import BusinessError, NotHeld
from kodeks.robots.models import IncidentEnd, Run, Status

pytestmark = pytest.mark.django_db
PERSON = User(pk=7)


@pytest.fixture
def hold(robot: Any, quick_retries: Any) -> Any:
    robot.monkeypatch.setattr(kernel, "roles_of", lambda user: frozenset({"system_owner"}))
    errors: list[Exception] = []

    def fails(context: flows.StepContext) -> dict[str, Any]:
        raise errors[0]

    robot.flow(fails)

    def make(error: Exception, number: int = 1) -> list[Run]:
        errors[:] = [error]
        runs = [robot.start() for _ in range(number)]
        for run in runs:
            while robot.execute(run) is not None:
                pass
            assert run.status == Status.HELD
        return runs

    return make


CLOSED = BusinessError("no_case", "Sagen er lukket.")


def test_three_held_runs_of_one_cause_are_an_incident(hold: Any) -> None:
    runs = hold(CLOSED, 2)
    hold(OSError(), 2)
    hold(KeyError(), 2)
    assert incidents.open_ones() == []
    runs += hold(CLOSED)
    (found,) = incidents.open_ones(robot="test-robot")
    assert (found.cause, found.runs, found.reason) == ("no_case", 3, "Sagen er lukket.")
    assert (found.technical, found.error) == (False, "")
    assert (found.first_at, found.last_at) == (runs[0].updated_at, runs[2].updated_at)
    hold(OSError())
    newest = incidents.open_ones()[0]
    assert (newest.cause, newest.technical, newest.error) == ("technical:OSError", True, "OSError")
    assert incidents.open_ones(robot="other") == []


def test_runs_that_are_held_far_apart_are_no_incident(hold: Any) -> None:
    for days, run in enumerate(hold(CLOSED, 3)):
        at = timezone.now() - dt.timedelta(days=days)
        Run.objects.filter(pk=run.pk).update(updated_at=at)
    assert incidents.open_ones() == []


def test_a_dismissed_incident_leaves_its_runs_and_comes_again_with_new_ones(hold: Any) -> None:
    hold(CLOSED, 3)
    about = {"robot": "test-robot", "cause": "no_case", "user": PERSON}
    with pytest.raises(kernel.Refused, match="Skriv hvorfor"):
        incidents.dismiss(reason=" ", **about)
    incidents.dismiss(reason="Sagerne er lukket med vilje", **about)
    assert incidents.open_ones() == []
    assert Run.objects.filter(status=Status.HELD).count() == 3
    with pytest.raises(NotHeld):
        incidents.dismiss(reason="Igen", **about)
    hold(CLOSED, 3)
    assert incidents.open_ones()[0].runs == 3
    assert [one.outcome for one in incidents.ended(robot="test-robot")] == ["dismissed"]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        IncidentEnd.objects.all().delete()


def test_all_runs_of_an_incident_are_set_going_again(robot: Any, hold: Any) -> None:
    runs, other = hold(CLOSED, 3), hold(BusinessError("other", "Andet."))
    about = {"robot": "test-robot", "cause": "no_case", "user": PERSON}
    assert incidents.reschedule(reason="Sagerne er åbnet", **about) == 3
    assert set(robot.helped) == {run.decision_id for run in runs}
    assert list(Run.objects.filter(status=Status.HELD)) == other
    assert incidents.open_ones() == []
    (ended,) = incidents.ended(robot="test-robot")
    assert (ended.outcome, ended.runs, ended.user_id) == ("rescheduled", 3, "7")


def test_a_caseworker_ends_no_incident(robot: Any, hold: Any) -> None:
    hold(CLOSED, 3)
    robot.monkeypatch.setattr(kernel, "roles_of", lambda user: frozenset({"caseworker"}))
    with pytest.raises(kernel.Refused, match="styre robotten"):
        incidents.reschedule(robot="test-robot", cause="no_case", reason="Prøve", user=PERSON)
