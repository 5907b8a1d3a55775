# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What people do for the robots, and who sees what a run is about."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from inquiry_pages import text_of
from procrastinate.contrib.django.models import ProcrastinateJob
from robot_pages import ONE, ROBOTS, TASKS, page_of

from kodeks.casework import handovers
from kodeks.casework.models import Unit
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import RegistryEvent, User
from kodeks.robots import engine
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db


# --- people's tasks


def test_a_held_run_is_taken_and_tried_again(signed_in: Any, held: Run) -> None:
    client = signed_in("sofie")
    shown = text_of(client.get(TASKS))
    for part in ("Journalen siger nej. Ret sagen.", "0 af 4", "Ingen", held.subject_id):
        assert part in shown
    assert client.post(page_of("take-run", held.id)).url == page_of("robot-run", held.id)
    shown = text_of(client.get(TASKS))
    assert User.objects.get(username="sofie").full_name in shown
    assert page_of("take-run", held.id) not in shown
    assert "Faglig fejl" in text_of(client.get(page_of("robot-run", held.id)))
    jobs = ProcrastinateJob.objects.filter(task_name="robots.run")
    before = jobs.count()
    assert client.post(page_of("retry-run", held.id)).url == TASKS
    held.refresh_from_db()
    assert (held.status, jobs.count()) == (Status.QUEUED, before + 1)
    assert "Robotten prøver igen." in text_of(client.get(TASKS))
    (helped,) = RegistryEvent.objects.filter(kind="retried")
    assert helped.body["decision"] == str(held.decision_id)
    client.post(page_of("retry-run", held.id))
    assert "venter ikke længere på en medarbejder" in text_of(client.get(TASKS))
    shown = text_of(client.get(page_of("robot-run", held.id)))
    assert "lod robotten prøve igen" in shown


def test_a_step_is_done_by_hand_and_stands_by_the_persons_name(signed_in: Any, held: Run) -> None:
    client = signed_in("sofie")
    page = page_of("robot-run", held.id)
    assert "Jeg har gjort det selv" in text_of(client.get(page))
    address = page_of("done-by-hand", held.id)
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
    assert page_of("robot-run", held.id) not in text_of(client.get(TASKS))
    assert client.get(page_of("robot-run", held.id)).status_code == 404
    for view in ("take-run", "retry-run", "done-by-hand"):
        assert client.post(page_of(view, held.id), {"note": "x"}).status_code == 404


@pytest.mark.parametrize("username", ["dorte", "testine"])
def test_others_do_not_see_the_robots(signed_in: Any, held: Run, username: str) -> None:
    client = signed_in(username)
    for address in (ROBOTS, TASKS, ONE, page_of("robot-run", held.id)):
        assert client.get(address).status_code == 403
    assert client.post(page_of("retry-run", held.id)).status_code == 403
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
    client.post(page_of("take-work", jobs[0]))
    assert User.objects.get(username="sofie").full_name in text_of(client.get(TASKS))
    assert client.post(page_of("retry-work", jobs[0])).url == TASKS
    assert ProcrastinateJob.objects.get(lock__endswith=str(inquiries[0].id)).status == "todo"
    client.post(page_of("close-work", jobs[1]))
    assert "Andet arbejde" not in text_of(client.get(TASKS))
    client.post(page_of("close-work", jobs[1]))
    assert "venter ikke længere på en medarbejder" in text_of(client.get(TASKS))


def test_what_is_not_there_is_not_found(signed_in: Any) -> None:
    client = signed_in("merete")
    nothing = uuid.uuid4()
    for view in ("take-run", "retry-run", "done-by-hand"):
        assert client.post(page_of(view, nothing)).status_code == 404
    assert client.get("/robotter/ukendt/").status_code == 404
    assert client.post("/robotter/ukendt/styr/").status_code == 404
    assert client.get("/robotter/visitator/driftsfejl/x/").status_code == 404
    assert client.post(page_of("close-work", 2**70)).status_code == 302


def test_the_lists_former_address_leads_to_it(signed_in: Any) -> None:
    assert signed_in("sofie").get("/henvendelser/robot/").url == TASKS


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
        listed = page_of("robot-run", run.id) in text_of(viggo.get(ONE))
        answer = viggo.get(page_of("robot-run", run.id))
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
    assert page_of("robot-run", held.id) in shown
    # The inquiry itself has no place yet, and is for those who sort.
    assert held.subject_id not in shown
    Run.objects.filter(pk=held.pk).update(unit="byggeri")
    assert page_of("robot-run", held.id) not in text_of(viggo.get(TASKS))
    for verb in ("take-run", "retry-run"):
        assert viggo.post(page_of(verb, held.id)).status_code == 404


@pytest.mark.parametrize("who", ["merete", "anders"])
def test_who_answers_for_robots_sees_each_run_and_nothing_of_the_case(
    signed_in: Any, run_about: Callable[[str], Run], who: str
) -> None:
    run = run_about("rotter")
    client = signed_in(who)
    assert page_of("robot-run", run.id) in text_of(client.get(ONE))
    shown = text_of(client.get(page_of("robot-run", run.id)))
    assert "Du har ikke ret til sagen." in shown
    case = Inquiry.objects.get(id=run.subject_id).case
    assert case is not None
    results = [str(value) for one in run.step_records.all() for value in one.result.values()]
    # What is short, as a channel's name, can stand elsewhere on the page.
    ids = [value for value in results if len(value) > 10]
    assert ids
    for told in (case.number, run.subject_id, *ids):
        assert told not in shown
