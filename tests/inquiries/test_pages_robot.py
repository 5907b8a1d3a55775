# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Journal, letters, the robot's page, and typing an inquiry in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import deciding
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.casework.models import Document, JournalEntry
from kodeks.inquiries import navigation, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import RegistryEvent, User
from kodeks.robots import engine
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db

JOURNAL, ROBOT, NEW = "/henvendelser/journal/", "/henvendelser/robot/", "/henvendelser/ny/"


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def run_of(triaged: Callable[..., Inquiry], sofie: User) -> Callable[..., Run]:
    """A run that has not been carried out."""

    def start(text: str = "Der er et dybt hul i vejen, asfalten er væk.") -> Run:
        decision = deciding.decide(
            inquiry_id=triaged(text).id,
            user=sofie,
            choice="accept",
            label="",
            own_consideration="Asfalten mangler.",
        )
        return Run.objects.get(decision_id=decision.id)

    return start


@pytest.fixture
def held(run_of: Callable[..., Run]) -> Run:
    run = run_of()
    run.status, run.held_reason_code = Status.HELD, "journal"
    run.held_reason = "Journalen siger nej. Ret sagen."
    run.save()
    return run


# --- the journal


def test_an_empty_journal_says_so(page: Client) -> None:
    assert "ikke journaliseret noget endnu" in text_of(page.get(JOURNAL))


def test_the_journal_shows_both_ways_newest_first(page: Client, run_of: Callable[..., Run]) -> None:
    for text in ("Der er hul i vejen, asfalten er væk.", "Der er rotter i gården."):
        engine.execute(run_id=run_of(text).id)
    shown = text_of(page.get(JOURNAL))
    assert shown.count("Indgående") == shown.count("Udgående") == 2
    assert shown.index("09.13.01") < shown.index("05.01.08")
    for entry in JournalEntry.objects.all():
        for part in (entry.case.number, entry.theme, entry.esdh_document_id, "Kvitteret", "G01"):
            assert part in shown
        assert reverse("inquiries:inquiry", args=[entry.case.inquiry.id]) in shown
    only = text_of(page.get(f"{JOURNAL}?unit=miljoe-og-vand"))
    assert ("09.13.01" in only, "05.01.08" in only) == (True, False)
    number = JournalEntry.objects.order_by("registered_at")[0].case.number
    assert "05.01.08" in text_of(page.get(f"{JOURNAL}?case_number={number}"))
    assert "Intet i journalen passer" in text_of(page.get(f"{JOURNAL}?case_number=1"))
    assert "Søgningen kan ikke bruges" in text_of(page.get(f"{JOURNAL}?unit=findes-ikke"))


def test_a_letter_is_fetched_as_pdf_and_nothing_else_is(
    page: Client, client: Client, run_of: Callable[..., Run], person: Callable[[str], User]
) -> None:
    engine.execute(run_id=run_of().id)
    incoming = Document.objects.get(direction="incoming")
    letter = Document.objects.get(direction="outgoing")
    path = reverse("inquiries:letter", args=[letter.id])
    response = page.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content == bytes(letter.content)
    assert letter.case.number in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    assert page.get(reverse("inquiries:letter", args=[incoming.id])).status_code == 404
    assert page.get(reverse("inquiries:letter", args=[uuid.uuid4()])).status_code == 404
    client.force_login(person("testine"))
    assert client.get(path).status_code == 403


# --- the robot


def test_a_held_run_is_shown_with_its_reason_and_can_be_tried_again(
    page: Client, held: Run
) -> None:
    shown = text_of(page.get(ROBOT))
    assert "Journalen siger nej. Ret sagen." in shown
    assert reverse("inquiries:inquiry", args=[held.subject_id]) in shown
    jobs = ProcrastinateJob.objects.filter(task_name="robots.run")
    before = jobs.count()
    path = reverse("inquiries:retry", args=[held.id])
    assert page.get(path).status_code == 405
    assert page.post(path).url == ROBOT
    held.refresh_from_db()
    assert (held.status, jobs.count()) == (Status.QUEUED, before + 1)
    assert "Robotten prøver igen." in text_of(page.get(ROBOT))
    (helped,) = RegistryEvent.objects.filter(kind="retried")
    assert helped.body["decision"] == str(held.decision_id)
    page.post(path)
    assert "venter ikke længere på en medarbejder" in text_of(page.get(ROBOT))
    assert jobs.count() == before + 1


@pytest.mark.parametrize("username", ["merete", "anders"])
def test_owner_and_administrator_see_the_robot_but_no_inquiry(
    client: Client, person: Callable[[str], User], held: Run, username: str
) -> None:
    client.force_login(person(username))
    shown = text_of(client.get(ROBOT))
    assert "Journalen siger nej" in shown
    assert reverse("inquiries:inquiry", args=[held.subject_id]) not in shown
    assert client.post(reverse("inquiries:retry", args=[held.id])).status_code == 302
    held.refresh_from_db()
    assert held.status == Status.QUEUED


@pytest.mark.parametrize("username", ["dorte", "testine"])
def test_others_may_not_start_the_robot(
    client: Client, person: Callable[[str], User], held: Run, username: str
) -> None:
    client.force_login(person(username))
    assert client.get(ROBOT).status_code == 403
    assert client.post(reverse("inquiries:retry", args=[held.id])).status_code == 403
    held.refresh_from_db()
    assert held.status == Status.HELD


def test_waiting_and_repeated_runs_say_why(
    page: Client, run_of: Callable[..., Run], stop: Callable[[], None]
) -> None:
    waiting, trying, fresh = run_of(), run_of(), run_of()
    Run.objects.filter(id=waiting.id).update(status=Status.WAITING)
    Run.objects.filter(id=trying.id).update(attempts=3)
    shown = text_of(page.get(ROBOT))
    assert "Systemet kan ikke køre. Robotten går videre" in shown
    assert "(forsøg 3)" in shown
    assert fresh.subject_id not in shown
    assert "Robotten venter." not in shown
    stop()
    assert "Robotten venter." in text_of(page.get(ROBOT))


def test_triage_that_was_given_up_can_be_tried_again(
    page: Client, arrived: Callable[..., Inquiry], as_failed: Callable[[Inquiry], int]
) -> None:
    inquiry = arrived()
    job = as_failed(inquiry)
    shown = text_of(page.get(ROBOT))
    assert "Henvendelser uden forslag" in shown
    assert str(inquiry.id) in shown
    path = reverse("inquiries:retry-triage", args=[job])
    assert page.post(path).url == ROBOT
    assert ProcrastinateJob.objects.get(task_name="robots.background").status == "todo"
    assert page.post(path).status_code == 404


@pytest.fixture
def as_failed() -> Callable[[Inquiry], int]:
    """Marks the inquiry's triage job as given up, as a worker does."""
    from django.db import connection

    def fail(inquiry: Inquiry) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'failed' WHERE lock LIKE %s RETURNING id",
                [f"%{inquiry.id}"],
            )
            return int(cursor.fetchone()[0])

    return fail


def test_a_run_of_nothing_is_not_found(page: Client) -> None:
    assert page.post(reverse("inquiries:retry", args=[uuid.uuid4()])).status_code == 404
    assert page.post(reverse("inquiries:retry-triage", args=[999_999])).status_code == 404


# --- a new inquiry


def typed(**changes: str) -> dict[str, str]:
    return {
        "submission": str(uuid.uuid4()),
        "text": "Borgeren ringer om et hul i vejen.\r\nHun ringer igen.",
        "channel": "telefonnotat",
        "sender_name": "Test Testesen",
        "sender_cpr": "",
        "district": "Nordby",
    } | changes


# What was opened is given out when its line in the log is committed.
@pytest.mark.django_db(transaction=True)
def test_an_inquiry_is_typed_in_and_queued_once(page: Client, sofie: User) -> None:
    assert 'name="submission" value="' in page.get(NEW).content.decode()
    fields = typed(sender_cpr="710190-0000")
    for _ in range(2):
        response = page.post(NEW, fields)
        inquiry = Inquiry.objects.get()
        assert response.url == reverse("inquiries:inquiry", args=[inquiry.id])
    assert inquiry.text == "Borgeren ringer om et hul i vejen.\nHun ringer igen."
    assert (inquiry.channel, inquiry.district) == ("telefonnotat", "Nordby")
    assert abs((timezone.now() - inquiry.received_at).total_seconds()) < 60
    shown = services.shown_cpr(inquiry=inquiry, user=sofie, reason="Prøve")
    assert shown == "7101900000"
    assert ProcrastinateJob.objects.filter(task_name="robots.background").count() == 1
    shown = text_of(page.get(response.url))
    assert "••••••-••••" in shown
    assert "7101900000" not in shown.replace("-", "")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": " \n "}, "Henvendelsen er tom"),
        ({"text": "a" * 1_000_000}, "for lang. Den må højst fylde 100.000 tegn"),
        ({"text": "hul i vejen\x00"}, "et tegn, der ikke er tekst"),
        ({"channel": ""}, "Vælg, hvordan henvendelsen kom."),
        ({"channel": "røgsignal"}, "røgsignal"),
        ({"sender_cpr": "1234"}, "Skriv CPR-nummeret som ti cifre"),
        ({"sender_cpr": "999999-9999"}, "Skriv CPR-nummeret som ti cifre"),
        ({"sender_name": "a" * 201}, "Navnet må højst fylde 200 tegn"),
        ({"district": "a" * 81}, "Bydelen må højst fylde 80 tegn"),
    ],
)
def test_what_cannot_be_saved_is_told_and_nothing_typed_is_lost(
    page: Client, changes: dict[str, str], message: str
) -> None:
    fields = typed(**changes)
    response = page.post(NEW, fields)
    shown = text_of(response)
    assert response.status_code == 422
    assert "Henvendelsen er ikke gemt" in shown
    assert message in shown
    for name in ("text", "sender_name", "sender_cpr", "district", "submission"):
        assert fields[name].replace("\r\n", "\n") in shown.replace("\r\n", "\n")
    assert not Inquiry.objects.exists()


# --- the menu


@pytest.mark.parametrize(
    ("username", "titles"),
    [
        ("sofie", ["Indbakke", "Ny henvendelse", "Afdeling", "Journal", "Robot"]),
        ("merete", ["Robot"]),
        ("anders", ["Robot"]),
        ("dorte", []),
        ("testine", []),
    ],
)
def test_the_menu_shows_what_one_may_open(
    client: Client, person: Callable[[str], User], username: str, titles: list[str]
) -> None:
    user = person(username)
    client.force_login(user)
    entries: list[dict[str, Any]] = navigation.items(user)
    assert [entry["title"] for entry in entries] == titles
    assert all(client.get(entry["url"]).status_code == 200 for entry in entries)
