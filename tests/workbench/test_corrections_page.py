# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""»Det er forkert« from the citizen's page to the caseworker's list and back."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable

import deciding
import pytest
from citizen_pages import address
from django.db import connections
from staff_pages import headings_in_order, source_of, visitor, words_of

from kodeks.casework import corrections
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Correction
from kodeks.demo import corpus
from kodeks.inquiries import services
from kodeks.language.lix import lix
from kodeks.robots import engine
from kodeks.robots.models import Run

TEXT = "Der er et dybt hul i vejen på Testvej. Asfalten er væk."
PLACE = "forkert/henvendelse/text/"
OBJECTION = "indsigelse/"
SAID = {"wrong": "Det er ikke Testvej.\nDet er <b>Prøvevej</b>.", "right": "Prøvevej 3"}


@pytest.fixture
def receive(stage) -> Callable[..., object]:
    """An inquiry of Testine's with a suggestion; decided and carried out when asked for."""

    def receive(*, decided: bool = False):
        inquiry, _ = services.receive(
            external_id=uuid.uuid4().hex,
            text=TEXT,
            channel="web",
            sender_cpr=corpus.TESTINE_CPR,
        )
        services.triage(inquiry_id=str(inquiry.id))
        if decided:
            decision = deciding.decide(
                inquiry_id=inquiry.id,
                user=stage.user("sofie"),
                choice="accept",
                label="",
                own_consideration="Det handler om et hul.",
            )
            assert engine.execute(run_id=Run.objects.get(decision_id=decision.id).id) is None
        return inquiry

    return receive


def key_in(response) -> str:
    found = re.search(r'name="key" value="([^"]+)"', response.content.decode())
    assert found is not None
    return found[1]


def sent(client, inquiry, place=PLACE, **changes):
    form = client.get(address(inquiry, place))
    fields = {"key": key_in(form)} | SAID | changes
    return client.post(address(inquiry, place), fields, follow=True)


def test_the_way_from_the_citizen_to_the_caseworker_and_back(stage, receive) -> None:
    inquiry = receive()
    testine, sofie = visitor(stage, "testine"), visitor(stage, "sofie")
    page = testine.get(address(inquiry))
    assert address(inquiry, PLACE) in page.content.decode()
    form = testine.get(address(inquiry, PLACE))
    assert headings_in_order(form)
    assert TEXT in words_of(form)
    answer = sent(testine, inquiry)
    assert "Vi ser på det og svarer her senest" in source_of(answer)
    assert "Det er <b>Prøvevej</b>." in words_of(answer)
    assert "<b>Prøvevej" not in answer.content.decode()
    (told,) = corrections.of_subject(services.subject_of(inquiry))
    task = f"/rettelser/{told.id}/"
    assert task in sofie.get("/rettelser/").content.decode()
    waiting = corrections.count_waiting(user=stage.user("sofie"))
    assert waiting >= 1
    assert f"som venter på svar: {waiting}." in source_of(sofie.get("/"))
    shown = sofie.get(task)
    assert headings_in_order(shown)
    assert "Det er ikke Testvej." in words_of(shown)
    done = sofie.post(task, {"corrected": "yes", "reasons": "Vejen er rettet."}, follow=True)
    assert "Dit svar er gemt." in source_of(done)
    assert task not in done.content.decode()
    told_back = words_of(testine.get(address(inquiry)))
    assert "Sofie Prøvesen svarede den" in told_back
    assert "Vejen er rettet." in told_back


def test_an_objection_from_the_citizen_to_the_caseworker_and_back(stage, receive) -> None:
    inquiry = receive()
    testine, sofie = visitor(stage, "testine"), visitor(stage, "sofie")
    assert f'href="{address(inquiry, OBJECTION)}"' in testine.get(address(inquiry)).content.decode()
    assert headings_in_order(testine.get(address(inquiry, OBJECTION)))
    refused = sent(testine, inquiry, OBJECTION, wrong=" ")
    assert refused.status_code == 422
    assert "Skriv, hvorfor du gør indsigelse." in words_of(refused)
    answer = sent(testine, inquiry, OBJECTION, wrong="Jeg er <b>udsat</b> for vold.")
    assert "Vi ser på det og svarer her senest" in source_of(answer)
    assert "Du gør indsigelse: Jeg er <b>udsat</b> for vold." in words_of(answer)
    assert "<b>udsat" not in answer.content.decode()
    (told,) = corrections.of_subject(services.subject_of(inquiry))
    task = f"/rettelser/{told.id}/"
    assert "Indsigelse, " in words_of(sofie.get("/rettelser/"))
    shown = sofie.get(task)
    assert headings_in_order(shown)
    assert "Får borgeren ret?" in words_of(shown)
    assert "Det siger borgeren er forkert" not in words_of(shown)
    unsaid = sofie.post(task, {"reasons": "Vi ser på den igen."})
    assert (unsaid.status_code, "Vælg, om borgeren får ret." in words_of(unsaid)) == (422, True)
    sofie.post(task, {"corrected": "yes", "reasons": "Vi ser på den igen."})
    for place in ("", "data.json"):
        told_back = testine.get(address(inquiry, place)).content.decode()
        assert "Du har fået ret." in told_back
        assert "Vi ser på den igen." in told_back


def test_where_nothing_was_suggested_or_decided_there_is_nothing_to_object_to(stage) -> None:
    inquiry, _ = services.receive(
        external_id=uuid.uuid4().hex, text=TEXT, channel="web", sender_cpr=corpus.TESTINE_CPR
    )
    client = visitor(stage, "testine")
    assert OBJECTION not in client.get(address(inquiry)).content.decode()
    assert client.get(address(inquiry, OBJECTION)).status_code == 404


@pytest.mark.parametrize("place", [PLACE, OBJECTION])
def test_only_who_may_see_the_matter_may_say_so(stage, receive, place) -> None:
    inquiry = receive()
    for who in ("", "anders"):
        client = visitor(stage, who)
        assert client.get(address(inquiry, place)).status_code == 403
        fields = {"key": str(uuid.uuid4())} | SAID
        assert client.post(address(inquiry, place), fields).status_code == 403
    assert corrections.of_subject(services.subject_of(inquiry)) == ()


@pytest.mark.parametrize("place", ["forkert/henvendelse/topic/", "forkert/andet/text/"])
def test_only_what_was_used_can_be_wrong(stage, receive, place) -> None:
    inquiry = receive()
    client = visitor(stage, "testine")
    assert client.get(address(inquiry, place)).status_code == 404
    fields = {"key": str(uuid.uuid4())} | SAID
    assert client.post(address(inquiry, place), fields).status_code == 404


def test_what_was_typed_is_there_when_it_is_refused(stage, receive) -> None:
    inquiry, client = receive(), visitor(stage, "testine")
    answer = sent(client, inquiry, wrong="")
    assert answer.status_code == 422
    assert "Skriv, hvad der er forkert." in words_of(answer)
    assert "Prøvevej 3" in source_of(answer)
    long = sent(client, inquiry, wrong="Prøve. " * 400)
    assert long.status_code == 422
    assert "højst fylde 2.000 tegn" in words_of(long)
    assert "Prøve. Prøve." in source_of(long)


def test_too_many_at_a_time_are_refused_and_nothing_is_lost(stage, receive) -> None:
    inquiry, client = receive(), visitor(stage, "testine")
    for _ in range(corrections.MOST_OPEN):
        assert sent(client, inquiry).status_code == 200
    answer = sent(client, inquiry)
    assert answer.status_code == 422
    assert "allerede 10 rettelser" in words_of(answer)
    assert "Prøvevej 3" in source_of(answer)


def test_the_same_form_sent_twice_is_one_task(stage, receive) -> None:
    inquiry, client = receive(), visitor(stage, "testine")
    key = key_in(client.get(address(inquiry, PLACE)))
    for _ in range(2):
        assert client.post(address(inquiry, PLACE), {"key": key} | SAID).status_code == 302
    assert len(corrections.of_subject(services.subject_of(inquiry))) == 1


def test_a_task_belongs_to_the_cases_unit(stage, receive) -> None:
    inquiry = receive(decided=True)
    sent(visitor(stage, "testine"), inquiry)
    (told,) = corrections.of_subject(services.subject_of(inquiry))
    assert told.unit == "Vej og Trafik"
    seen = {}
    for unit in ("vej-og-trafik", "park-og-natur"):
        number = stage.new_user()
        stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', %s, '', NULL)", number, unit)
        client = visitor(stage, number)
        listed = f"/rettelser/{told.id}/" in client.get("/rettelser/").content.decode()
        seen[unit] = (listed, client.get(f"/rettelser/{told.id}/").status_code)
    assert seen == {"vej-og-trafik": (True, 200), "park-og-natur": (False, 404)}


def test_two_who_answer_at_once_are_told(stage, receive) -> None:
    inquiry = receive()
    sent(visitor(stage, "testine"), inquiry)
    (told,) = corrections.of_subject(services.subject_of(inquiry))
    task = f"/rettelser/{told.id}/"
    visitor(stage, "sofie").post(task, {"corrected": "no", "reasons": "Den passer."})
    late = visitor(stage, "sofie").post(task, {"corrected": "yes", "reasons": "Den er rettet nu."})
    assert late.status_code == 422
    assert "Sofie Prøvesen har allerede svaret" in words_of(late)
    assert "Den er rettet nu." in source_of(late)
    assert visitor(stage, "sofie").get(task).status_code == 404


def test_many_at_once_do_not_pass_the_limit(stage, receive) -> None:
    subject = services.subject_of(receive())
    barrier = threading.Barrier(4)
    refused: list[str] = []

    def say() -> None:
        try:
            barrier.wait()
            for _ in range(4):
                corrections.report(
                    key=uuid.uuid4(),
                    subject=subject,
                    record_id=uuid.uuid4(),
                    source="henvendelse",
                    field="text",
                    unit="",
                    wrong="Forkert.",
                    right="",
                )
        except CaseworkError as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=say) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = Correction.objects.filter(subject_id=subject.id).count()
    assert found == corrections.MOST_OPEN
    assert refused


def test_the_pages_are_easy_to_read(stage, receive, own_sentences) -> None:
    inquiry = receive()
    testine, sofie = visitor(stage, "testine"), visitor(stage, "sofie")
    sent(testine, inquiry)
    sent(testine, inquiry, OBJECTION)
    pages = [
        testine.get(address(inquiry, PLACE)),
        testine.get(address(inquiry, OBJECTION)),
        sofie.get("/rettelser/"),
    ]
    for told in corrections.of_subject(services.subject_of(inquiry)):
        pages.append(sofie.get(f"/rettelser/{told.id}/"))
    assert max(lix(own_sentences(page)) for page in pages) <= 35
