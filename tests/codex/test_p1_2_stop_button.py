# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P1.2: the system is supervised, and it can be stopped."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from kodeks.kernel import api as kernel
from kodeks.kernel import stewardship
from kodeks.kernel.models import Incident, Permit, RegistryEvent

REASON = "Forslagene er forkerte."


# The stop button


@pytest.mark.parametrize("username", ["merete", "dorte", "anders"])
def test_a_stop_works_at_once_and_the_log_says_who_stopped(stage, username):
    slug = stage.register()
    suggestion, step = stage.proposal(slug), stage.step(stage.decided(slug))
    stewardship.stop(system=slug, user=stage.user(username), reason=REASON)
    assert stage.refused("issue", suggestion) == "stopped"
    assert stage.refused("act", step) == "stopped"
    event = RegistryEvent.objects.get(system_slug=slug, kind="stop")
    assert event.body["user"] == stage.user_id(username)
    assert event.body["reason"] == REASON


@pytest.mark.parametrize("username", ["sofie", "testine"])
def test_others_cannot_stop_it(stage, username):
    slug = stage.register()
    with pytest.raises(kernel.Refused) as refusal:
        stewardship.stop(system=slug, user=stage.user(username), reason=REASON)
    assert refusal.value.code == "no_right"
    assert stage.obstacles(slug) == []


def test_only_the_owner_starts_it_again(stage):
    slug = stage.register()
    stage.switch(slug)
    for username in ("dorte", "anders", "sofie"):
        with pytest.raises(kernel.Refused):
            stewardship.resume(system=slug, user=stage.user(username), reason=REASON)
    assert stage.obstacles(slug) == ["stopped"]
    stewardship.resume(system=slug, user=stage.user("merete"), reason=REASON)
    assert stage.issued(slug)


# Supervision


def supervised(stage, slug: str, *, months_ago: int) -> None:
    """A check that was done so many months ago, which the door does not let anybody write."""
    stage.owner.execute(
        "INSERT INTO kernel_supervisioncheck (system_id, task, passed, finding, user_id, at)"
        " VALUES (%s, 'quality', true, 'Intet.', %s, now() - make_interval(months => %s))",
        (slug, stage.user_id("dorte"), months_ago),
    )


def supervise(stage, slug: str, *, by: str = "dorte", **changes):
    values = {"task": "quality", "passed": True, "finding": "Intet at bemærke."} | changes
    stewardship.supervise(system=slug, user=stage.user(by), **values)


def test_a_supervision_that_is_late_stops_the_system_until_it_is_done(stage):
    slug = stage.register()
    supervised(stage, slug, months_ago=2)
    assert stage.obstacles(slug) == []
    supervised(stage, slug, months_ago=4)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "supervision"
    assert stage.obstacles(slug) == ["supervision"]
    supervise(stage, slug)
    assert stage.issued(slug)


def test_one_that_finds_faults_stops_it_at_once(stage):
    slug = stage.register()
    suggestion = stage.proposal(slug)
    supervise(stage, slug, passed=False, finding="Forslagene er forkerte hver fjerde gang.")
    assert stage.refused("issue", suggestion) == "supervision"
    supervise(stage, slug, by="merete", finding="Modellen er trænet om.")
    assert stage.issued(slug)


@pytest.mark.parametrize("username", ["sofie", "anders"])
def test_one_by_somebody_without_the_right_does_not_count(stage, username):
    slug = stage.register()
    supervised(stage, slug, months_ago=4)
    with pytest.raises(kernel.Refused) as refusal:
        supervise(stage, slug, by=username)
    assert refusal.value.code == "no_right"
    assert stage.obstacles(slug) == ["supervision"]


# Incidents (AI Act article 73, GDPR article 33)


def report(stage, slug: str, kind: str, *, hours_ago: float) -> uuid.UUID:
    return stewardship.report_incident(
        system=slug,
        kind=kind,
        aware_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours_ago),
        description="Systemet foreslog det forkerte.",
        user=stage.user("sofie"),
    )


def handle(stage, slug: str, incident_id: uuid.UUID, step: str, *, by: str = "merete") -> None:
    stewardship.handle_incident(
        incident_id=incident_id, step=step, text="Sag nr. 7.", user=stage.user(by)
    )


@pytest.mark.parametrize(
    ("kind", "hours"), [("widespread", 48), ("death", 240), ("serious", 360), ("data_breach", 72)]
)
def test_each_kind_has_the_laws_clock_and_the_system_stops_when_it_runs_out(stage, kind, hours):
    in_time, late = stage.register(), stage.register()
    incident = Incident.objects.get(id=report(stage, in_time, kind, hours_ago=hours - 1))
    assert incident.due_at - incident.aware_at == dt.timedelta(hours=hours)
    assert stage.obstacles(in_time) == []
    suggestion = stage.proposal(late)
    report(stage, late, kind, hours_ago=hours + 1)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=late, purpose="triage")
    assert stopped.value.code == "incident"
    assert stage.refused("issue", suggestion) == "incident"


@pytest.mark.parametrize("step", ["reported", "dismissed"])
def test_reporting_it_or_dismissing_it_starts_the_system_again(stage, step):
    slug = stage.register()
    incident_id = report(stage, slug, "serious", hours_ago=400)
    handle(stage, slug, incident_id, "note")
    handle(stage, slug, incident_id, "mended")
    assert stage.obstacles(slug) == ["incident"]
    with pytest.raises(kernel.Refused) as refusal:
        handle(stage, slug, incident_id, step, by="sofie")
    assert refusal.value.code == "no_right"
    handle(stage, slug, incident_id, step, by="dorte")
    assert stage.issued(slug)


def test_no_permit_outlives_the_clock(stage):
    slug = stage.register()
    incident_id = report(stage, slug, "widespread", hours_ago=48 - 1 / 60)
    permit = Permit.objects.get(id=stage.permit(slug))
    assert permit.expires_at <= Incident.objects.get(id=incident_id).due_at


def test_what_has_no_clock_stops_nothing(stage):
    slug = stage.register()
    report(stage, slug, "other", hours_ago=10_000)
    assert stage.issued(slug)
