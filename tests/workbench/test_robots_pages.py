# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robots' pages: what they do, and how people steer them.

What people do for them is tried in test_robot_tasks_page.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from inquiry_pages import text_of
from robot_pages import ONE, ROBOTS, TASKS, page_of

from kodeks.casework import services as casework
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User
from kodeks.language.lix import lix
from kodeks.robots import engine, orders, services
from kodeks.robots.models import Order, RobotState, Run, ScheduleChange, Status
from kodeks.robots.retry import Policy

pytestmark = pytest.mark.django_db


# --- all robots


def test_the_overview_shows_each_robot_with_its_queue(
    signed_in: Any, started: Callable[[], Run], held: Run
) -> None:
    started()
    shown = text_of(signed_in("merete").get(ROBOTS))
    for part in ("Robotten Visitator", "Kører", "Ingen arbejdere kører", "Se timer"):
        assert part in shown
    assert "1 opgave venter på en medarbejder" in shown
    assert page_of("service", "inquiries") in shown
    assert "Se timer" not in text_of(signed_in("sofie").get(ROBOTS))


def test_workers_are_shown_with_machine_and_what_they_do(
    signed_in: Any, started: Callable[[], Run]
) -> None:
    run = started()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id"
        )
        (number,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO robots_workerplace VALUES (%s, 'maskine-7', 4711, now())", [number]
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE lock = %s",
            [number, f"run:{run.id}"],
        )
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
    shown = text_of(signed_in("anders").get(ROBOTS))
    for part in ("maskine-7", "4711", "Lever", "Svarer ikke", page_of("robot-run", run.id)):
        assert part in shown


# --- pause, stop, start


@pytest.mark.parametrize("username", ["merete", "anders"])
def test_a_robot_is_paused_and_set_going_again(
    signed_in: Any, started: Callable[[], Run], username: str
) -> None:
    run, client = started(), signed_in(username)
    fields = {"state": "paused", "reason": "Journalen er nede"}
    assert client.post(f"{ONE}styr/", fields).url == ONE
    assert orders.state_of("visitator") == RobotState.PAUSED
    shown = text_of(client.get(ONE))
    for part in ("Robotten er sat på pause.", "På pause", "Journalen er nede"):
        assert part in shown
    assert User.objects.get(username=username).full_name in shown
    assert engine.execute(run_id=run.id) is None
    assert "Robotten er på pause" in text_of(client.get(page_of("robot-run", run.id)))
    answer = client.post(f"{ONE}styr/", fields)
    assert answer.status_code == 422
    assert "Journalen er nede" in text_of(answer)
    client.post(f"{ONE}styr/", {"state": "running", "reason": "Den kører igen"})
    assert orders.state_of("visitator") == RobotState.RUNNING


def test_a_stopped_robots_runs_are_on_the_list(signed_in: Any, started: Callable[[], Run]) -> None:
    run = started()
    client = signed_in("merete")
    client.post(f"{ONE}styr/", {"state": "stopped", "reason": "Den gør forkert"})
    shown = text_of(client.get(TASKS))
    assert "Robotten er stoppet" in shown
    assert page_of("robot-run", run.id) in shown
    assert page_of("retry-run", run.id) not in shown, "only a held run is tried again"


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "paused", "reason": " "},
        {"state": "", "reason": "Skrevet"},
        {"state": "running", "reason": "Skrevet"},
        {"state": "paused", "reason": "For 010203-1234"},
    ],
)
def test_an_order_that_cannot_be_given_is_told_and_nothing_typed_is_lost(
    signed_in: Any, started: Callable[[], Run], fields: dict[str, str]
) -> None:
    started()
    answer = signed_in("merete").post(f"{ONE}styr/", fields)
    assert answer.status_code == 422
    assert "Det blev ikke gjort" in text_of(answer)
    assert fields["reason"].strip() in text_of(answer)
    assert not Order.objects.exists()


def test_a_caseworker_sees_a_robot_and_does_not_steer_it(
    signed_in: Any, started: Callable[[], Run]
) -> None:
    started()
    client = signed_in("sofie")
    assert "Styr robotten" not in text_of(client.get(ONE))
    answer = client.post(f"{ONE}styr/", {"state": "stopped", "reason": "Prøve"})
    assert answer.status_code == 422
    assert "Spørg systemets ejer" in text_of(answer)
    assert not Order.objects.exists()


def test_a_robot_waits_for_its_system_and_the_page_says_why(
    signed_in: Any, started: Callable[[], Run]
) -> None:
    run, owner = started(), signed_in("merete")
    assert "til systemet kan køre igen" not in text_of(owner.get(ONE))
    owner.post("/systemer/inquiries/stop/", {"reason": "Prøve af et stop"})
    assert engine.execute(run_id=run.id) is None
    shown = text_of(owner.get(f"{ONE}?status=waiting"))
    assert "Robotten venter, til systemet kan køre igen." in shown
    assert "Systemet kan ikke køre. Robotten går videre, når det kan igen." in shown
    Run.objects.filter(pk=run.pk).update(status=Status.QUEUED, attempts=3)
    assert "(forsøg 3)" in text_of(owner.get(ONE))


# --- runs


def test_a_robots_runs_are_filtered_and_come_in_pages(
    signed_in: Any, started: Callable[[], Run], held: Run
) -> None:
    other = started()
    client = signed_in("sofie")
    shown = text_of(client.get(f"{ONE}?status=held"))
    assert page_of("robot-run", held.id) in shown
    assert page_of("robot-run", other.id) not in shown
    assert page_of("robot-run", other.id) in text_of(client.get(f"{ONE}?status=nonsense"))
    for _ in range(26):
        services.start(
            flow="inquiries-handle",
            decision_id=uuid.uuid4(),
            subject_type="inquiry",
            subject_id=str(uuid.uuid4()),
        )
    assert client.get(ONE).content.count(b"/robotter/forloeb/") == 25
    assert client.get(f"{ONE}?side=2").content.count(b"/robotter/forloeb/") == 3


def test_a_run_is_shown_step_by_step(signed_in: Any, handled: Inquiry) -> None:
    run = Run.objects.get(decision_id=handled.decision_id)
    shown = text_of(signed_in("sofie").get(page_of("robot-run", run.id)))
    for part in ("Udført", "Robotten", handled.case.number, "Alle forsøg er lykkedes."):
        assert part in shown
    assert reverse("inquiries:inquiry", args=[handled.id]) in shown
    assert "Jeg har gjort det selv" not in shown


def test_a_technical_error_is_shown_by_its_class_and_no_text(
    signed_in: Any, started: Callable[[], Run], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.KODEKS_ROBOTS_RETRY = Policy(most_attempts=1)

    def broken(*_: Any, **__: Any) -> None:
        raise ConnectionResetError("010203-1234")

    monkeypatch.setattr(casework, "open_case", broken)
    run = started()
    engine.execute(run_id=run.id)
    shown = text_of(signed_in("sofie").get(page_of("robot-run", run.id)))
    assert "Teknisk fejl" in shown
    assert "ConnectionResetError" in shown
    assert "010203" not in shown


# --- incidents


def test_an_incident_is_shown_and_all_its_runs_tried_again(
    signed_in: Any, started: Callable[[], Run], rejects: None
) -> None:
    runs = [started() for _ in range(3)]
    for run in runs:
        engine.execute(run_id=run.id)
    client = signed_in("merete")
    address = page_of("robot-incident", "visitator", "journal")
    for page in (ROBOTS, ONE):
        assert address in text_of(client.get(page))
    assert "3 opgaver er gået i stå" in text_of(client.get(address))
    end = page_of("end-robot-incident", "visitator", "journal")
    answer = client.post(end, {"outcome": "rescheduled", "reason": ""})
    assert answer.status_code == 422
    answer = signed_in("sofie").post(end, {"outcome": "rescheduled", "reason": "Prøve"})
    assert answer.status_code == 422
    assert client.post(end, {"outcome": "rescheduled", "reason": "Rettet"}).url == ROBOTS
    assert "Robotten prøver 3 opgaver igen." in text_of(client.get(ROBOTS))
    assert set(Run.objects.values_list("status", flat=True)) == {Status.QUEUED}
    assert client.get(address).status_code == 404
    assert client.post(end, {"outcome": "dismissed", "reason": "Igen"}).status_code == 404


# --- schedules


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> None:
    from kodeks.robots import schedules

    config = apps.get_app_config("robots")
    monkeypatch.setattr(config, "schedules", {})
    monkeypatch.setitem(config.background, "fetch", print)
    schedules.register(name="mail", title="Hent post", task="fetch", cron="0 6 * * *")


def test_an_administrator_changes_a_schedule(signed_in: Any, planned: None) -> None:
    client = signed_in("anders")
    assert "Hent post" in text_of(client.get(ROBOTS))
    address = page_of("robot-schedule", "mail")
    assert address in text_of(client.get(ROBOTS))
    assert "0 6 * * *" in text_of(client.get(address))
    fields = {"is_on": "yes", "cron": "hver dag", "reason": "Ny tid"}
    answer = client.post(f"{address}ret/", fields)
    assert answer.status_code == 422
    assert "fem felter" in text_of(answer)
    assert "hver dag" in text_of(answer)
    assert client.post(f"{address}ret/", fields | {"cron": "30 7 * * *"}).url == ROBOTS
    assert ScheduleChange.objects.get().cron == "30 7 * * *"
    shown = text_of(client.get(address))
    assert "Ny tid" in shown
    client.post(f"{address}ret/", {"is_on": "no", "cron": "", "reason": "Ferie"})
    assert "Slået fra" in text_of(client.get(ROBOTS))
    assert client.get("/robotter/tidsplan/nothing/").status_code == 404
    owner = signed_in("merete")
    assert owner.get(address).status_code == 403
    assert address not in text_of(owner.get(ROBOTS))


def test_the_pages_are_easy_to_read(
    signed_in: Any, held: Run, planned: None, own_sentences: Any
) -> None:
    client = signed_in("anders")
    schedule = page_of("robot-schedule", "mail")
    for address in (ROBOTS, TASKS, ONE, page_of("robot-run", held.id), schedule):
        text = own_sentences(client.get(address))
        assert lix(text) <= 35, address
