# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Journal, letters, and typing an inquiry in."""

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
from kodeks.kernel.models import User
from kodeks.robots import engine
from kodeks.robots.models import Run

pytestmark = pytest.mark.django_db

JOURNAL, NEW = "/henvendelser/journal/", "/henvendelser/ny/"


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
        (
            "sofie",
            ["Indbakke", "Kort", "Ny henvendelse", "Afdeling", "Journal", "Dine rettelser"],
        ),
        ("merete", ["Gentræning", "Ensartethed"]),
        ("anders", ["Gentræning", "Ensartethed"]),
        ("dorte", ["Gentræning", "Ensartethed"]),
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
