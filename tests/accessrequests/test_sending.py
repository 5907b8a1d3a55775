# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The answer goes out once with list and copies, the clock stops, and a person helps where no
channel reaches."""

from __future__ import annotations

import json
import os

import pytest
from access_cases import ASKER_CPR, NEIGHBOUR, answer
from django.db import connection
from fake_dispatch import FakeDispatch

from kodeks.accessrequests import answering, clock, selectors, services
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.casework.models import CaseState, Dispatch, Heard, InboxItem
from kodeks.casework.ports import PortError
from kodeks.kernel.models import RegistryEvent
from kodeks.robots import engine
from kodeks.robots.models import Run, Status, StepRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(settings, monkeypatch):
    FakeDispatch.clear()
    monkeypatch.setattr(FakeDispatch, "needs_number", False)
    settings.KODEKS_LETTER_DISPATCH = "fake_dispatch.FakeDispatch"
    yield FakeDispatch
    FakeDispatch.clear()


def carried_out(request, user) -> Run:
    decision = answer(request, user)
    run = Run.objects.get(decision_id=decision.id)
    engine.execute(run_id=run.id)
    return Run.objects.get(id=run.id)


def test_letter_list_and_copies_go_out_and_the_clock_stops(found, sofie, post):
    request = found()
    assert carried_out(request, sofie).status == Status.DONE
    (record,) = post.sent.values()
    assert record.recipient.kind == "cpr"
    assert record.reference == str(request.id)
    assert [one.file_name for one in record.enclosed] == [
        "Liste-over-dokumenter.pdf",
        "Dokument-1-til-aktindsigt.txt",
        "Dokument-2-til-aktindsigt.pdf",
    ]
    assert not any(NEIGHBOUR.encode() in one.content for one in record.enclosed)
    request = selectors.request(request.id)
    assert request.delivered_at is not None
    assert request.case.state == CaseState.CLOSED
    deadline = clock.current(request)
    assert deadline.state == "answered"
    assert deadline.events.last().by is None
    written = json.dumps(list(StepRecord.objects.values_list("result", flat=True)))
    assert str(Dispatch.objects.get().id) in written
    assert ASKER_CPR not in written
    assert list(selectors.answered(sofie)) == [request]


@pytest.mark.parametrize("when", ["fail", "fail_after"])
def test_a_worker_that_dies_while_it_sends_leaves_one_letter(found, sofie, post, when):
    getattr(post, when).append(PortError("Tråden døde."))
    request = found()
    run = carried_out(request, sofie)
    assert run.status != Status.DONE
    assert selectors.request(request.id).delivered_at is None
    assert clock.current(request).state == "running"
    engine.execute(run_id=run.id)
    assert Run.objects.get(id=run.id).status == Status.DONE
    assert len(post.sent) == Dispatch.objects.count() == 1
    # Out already: it was found, and not sent again.
    assert len(post.calls) == (1 if when == "fail_after" else 2)
    assert selectors.request(request.id).delivered_at is not None


def test_without_a_number_a_person_hands_it_over_and_the_clock_runs_until_then(
    found, sofie, post, person
):
    request = found(requester_cpr="")
    assert carried_out(request, sofie).status == Status.DONE
    request = selectors.request(request.id)
    assert (request.delivered_at, clock.current(request).state) == (None, "running")
    assert post.sent == {}
    assert list(selectors.waiting(sofie)) == [request]
    assert answering.undelivered(request) is not None
    with pytest.raises(AccessRequestError, match="ikke ret"):
        services.hand_over(request_id=request.id, user=person("dorte"))
    services.hand_over(request_id=request.id, user=sofie)
    request = selectors.request(request.id)
    assert request.delivered_at is not None
    assert clock.current(request).state == "answered"
    assert InboxItem.objects.filter(case=request.case, handled_at=None).count() == 0
    heard = set(Dispatch.objects.get().news.values_list("heard", flat=True))
    assert heard == {Heard.HANDED}
    with pytest.raises(AccessRequestError, match="intet svar"):
        services.hand_over(request_id=request.id, user=sofie)


@pytest.mark.django_db(transaction=True)
def test_the_number_is_opened_for_a_channel_that_needs_it_and_the_log_tells(
    found, sofie, post, monkeypatch
):
    monkeypatch.setattr(post, "needs_number", True)
    before = RegistryEvent.objects.filter(kind="unmasking").count()
    carried_out(found(), sofie)
    (record,) = post.sent.values()
    assert record.recipient.number == ASKER_CPR
    assert RegistryEvent.objects.filter(kind="unmasking").count() == before + 1


def test_in_the_folder_for_printing_it_lies_with_all_that_goes_with_it(found, sofie, settings):
    request = found()
    assert carried_out(request, sofie).status == Status.DONE
    ready = settings.KODEKS_OUTBOX_FOLDER / "klar"
    (told,) = [json.loads(one.read_text()) for one in ready.glob("*.json")]
    assert len(told["enclosed"]) == 3
    assert all((ready / one["file"]).exists() for one in told["enclosed"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["KilledBefore", "KilledAfter"])
def test_kill_9_while_it_sends_leaves_one_letter_and_one_answer(found, sofie, settings, post, when):
    # Letters are written by threads, which a forked process has not: so up to the sending here.
    post.fail.append(PortError("Netværket svarer ikke."))
    request = found()
    run = carried_out(request, sofie)
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            settings.KODEKS_LETTER_DISPATCH = f"killed_dispatch.{when}"
            engine.execute(run_id=run.id)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    settings.KODEKS_LETTER_DISPATCH = "kodeks.connectors.outbox.OutboxFolder"
    # Everything up to the sending is kept, and nothing of it is.
    done = set(StepRecord.objects.filter(run=run).values_list("step", flat=True))
    assert done == {"journalise", "redact", "list", "letter", "deliver"}
    assert not Dispatch.objects.exists()
    sent = settings.KODEKS_OUTBOX_FOLDER / "sendt"
    before = [one.read_bytes() for one in sent.glob("*.json")]
    assert len(before) == (when == "KilledAfter")
    engine.execute(run_id=run.id)
    assert Run.objects.get(id=run.id).status == Status.DONE
    after = [one.read_bytes() for one in sent.glob("*.json")]
    assert len(after) == Dispatch.objects.count() == 1
    assert after == before or not before
    assert clock.current(selectors.request(request.id)).state == "answered"
