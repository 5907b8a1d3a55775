# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot's step that gives the case to another body (Open311), and what is heard of it."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Callable, Iterator

import deciding
import open311_server
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kodeks.casework import distributing
from kodeks.casework.models import Case, CaseState, Distribution, InboxItem, Way
from kodeks.connectors.models import Open311Sent
from kodeks.connectors.open311 import bodies, following
from kodeks.inquiries import insight, selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User
from kodeks.robots import credentials, engine
from kodeks.robots.models import Run, Status

UNIT = "vej-og-trafik"
TEXT = (
    "Der er et dybt hul i vejen på Testvej. Asfalten er væk, og cyklisterne må køre udenom. "
    "Ring til Testine på 12 34 56 78, mit CPR-nummer er 010199-9995.\n\n"
    "Sted: Testvej 7, 55.67 12.56"
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[open311_server.Server]:
    with open311_server.running() as running:
        yield running


@pytest.fixture
def elsewhere(db: None, server: open311_server.Server) -> open311_server.Server:
    """The department's cases go to another body's server, which has given us a key."""
    bodies.put(
        unit=UNIT,
        url=server.url,
        service_codes={"05.01": "hul"},
        service_code="andet",
        shows_descriptions=True,
        set_by="anders",
    )
    credentials.put(
        robot="visitator", name=f"open311-{UNIT}", secret=open311_server.KEY, made_by="anders"
    )
    return server


@pytest.fixture
def run(triaged: Callable[..., Inquiry], sofie: User) -> Run:
    decision = deciding.decide(
        inquiry_id=triaged(TEXT, sender_name="Testine Testesen").id,
        user=sofie,
        choice="accept",
        label="",
        own_consideration="Asfalten mangler.",
    )
    return Run.objects.get(decision_id=decision.id)


def executed(run: Run, times: int = 1) -> Run:
    for _ in range(times):
        engine.execute(run_id=run.id)
    run.refresh_from_db()
    return run


def case_of(run: Run) -> Case:
    return Case.objects.select_related("unit").get(inquiry__id=run.subject_id)


def status_of(run: Run) -> str:
    matter = insight.find(case_number=case_of(run).number)
    assert matter is not None
    return matter.status


def work() -> list[InboxItem]:
    """What waits in inboxes besides the letter, which has no address."""
    return list(InboxItem.objects.exclude(kind="letter").select_related("unit"))


def waited(days: int) -> None:
    """As if it had been handed over so many days ago."""
    Open311Sent.objects.update(sent_at=timezone.now() - dt.timedelta(days=days))


def test_the_other_body_gets_what_it_is_about_and_where_and_not_by_whom(
    elsewhere: open311_server.Server, run: Run, page: Client
) -> None:
    assert executed(run).status == Status.DONE
    (row,) = elsewhere.requests
    assert row["service_code"] == "hul"
    assert (row["address_string"], row["lat"], row["long"]) == ("Testvej 7", "55.67", "12.56")
    assert "dybt hul i vejen på Testvej" in row["description"]
    for told in ("Testine", "Testesen", "12 34 56 78", "9995", case_of(run).number):
        assert told not in row["description"]
    distribution = Distribution.objects.get()
    assert distribution.way == Way.OPEN311
    assert not work()
    assert "De har ikke svaret os endnu" in status_of(run)
    # They do not know who wrote, so it is somebody here who answers.
    matter = insight.find(case_number=case_of(run).number)
    assert matter is not None
    assert matter.department == selectors.topic(services.OUT_OF_SCOPE).unit.name
    shown = page.get(reverse("workbench:case", args=[case_of(run).number])).content.decode()
    assert "De har ikke svaret endnu" in shown
    shown = page.get(reverse("inquiries:inquiry", args=[run.subject_id])).content.decode()
    assert "De har ikke svaret endnu" in shown


@pytest.mark.parametrize("fault", ["lost", "error", "error-after", "garbage", "empty"])
def test_no_fault_doubles_or_loses_it(
    elsewhere: open311_server.Server, run: Run, fault: str
) -> None:
    elsewhere.faults = [fault]
    assert executed(run).status == Status.QUEUED, "a technical error is tried again"
    assert not Distribution.objects.exists()
    assert executed(run).status == Status.DONE
    assert len(elsewhere.requests) == Distribution.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", [1, 2])
def test_kill_9_between_the_call_and_the_checkpoint_leaves_one(
    elsewhere: open311_server.Server, run: Run, times: int
) -> None:
    # The letter's typesetter has threads, which a fork leaves behind: up to it here.
    engine.execute(run_id=run.id, interrupted=lambda: run.step_records.count() == 3)
    for _ in range(times):
        reading, writing = os.pipe()
        connection.close()
        child = os.fork()
        if child == 0:
            try:
                os.read(reading, 1)
                engine.execute(run_id=run.id)
            finally:
                os._exit(1)
        if not elsewhere.requests:
            # The other has taken it, and nobody here is left to hear of it.
            elsewhere.taken = lambda killed=child: os.kill(killed, signal.SIGKILL)
            os.write(writing, b".")
        else:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)
        assert os.WIFSIGNALED(status)
        elsewhere.taken = lambda: None
    assert not Distribution.objects.exists()
    assert executed(run, times=2).status == Status.DONE
    assert len(elsewhere.requests) == Distribution.objects.count() == 1


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("reject", "siger nej"),
        ("key", "mangler adgangen"),
        ("code", "service_code"),
        ("way", "ingen adresse"),
    ],
)
def test_a_no_goes_to_a_person_who_is_told_why(
    elsewhere: open311_server.Server, run: Run, how: str, words: str
) -> None:
    if how == "reject":
        elsewhere.faults = ["reject"]
    elif how == "key":
        credentials.remove(robot="visitator", name=f"open311-{UNIT}", removed_by="anders")
    elif how == "code":
        bodies.put(unit=UNIT, url=elsewhere.url, service_codes={"99": "x"}, set_by="anders")
    else:
        bodies.remove(unit=UNIT, set_by="anders")
        distributing.route(unit=selectors.topic("vejskade").unit, by="open311")
    assert executed(run).status == Status.HELD
    assert words in run.held_reason
    assert elsewhere.requests == []
    assert not Distribution.objects.exists()


def test_how_far_they_are_is_fetched_told_and_comes_back_when_they_are_done(
    elsewhere: open311_server.Server, run: Run, page: Client, sofie: User
) -> None:
    executed(run)
    following.follow()
    assert status_of(run).endswith("De er i gang med den.")
    assert not work()
    elsewhere.requests[0] |= {
        "status": "closed",
        "status_notes": "Hullet er lappet. Spørg 010199-9995.",
        "updated_datetime": "2026-03-03T09:00:00Z",
    }
    for _ in range(3):
        following.follow()
    status = status_of(run)
    assert "De blev færdige den 3. marts 2026. De skriver: »Hullet er lappet." in status
    assert "9995" not in status
    assert status.endswith("«.")
    letter = InboxItem.objects.get(kind="letter", handled_at=None)
    assert letter.unit == selectors.topic(services.OUT_OF_SCOPE).unit
    desk = selectors.topic(services.OUT_OF_SCOPE).unit
    assert case_of(run).unit == desk
    items = {item.kind: item for item in work()}
    assert {kind: item.unit for kind, item in items.items()} == {"outside": desk, "inquiry": desk}
    shown = page.get(reverse("inquiries:department"), {"afdeling": desk.code}).content.decode()
    assert "Hullet er lappet" in shown
    assert "Svar borgeren, og luk sagen." in shown
    # Whoever got it back can answer it, and then nothing more is told.
    services.mark_answered(item_id=items["inquiry"].id, user=sofie)
    assert case_of(run).state == CaseState.CLOSED
    assert status_of(run) == "Afdelingen har svaret på din henvendelse."
    assert Open311Sent.objects.get().over_at is not None


@pytest.mark.parametrize("away", [False, True])
def test_what_nobody_answers_comes_to_a_person_once(
    elsewhere: open311_server.Server, run: Run, page: Client, away: bool
) -> None:
    executed(run)
    following.follow()
    waited(days=13)
    following.follow()
    assert not work()
    elsewhere.requests[0] |= {"status": "?"} if away else {}
    waited(days=15)
    for _ in range(2):
        following.follow()
    desk = selectors.topic(services.OUT_OF_SCOPE).unit
    assert InboxItem.objects.get(kind="outside").unit == desk
    shown = page.get(reverse("inquiries:department"), {"afdeling": desk.code}).content.decode()
    assert "Ring til dem, eller giv sagen videre selv." in shown
    # Late is better than never: what they say in the end is told too.
    elsewhere.requests[0] |= {"status": "closed", "status_notes": "Lappet."}
    following.follow()
    assert "»Lappet«" in status_of(run)


def test_a_number_they_do_not_know_any_more_comes_to_a_person(
    elsewhere: open311_server.Server, run: Run
) -> None:
    executed(run)
    elsewhere.requests[0] |= {"service_request_id": "77"}
    following.follow()
    assert InboxItem.objects.filter(kind="outside").exists()
    assert "Vi er ved at finde ud af, hvor langt de er." in status_of(run)


def test_a_token_is_followed_until_it_is_a_number(
    elsewhere: open311_server.Server, run: Run
) -> None:
    elsewhere.faults = ["token"]
    executed(run)
    assert (Open311Sent.objects.get().number, Open311Sent.objects.get().token) == ("", "t1")
    following.follow()
    assert Open311Sent.objects.get().number == "1"
    assert "De er i gang" in status_of(run)


def test_what_was_set_anew_does_not_move_what_has_gone_out(
    elsewhere: open311_server.Server, run: Run
) -> None:
    executed(run)
    with open311_server.running() as other:
        bodies.put(unit=UNIT, url=other.url, service_code="x", set_by="anders")
        following.follow()
    assert "De er i gang" in status_of(run)
