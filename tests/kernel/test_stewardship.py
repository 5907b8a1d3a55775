# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Those who answer for a system: attest, supervise, be absent, report and handle incidents."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from kernel_stage import today

from kodeks.codex import bundle
from kodeks.kernel import facts, stewardship
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import (
    Absence,
    Attestation,
    CardRevision,
    Incident,
    IncidentStep,
    RegistryEvent,
    SupervisionCheck,
    System,
)

DAY = dt.timedelta(days=1)
NUMBER = "010190-1234"


@pytest.fixture
def ready(stage):
    return stage.register()


def latest(slug: str) -> RegistryEvent:
    return RegistryEvent.objects.filter(system_slug=slug).latest("pending_id")


def test_the_manager_or_deputy_attests_and_nobody_else(stage, ready):
    stage.assign(slug=ready, deputy="bodil")
    for username in ("merete", "bodil"):
        stewardship.attest(system=ready, user=stage.user(username))
        newest = Attestation.objects.filter(system_id=ready).latest("id")
        assert newest.user_id == stage.user_id(username)
        assert latest(ready).kind == "attestation"
    other = stage.new_user(role="system_owner")
    for user in ("sofie", "dorte", "anders", other):
        with pytest.raises(Refused) as refusal:
            stewardship.attest(system=ready, user=stage.user(user))
        assert refusal.value.code == "no_right"


def test_supervision_is_written_down_with_what_was_found(stage, ready):
    stewardship.supervise(
        system=ready,
        task="quality",
        user=stage.user("merete"),
        passed=True,
        finding=f"Ti forslag er set igennem, et om {NUMBER}.",
    )
    newest = SupervisionCheck.objects.get(system_id=ready)
    assert "1234" not in newest.finding
    assert latest(ready).body["passed"] is True
    system = System.objects.get(slug=ready)
    (task,) = facts.supervision(system, CardRevision.objects.get(system=system))
    assert (task["task"], task["last"], task["passed"]) == ("quality", newest, True)
    assert 89 <= (task["due"] - today()).days <= 92


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"task": "findes-ikke"}, "unknown_task"),
        ({"system": "findes-ikke"}, "unknown_task"),
        ({"finding": " "}, "no_finding"),
        ({"finding": "x" * 2001}, "no_finding"),
        ({"user": "sofie"}, "no_right"),
        ({"user": "anders"}, "no_right"),
    ],
)
def test_supervision_that_is_not_in_order(stage, ready, changes, code):
    given: dict[str, Any] = {
        "system": ready,
        "task": "quality",
        "user": "dorte",
        "passed": True,
        "finding": "Intet.",
    } | changes
    given["user"] = stage.user(given["user"])
    before = stage.contents()
    with pytest.raises(Refused) as refusal:
        stewardship.supervise(**given)
    assert refusal.value.code == code
    assert stage.contents() == before


def test_an_absence_is_the_owners_own(stage):
    number = stage.new_user(role="system_owner")
    user = stage.user(number)
    stewardship.be_absent(user=user, first_day=today(), last_day=today() + 5 * DAY)
    stewardship.be_absent(user=user, first_day=today() + DAY, last_day=None)
    newest = Absence.objects.filter(user=user).latest("id")
    assert (newest.first_day, newest.last_day) == (today() + DAY, None)
    for day in (0, 1, 30):
        assert facts.away_since(number, today() + day * DAY) == today()
    for who, last, code in (
        (user, today() - DAY, "form"),
        (stage.user("sofie"), None, "no_right"),
    ):
        with pytest.raises(Refused) as refusal:
            stewardship.be_absent(user=who, first_day=today(), last_day=last)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"first_day": "2026-02-30"},
        {"first_day": "i morgen"},
        {"first_day": "2026-1-1"},
        {"first_day": 20260101},
        {"first_day": None},
        {"last_day": "2026-13-01"},
        {"user_id": "1"},
    ],
)
def test_days_that_are_none(stage, changes):
    payload = {"user_id": stage.user_id("merete"), "first_day": "2026-01-01"} | changes
    assert stage.refused("absence", payload) in {"form", "missing"}


# Incidents


def report(stage, slug: str, **changes: Any) -> uuid.UUID:
    given: dict[str, Any] = {
        "system": slug,
        "kind": "serious",
        "aware_at": dt.datetime.now(dt.UTC) - dt.timedelta(hours=2),
        "description": "Breve er sendt til forkerte.",
        "user": stage.user("sofie"),
    } | changes
    return stewardship.report_incident(**given)


def test_every_kind_has_the_clock_that_the_codex_sets(stage, ready):
    """AI Act art. 73(2)-(4) and GDPR art. 33(1); `other` has none."""
    aware = dt.datetime(2026, 11, 1, 9, 30, tzinfo=dt.UTC)
    for kind in bundle.shipped().incident_kinds:
        number = report(stage, ready, kind=kind.id, aware_at=aware)
        found = Incident.objects.get(id=number)
        due = None if kind.hours is None else aware + dt.timedelta(hours=kind.hours)
        assert (found.aware_at, found.due_at) == (aware, due)
        assert latest(ready).body["kind_of_incident"] == kind.id


@pytest.mark.parametrize("username", ["sofie", "merete", "dorte", "anders"])
def test_every_employee_reports(stage, ready, username):
    number = report(
        stage, ready, user=stage.user(username), description=f"Det gjaldt {NUMBER} og andre."
    )
    assert "1234" not in Incident.objects.get(id=number).description


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "ærgrelse"}, "form"),
        ({"description": " "}, "no_description"),
        ({"description": "x" * 4001}, "no_description"),
        ({"aware_at": dt.datetime.now(dt.UTC) + DAY}, "form"),
        ({"system": "findes-ikke"}, "unknown_system"),
        ({"user": "testine"}, "no_right"),
    ],
)
def test_a_report_that_is_not_in_order(stage, ready, changes, code):
    if isinstance(changes.get("user"), str):
        changes = changes | {"user": stage.user(changes["user"])}
    before = stage.contents()
    with pytest.raises(Refused) as refusal:
        report(stage, ready, **changes)
    assert refusal.value.code == code
    assert stage.contents() == before


def handle(stage, number: uuid.UUID, **changes: Any) -> None:
    given: dict[str, Any] = {
        "incident_id": number,
        "step": "reported",
        "text": "Indberettet til tilsynet med nummer 17.",
        "user": stage.user("dorte"),
    } | changes
    stewardship.handle_incident(**given)


def test_a_form_that_is_sent_twice_is_one_incident(stage, ready):
    number = uuid.uuid4()
    assert report(stage, ready, incident_id=number) == number
    assert report(stage, ready, incident_id=number, description="Igen.") == number
    assert Incident.objects.filter(system_id=ready).count() == 1
    for changes in ({"user": stage.user("merete")}, {"system": stage.register()}):
        with pytest.raises(Refused) as refusal:
            report(stage, changes.get("system", ready), incident_id=number, **changes)
        assert refusal.value.code == "key_taken"


def test_who_answers_for_another_system_does_not_handle_it(stage, ready):
    other = stage.new_user(role="system_owner")
    stage.assign(slug=stage.register(), manager=other)
    number = report(stage, ready)
    with pytest.raises(Refused) as refusal:
        handle(stage, number, user=stage.user(other))
    assert refusal.value.code == "no_right"
    handle(stage, number, user=stage.user("merete"))


def test_what_was_done_is_appended(stage, ready):
    number = report(stage, ready)
    for step in ("note", "mended", "reported", "dismissed"):
        handle(stage, number, step=step, text=f"Skridt om {NUMBER}.")
        assert latest(ready).body["step"] == step
    found = IncidentStep.objects.filter(incident_id=number).order_by("id")
    assert [one.step for one in found] == ["note", "mended", "reported", "dismissed"]
    assert not [one for one in found if "1234" in one.text]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"step": "glemt"}, "form"),
        ({"text": " "}, "no_description"),
        ({"incident_id": uuid.UUID(int=0)}, "unknown_incident"),
        ({"user": "sofie"}, "no_right"),
        ({"user": "anders"}, "no_right"),
    ],
)
def test_a_step_that_is_not_in_order(stage, ready, changes, code):
    number = report(stage, ready)
    if isinstance(changes.get("user"), str):
        changes = changes | {"user": stage.user(changes["user"])}
    before = stage.contents()
    with pytest.raises(Refused) as refusal:
        handle(stage, number, **changes)
    assert refusal.value.code == code
    assert stage.contents() == before
