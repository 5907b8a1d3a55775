# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Two at once: whoever comes second gets a sentence, and there is one record of everything."""

from __future__ import annotations

import itertools
import re
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import deciding
import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from kernel_stage import stage  # noqa: F401

from kodeks.inquiries import services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel import stewardship
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Act, Decision, Recommendation, Switch, User
from kodeks.robots import engine
from kodeks.robots.models import Run

HOLE = "Der er et dybt hul i vejen på Testvej. Asfalten er væk, og cyklisterne må køre udenom."
SEEN = "Borgeren skriver om et hul i vejen."
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def committed(stage: Any, django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:  # noqa: F811
    """Threads see each other's work only when it is committed."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "KODEKS_JOURNAL_FOLDER", tmp_path / "journal")
        yield


def arrive(*, triaged: bool = True) -> Inquiry:
    inquiry, _ = services.receive(external_id=f"race:{next(_numbers)}", text=HOLE, channel="web")
    if triaged:
        services.triage(inquiry_id=str(inquiry.id))
    inquiry.refresh_from_db()
    return inquiry


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gave or raised; all begin together, each over its own connection."""
    together = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    @kernel.as_service("tests")
    def run(place: int) -> None:
        together.wait(timeout=10)
        try:
            answers[place] = calls[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def decide(inquiry: Inquiry, choice: str = "reject") -> kernel.Decision:
    return deciding.decide(
        inquiry_id=inquiry.id,
        user=User.objects.get(username="sofie"),
        choice=choice,
        label="andet",
        own_consideration=SEEN,
    )


@pytest.mark.parametrize("second", ["reject", "accept", "own"])
def test_two_decide_the_same_inquiry(second: str) -> None:
    inquiry = arrive()
    answers = at_once(lambda: decide(inquiry), lambda: decide(inquiry, second))
    made = [one for one in answers if isinstance(one, kernel.Decision)]
    refused = [one for one in answers if isinstance(one, Refused)]
    assert (len(made), len(refused)) == (1, 1), answers
    assert str(refused[0]) == "Sagen er allerede afgjort."
    assert Decision.objects.filter(subject_id=str(inquiry.id)).count() == 1
    assert Run.objects.filter(subject_id=str(inquiry.id)).count() == 1


def _page() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="sofie"))
    return client


def test_a_form_sent_twice_decides_once_and_says_so() -> None:
    inquiry, client = arrive(), [_page(), _page()]
    deciding.see(inquiry, User.objects.get(username="sofie"))
    fields = {"choice": "reject", "own_consideration": SEEN}
    address = f"/henvendelser/{inquiry.id}/afgoer/"
    answers = at_once(*(lambda one=one: one.post(address, fields) for one in client))
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    told = next(answer for answer in answers if answer.status_code == 422).content.decode()
    assert "Sagen er allerede afgjort." in told
    assert Decision.objects.filter(subject_id=str(inquiry.id)).count() == 1


def test_an_inquiry_typed_in_and_sent_twice_is_one() -> None:
    fields = {"submission": str(uuid.uuid4()), "text": HOLE, "channel": "brev"}
    clients = [_page(), _page()]
    answers = at_once(*(lambda one=one: one.post("/henvendelser/ny/", fields) for one in clients))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    found = re.search(r"/henvendelser/([0-9a-f-]+)/", answers[0]["Location"])
    assert found is not None
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(args__arguments__inquiry_id=found[1])
    assert jobs.count() == 1


def test_the_suggestion_and_a_decision_without_one_at_the_same_time() -> None:
    for _ in range(5):
        inquiry = arrive(triaged=False)
        answers = at_once(
            lambda one=inquiry: services.triage(inquiry_id=str(one.id)),
            lambda one=inquiry: decide(one, "own"),
        )
        assert isinstance(answers[1], kernel.Decision), answers
        assert answers[0] is None, answers
        inquiry.refresh_from_db()
        # Whichever came first: no suggestion is made in a matter that a person has decided.
        issued = Recommendation.objects.filter(subject_id=str(inquiry.id))
        assert issued.count() == (inquiry.recommendation_id is not None)
        assert all(one.issued_at < answers[1].decided_at for one in issued)


def test_following_a_suggestion_that_is_being_made_is_refused_or_done_but_never_half() -> None:
    inquiry = arrive(triaged=False)
    answers = at_once(
        lambda: services.triage(inquiry_id=str(inquiry.id)), lambda: decide(inquiry, "accept")
    )
    # One that has come in the meantime is followed by nobody who has not seen it.
    assert isinstance(answers[1], kernel.Decision | InquiryError | Refused), answers
    runs = Run.objects.filter(subject_id=str(inquiry.id)).count()
    assert runs == isinstance(answers[1], kernel.Decision)


def test_two_triage_the_same_inquiry() -> None:
    inquiry = arrive(triaged=False)
    call = lambda: services.triage(inquiry_id=str(inquiry.id))  # noqa: E731
    assert at_once(call, call, call) == [None, None, None]
    assert Recommendation.objects.filter(subject_id=str(inquiry.id)).count() == 1


def test_two_workers_with_the_same_run_do_each_step_once() -> None:
    decision = decide(arrive())
    run = Run.objects.get(decision_id=decision.id)
    call = lambda: engine.execute(run_id=run.id)  # noqa: E731
    assert not [one for one in at_once(call, call) if isinstance(one, Exception)]
    while engine.execute(run_id=run.id) is not None:
        pass
    steps = list(Act.objects.filter(decision_id=decision.id).values_list("step", flat=True))
    assert sorted(steps) == ["forward", "journalise", "receipt", "send"]


def test_after_a_stop_in_the_middle_of_a_run_no_step_begins() -> None:
    decision = decide(arrive())
    run = Run.objects.get(decision_id=decision.id)
    owner = User.objects.get(username="merete")
    begun = threading.Event()

    def stop() -> None:
        begun.wait(timeout=10)
        stewardship.stop(system="inquiries", user=owner, reason="Prøve af stop midt i en kørsel.")

    def work() -> Any:
        return engine.execute(run_id=run.id, interrupted=lambda: begun.set() or False)

    try:
        answers = at_once(work, stop)
        assert not [one for one in answers if isinstance(one, Exception)], answers
        stopped_at = Switch.objects.latest("id").at
        acts = Act.objects.filter(decision_id=decision.id)
        # One step may have been past the gate when the stop came; none passes it afterwards.
        assert acts.filter(acted_at__gt=stopped_at).count() <= 1
        assert acts.count() < 3 or not acts.filter(acted_at__gt=stopped_at).exists()
    finally:
        stewardship.resume(system="inquiries", user=owner, reason="Prøven er slut.")
    Run.objects.filter(id=run.id).update(status="queued")
    while engine.execute(run_id=run.id) is not None:
        pass
    assert Act.objects.filter(decision_id=decision.id).count() == 4


def test_two_who_stop_at_once_are_both_told_it_is_done() -> None:
    owner = User.objects.get(username="merete")
    officer = User.objects.get(username="dorte")
    try:
        answers = at_once(
            lambda: stewardship.stop(
                system="inquiries", user=owner, reason="Forslagene er forkerte."
            ),
            lambda: stewardship.stop(
                system="inquiries", user=officer, reason="Klager fra borgere."
            ),
        )
        assert answers == [None, None]
        with pytest.raises(Refused, match="stoppet"):
            services.triage(inquiry_id=str(arrive(triaged=False).id))
    finally:
        stewardship.resume(system="inquiries", user=owner, reason="Prøven er slut.")
