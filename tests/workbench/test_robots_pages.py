# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robots' pages: what they do, how people steer them, and what people do for them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.casework import handovers
from kodeks.casework import services as casework
from kodeks.casework.models import Unit
from kodeks.casework.ports import PortRejected
from kodeks.connectors.archive import ArchiveJournal
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import RegistryEvent, User
from kodeks.language.lix import lix
from kodeks.robots import engine, orders, services
from kodeks.robots.models import Order, RobotState, Run, ScheduleChange, Status
from kodeks.robots.retry import Policy

pytestmark = pytest.mark.django_db

ROBOTS, TASKS, ONE = "/robotter/", "/robotter/opgaver/", "/robotter/visitator/"


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def started(receive: Callable[..., Inquiry], decide: Callable[..., Inquiry]) -> Callable[[], Run]:
    def start() -> Run:
        return Run.objects.get(decision_id=decide(receive(), robot=False).decision_id)

    return start


@pytest.fixture
def rejects(monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal says no to everything."""

    def refuse(*_: Any, **__: Any) -> None:
        raise PortRejected("Journalen siger nej. Ret sagen.")

    monkeypatch.setattr(ArchiveJournal, "journalise", refuse)


@pytest.fixture
def held(started: Callable[[], Run], rejects: None) -> Run:
    run = started()
    assert engine.execute(run_id=run.id) is None
    run.refresh_from_db()
    assert run.status == Status.HELD
    return run


def _of(view: str, *values: Any) -> str:
    return reverse(f"workbench:{view}", args=values)


# --- all robots


def test_the_overview_shows_each_robot_with_its_queue(
    signed_in: Any, started: Callable[[], Run], held: Run
) -> None:
    started()
    shown = text_of(signed_in("merete").get(ROBOTS))
    for part in ("Robotten Visitator", "Kører", "Ingen arbejdere kører", "Se timer"):
        assert part in shown
    assert "1 opgave venter på en medarbejder" in shown
    assert _of("service", "inquiries") in shown
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
    for part in ("maskine-7", "4711", "Lever", "Svarer ikke", _of("robot-run", run.id)):
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
    assert "Robotten er på pause" in text_of(client.get(_of("robot-run", run.id)))
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
    assert _of("robot-run", run.id) in shown
    assert _of("retry-run", run.id) not in shown, "only a held run is tried again"


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
    assert _of("robot-run", held.id) in shown
    assert _of("robot-run", other.id) not in shown
    assert _of("robot-run", other.id) in text_of(client.get(f"{ONE}?status=nonsense"))
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
    shown = text_of(signed_in("sofie").get(_of("robot-run", run.id)))
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
    shown = text_of(signed_in("sofie").get(_of("robot-run", run.id)))
    assert "Teknisk fejl" in shown
    assert "ConnectionResetError" in shown
    assert "010203" not in shown


# --- people's tasks


def test_a_held_run_is_taken_and_tried_again(signed_in: Any, held: Run) -> None:
    client = signed_in("sofie")
    shown = text_of(client.get(TASKS))
    for part in ("Journalen siger nej. Ret sagen.", "0 af 4", "Ingen", held.subject_id):
        assert part in shown
    assert client.post(_of("take-run", held.id)).url == _of("robot-run", held.id)
    shown = text_of(client.get(TASKS))
    assert User.objects.get(username="sofie").full_name in shown
    assert _of("take-run", held.id) not in shown
    assert "Faglig fejl" in text_of(client.get(_of("robot-run", held.id)))
    jobs = ProcrastinateJob.objects.filter(task_name="robots.run")
    before = jobs.count()
    assert client.post(_of("retry-run", held.id)).url == TASKS
    held.refresh_from_db()
    assert (held.status, jobs.count()) == (Status.QUEUED, before + 1)
    assert "Robotten prøver igen." in text_of(client.get(TASKS))
    (helped,) = RegistryEvent.objects.filter(kind="retried")
    assert helped.body["decision"] == str(held.decision_id)
    client.post(_of("retry-run", held.id))
    assert "venter ikke længere på en medarbejder" in text_of(client.get(TASKS))
    shown = text_of(client.get(_of("robot-run", held.id)))
    assert "lod robotten prøve igen" in shown


def test_a_step_is_done_by_hand_and_stands_by_the_persons_name(signed_in: Any, held: Run) -> None:
    client = signed_in("sofie")
    page = _of("robot-run", held.id)
    assert "Jeg har gjort det selv" in text_of(client.get(page))
    address = _of("done-by-hand", held.id)
    answer = client.post(address, {"step": "journalise", "note": " "})
    assert answer.status_code == 422
    assert "Skriv, hvad du har gjort." in text_of(answer)
    answer = client.post(address, {"step": "receipt", "note": "Sag 1 er oprettet."})
    assert answer.status_code == 422
    assert "Sag 1 er oprettet." in text_of(answer), "what was typed is given back"
    typed = {"step": "journalise", "note": "Sag 1 er oprettet.", "fact_esdh_case": "S-17"}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    shown = text_of(answer)
    assert "Udfyld »Dokumentets nummer i ESDH«." in shown
    assert 'value="S-17"' in shown
    answer = client.post(address, typed | {"fact_esdh_document": "D-4"})
    assert answer.url == page
    shown = text_of(client.get(page))
    assert "Sag 1 er oprettet." in shown
    assert "esdh_document: D-4" in shown
    assert User.objects.get(username="sofie").full_name in shown
    held.refresh_from_db()
    assert held.status == Status.QUEUED
    assert RegistryEvent.objects.filter(kind="retried").count() == 1
    assert not RegistryEvent.objects.filter(kind="act").exists()
    engine.execute(run_id=held.id)
    held.refresh_from_db()
    assert (held.held_reason_code, list(held.step_records.values_list("step", flat=True))) == (
        "journal",
        ["journalise"],
    ), "the robot has gone on to the letter, which the journal refuses too"


def test_owner_and_administrator_see_the_tasks_but_no_inquiry(signed_in: Any, held: Run) -> None:
    for username in ("merete", "anders"):
        shown = text_of(signed_in(username).get(TASKS))
        assert "Journalen siger nej" in shown
        assert reverse("inquiries:inquiry", args=[held.subject_id]) not in shown


def test_a_caseworker_of_another_unit_sees_nothing_of_it(signed_in: Any, held: Run) -> None:
    assert held.unit
    Run.objects.filter(pk=held.pk).update(unit="en-anden")
    client = signed_in("viggo")
    assert _of("robot-run", held.id) not in text_of(client.get(TASKS))
    assert client.get(_of("robot-run", held.id)).status_code == 404
    for view in ("take-run", "retry-run", "done-by-hand"):
        assert client.post(_of(view, held.id), {"note": "x"}).status_code == 404


@pytest.mark.parametrize("username", ["dorte", "testine"])
def test_others_do_not_see_the_robots(signed_in: Any, held: Run, username: str) -> None:
    client = signed_in(username)
    for address in (ROBOTS, TASKS, ONE, _of("robot-run", held.id)):
        assert client.get(address).status_code == 403
    assert client.post(_of("retry-run", held.id)).status_code == 403
    held.refresh_from_db()
    assert held.status == Status.HELD


def test_background_work_that_was_given_up_is_taken_tried_again_and_closed(
    signed_in: Any, receive: Callable[..., Inquiry]
) -> None:
    inquiries = [receive(triage=False) for _ in range(3)]
    jobs = []
    with connection.cursor() as cursor:
        for inquiry in inquiries:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'failed' WHERE lock LIKE %s RETURNING id",
                [f"%{inquiry.id}"],
            )
            jobs.append(cursor.fetchone()[0])
    client = signed_in("sofie")
    Inquiry.objects.filter(pk=inquiries[2].pk).update(decision_id=uuid.uuid4())
    shown = text_of(client.get(TASKS))
    assert shown.count("Lav et forslag til en henvendelse") == 2, "nobody wants the third"
    assert str(inquiries[0].id) in shown
    client.post(_of("take-work", jobs[0]))
    assert User.objects.get(username="sofie").full_name in text_of(client.get(TASKS))
    assert client.post(_of("retry-work", jobs[0])).url == TASKS
    assert ProcrastinateJob.objects.get(lock__endswith=str(inquiries[0].id)).status == "todo"
    client.post(_of("close-work", jobs[1]))
    assert "Andet arbejde" not in text_of(client.get(TASKS))
    client.post(_of("close-work", jobs[1]))
    assert "venter ikke længere på en medarbejder" in text_of(client.get(TASKS))


def test_what_is_not_there_is_not_found(signed_in: Any) -> None:
    client = signed_in("merete")
    nothing = uuid.uuid4()
    for view in ("take-run", "retry-run", "done-by-hand"):
        assert client.post(_of(view, nothing)).status_code == 404
    assert client.get("/robotter/ukendt/").status_code == 404
    assert client.post("/robotter/ukendt/styr/").status_code == 404
    assert client.get("/robotter/visitator/driftsfejl/x/").status_code == 404
    assert client.post(_of("close-work", 2**70)).status_code == 302


def test_the_lists_former_address_leads_to_it(signed_in: Any) -> None:
    assert signed_in("sofie").get("/henvendelser/robot/").url == TASKS


# --- incidents


def test_an_incident_is_shown_and_all_its_runs_tried_again(
    signed_in: Any, started: Callable[[], Run], rejects: None
) -> None:
    runs = [started() for _ in range(3)]
    for run in runs:
        engine.execute(run_id=run.id)
    client = signed_in("merete")
    address = _of("robot-incident", "visitator", "journal")
    for page in (ROBOTS, ONE):
        assert address in text_of(client.get(page))
    assert "3 opgaver er gået i stå" in text_of(client.get(address))
    end = _of("end-robot-incident", "visitator", "journal")
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
    address = _of("robot-schedule", "mail")
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
    schedule = _of("robot-schedule", "mail")
    for address in (ROBOTS, TASKS, ONE, _of("robot-run", held.id), schedule):
        text = own_sentences(client.get(address))
        assert lix(text) <= 35, address


# --- who sees what a run is about


@pytest.fixture
def run_about(
    receive: Callable[..., Inquiry], decide: Callable[..., Inquiry]
) -> Callable[[str], Run]:
    """A finished run of a case that is sorted under the topic."""

    def about(label: str) -> Run:
        found = decide(receive(), choice="other", label=label)
        return Run.objects.get(decision_id=found.decision_id)

    return about


def test_a_caseworker_sees_the_runs_of_cases_they_may_see(
    signed_in: Any, run_about: Callable[[str], Run]
) -> None:
    """Viggo is of one department, where cases come to and go from by a person's hand."""
    own, other = run_about("vejbelysning"), run_about("rotter")
    viggo, sofie = signed_in("viggo"), User.objects.get(username="sofie")

    def sees(run: Run) -> bool:
        listed = _of("robot-run", run.id) in text_of(viggo.get(ONE))
        answer = viggo.get(_of("robot-run", run.id))
        assert answer.status_code == (200 if listed else 404)
        if listed:
            case = Inquiry.objects.get(id=run.subject_id).case
            assert case is not None
            assert case.number in text_of(answer)
            assert reverse("inquiries:inquiry", args=[run.subject_id]) in text_of(answer)
        return listed

    assert (sees(own), sees(other)) == (True, False)
    for run, unit in ((own, "byggeri"), (other, "vej-og-trafik")):
        case = Inquiry.objects.get(id=run.subject_id).case
        handovers.hand_over(
            key=uuid.uuid4(),
            case=case,
            to=Unit.objects.get(code=unit),
            reason="Prøve.",
            user=sofie,
        )
    assert (sees(own), sees(other)) == (False, True)


def test_before_it_is_placed_a_run_is_its_departments(signed_in: Any, held: Run) -> None:
    assert Inquiry.objects.get(id=held.subject_id).case is None
    Run.objects.filter(pk=held.pk).update(unit="vej-og-trafik")
    viggo = signed_in("viggo")
    shown = text_of(viggo.get(TASKS))
    assert _of("robot-run", held.id) in shown
    # The inquiry itself has no place yet, and is for those who sort.
    assert held.subject_id not in shown
    Run.objects.filter(pk=held.pk).update(unit="byggeri")
    assert _of("robot-run", held.id) not in text_of(viggo.get(TASKS))
    for verb in ("take-run", "retry-run"):
        assert viggo.post(_of(verb, held.id)).status_code == 404


@pytest.mark.parametrize("who", ["merete", "anders"])
def test_who_answers_for_robots_sees_each_run_and_nothing_of_the_case(
    signed_in: Any, run_about: Callable[[str], Run], who: str
) -> None:
    run = run_about("rotter")
    client = signed_in(who)
    assert _of("robot-run", run.id) in text_of(client.get(ONE))
    shown = text_of(client.get(_of("robot-run", run.id)))
    assert "Du har ikke ret til sagen." in shown
    case = Inquiry.objects.get(id=run.subject_id).case
    assert case is not None
    results = [str(value) for one in run.step_records.all() for value in one.result.values()]
    # What is short, as a channel's name, can stand elsewhere on the page.
    ids = [value for value in results if len(value) > 10]
    assert ids
    for told in (case.number, run.subject_id, *ids):
        assert told not in shown
