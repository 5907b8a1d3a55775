# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What was decided is decided anew: a document before the answer, the request in a new round."""

from __future__ import annotations

import pypdfium2
import pytest
from access_cases import WHY, answer, follow, titled
from django.utils import timezone

from kodeks.accessrequests import clock, deciding, insight, outcomes, selectors
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.casework.models import Dispatch, Document
from kodeks.kernel import api as kernel
from kodeks.robots import engine
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db

CHANGED = "Jeg har set på dokumentet en gang til."


def anew(document, user, **more):
    given = {
        "document_id": document.id,
        "user": user,
        "replaces": selectors.standing_of(document).id,
        "label": "release",
        "own_consideration": CHANGED,
    } | more
    return deciding.decide_anew(**given)


def carried_out(record) -> Run:
    run = Run.objects.get(decision_id=record.id)
    engine.execute(run_id=run.id)
    return Run.objects.get(id=run.id)


def words(document):
    with pypdfium2.PdfDocument(bytes(document.content)) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    return " ".join(text.split())


def test_a_document_is_decided_anew_until_the_request_is_and_both_stay(found, sofie):
    request = found()
    memo = titled(request, "Notat")
    first = follow(memo, sofie)
    memo.refresh_from_db()
    reversal = anew(memo, sofie)
    assert outcomes.decided(memo)["label"] == "release"
    assert kernel.decision(first.id).outcome["label"] == "withhold"
    assert (reversal.cause, reversal.replaces) == ("own", first.id)
    with pytest.raises(AccessRequestError, match="i mellemtiden"):
        anew(memo, sofie, replaces=first.id)
    with pytest.raises(AccessRequestError, match="Marker det"):
        anew(memo, sofie, label="redact")
    decision = answer(request, sofie)
    assert decision.outcome["label"] == "partial"
    with pytest.raises(AccessRequestError, match="er besvaret"):
        anew(memo, sofie, label="withhold", rule="offl_internal")


def test_who_may_not_decide_the_document_decides_nothing_anew(found, sofie, person):
    memo = titled(found(), "Notat")
    follow(memo, sofie)
    memo.refresh_from_db()
    with pytest.raises(kernel.Refused):
        anew(memo, person("dorte"))


def reopened(request, user, **more):
    given = {
        "request_id": request.id,
        "user": user,
        "cause": "complaint",
        "received_on": timezone.localdate(),
    } | more
    return deciding.reopen(**given)


def test_after_a_complaint_there_is_a_new_round_with_clock_and_answer(found, sofie):
    request = found()
    with pytest.raises(AccessRequestError, match="ikke besvaret endnu"):
        reopened(request, sofie)
    carried_out(answer(request, sofie))
    request = selectors.request(request.id)
    first = clock.current(request)
    assert first.state == "answered"

    with pytest.raises(AccessRequestError, match="efter svaret"):
        reopened(request, sofie, received_on=request.received_on)
    with pytest.raises(AccessRequestError, match="Vælg, hvorfor"):
        reopened(request, sofie, cause="andet")
    reopened(request, sofie)
    with pytest.raises(AccessRequestError, match="ikke besvaret endnu"):
        reopened(request, sofie)
    deadline = clock.current(request)
    assert (deadline.started_on, deadline.state) == (timezone.localdate(), "running")
    assert deadline != first
    assert list(selectors.waiting(sofie)) == [request]
    assert "igen" in insight.find(case_number=request.case.number).status

    memo = titled(request, "Notat")
    assert anew(memo, sofie).cause == "complaint"
    again = deciding.decide(request_id=request.id, user=sofie, own_consideration=CHANGED)
    assert (again.cause, again.outcome["round"]) == ("complaint", 1)
    assert carried_out(again).status == Status.DONE

    request = selectors.request(request.id)
    assert selectors.open_round(request) is None
    assert clock.current(request).state == "answered"
    assert Dispatch.objects.filter(document__case=request.case).count() == 2
    letter = Document.objects.get(title="Nyt svar på din anmodning om aktindsigt")
    said = words(letter)
    for sentence in ("Der er klaget over afgørelsen", "Delvis aktindsigt", CHANGED, "Ombudsmand"):
        assert sentence in said
    # The copy of what was decided anew is there, and those of the others are not made twice.
    copies = Document.objects.filter(case=request.case, type="access-copy")
    assert sorted(copies.values_list("title", flat=True)) == [
        f"Dokument {number} til aktindsigt" for number in (1, 2, 3)
    ]


def test_a_new_look_that_changes_nothing_is_a_decision_too(found, sofie):
    request = found()
    carried_out(answer(request, sofie))
    reopened(request, sofie, cause="own")
    again = deciding.decide(request_id=request.id, user=sofie, own_consideration=WHY)
    assert again.outcome["label"] == again.before["label"]
    with pytest.raises(AccessRequestError, match="er besvaret"):
        deciding.decide(request_id=request.id, user=sofie, own_consideration=WHY)
