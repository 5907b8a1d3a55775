# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The caseworker's pages: the clock, one request, one document, the copy before a decision."""

from __future__ import annotations

import datetime as dt
import io
import uuid
import zipfile
from html import unescape

import pytest
from access_cases import ASKER, ASKER_CPR, NEIGHBOUR, WHY, answer, titled
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kodeks.accessrequests import robots, selectors
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework.models import Document
from kodeks.kernel import stewardship
from kodeks.kernel.models import Decision, User
from kodeks.robots import engine
from kodeks.robots.models import Run

pytestmark = pytest.mark.django_db


def shown(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def at(name: str, *arguments) -> str:
    return reverse(f"accessrequests:{name}", args=arguments)


def form(document, **changes):
    """The form as the page gives it, with words of one's own."""
    body = selectors.recommendation_of(document).suggestion
    count = len({(mark[2], mark[3], mark[0]) for mark in body["marks"]})
    given = {
        "own_consideration": WHY,
        "label": body["label"],
        "rule": body["rule"],
        "marks": [str(number) for number in range(count)],
    }
    return {key: value for key, value in (given | changes).items() if value is not None}


def kept(page, document):
    """The keys of the marks that the page offers."""
    import re

    text = page.get(at("document", document.id)).content.decode()
    return re.findall(r'name="marks"[^>]* value="(\d+)"', text)


def test_a_new_request_is_typed_in_and_its_clock_shown(page, case):
    typed = {
        "submission": str(uuid.uuid4()),
        "law": "offl",
        "requester_name": ASKER,
        "requester_address": "Testvej 1",
        "requester_cpr": ASKER_CPR,
        "case_number": case.number,
        "wording": "Alt om skrald.",
        "unit": "jura",
        "received_on": "2026-11-02",
    }
    assert "Ny anmodning" in shown(page.get(at("new")))
    for _ in range(2):
        response = page.post(at("new"), typed, follow=True)
        assert "11. november 2026" in shown(response)
    assert AccessRequest.objects.count() == 1
    assert ASKER in shown(page.get(at("requests")))


@pytest.fixture
def colleague(as_owner):
    """A client signed in as a caseworker of the road department only."""
    (number,) = as_owner.execute(
        "INSERT INTO kernel_user (password, is_superuser, username, first_name, last_name, email,"
        " is_staff, is_active, date_joined, full_name, title) VALUES"
        " ('!', false, 'vejmand', '', '', '', false, true, now(), 'Vejmand Prøvesen', '')"
        " RETURNING id"
    ).fetchone()
    as_owner.execute(
        "SELECT kernel.register_grant(%s, 'caseworker', 'vej-og-trafik', '', NULL)", (number,)
    )
    client = Client()
    client.force_login(User.objects.get(pk=number))
    return client


@pytest.mark.django_db(transaction=True)
def test_a_request_is_shown_to_those_who_see_its_case(page, found, colleague):
    request = found()
    document = request.documents.first()
    inside = (at("request", request.id), at("document", document.id))
    for address in inside:
        assert page.get(address).status_code == 200
        assert colleague.get(address).status_code == 404
    assert ASKER in shown(page.get(at("requests")))
    assert ASKER not in shown(colleague.get(at("requests")))
    refused = colleague.post(at("answer", request.id), {"own_consideration": WHY})
    assert refused.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_whoever_takes_a_request_in_for_others_is_told_where_it_lies(colleague, case):
    typed = {
        "submission": str(uuid.uuid4()),
        "law": "offl",
        "requester_name": ASKER,
        "case_number": case.number,
        "unit": "jura",
        "received_on": "2026-11-02",
    }
    for _ in range(2):
        answered = colleague.post(at("new"), typed, follow=True)
        assert answered.redirect_chain[-1][0] == at("requests")
        assert "Anmodningen er gemt og ligger hos" in shown(answered)
    assert AccessRequest.objects.count() == 1


def test_what_was_typed_stays_when_it_cannot_be_saved(page):
    typed = {"law": "offl", "requester_name": ASKER, "requester_cpr": "12", "wording": "Mine ord."}
    response = page.post(at("new"), typed)
    assert response.status_code == 422
    for words in ("Mine ord.", ASKER, "ti cifre", "Vælg den afdeling"):
        assert words in shown(response)


def test_the_list_says_what_is_overdue(page, registered):
    registered(received_on=dt.date(2020, 1, 2))
    assert "1 er over fristen" in shown(page.get(at("requests")))


def test_one_request_lists_its_documents(page, found):
    request = found()
    text = shown(page.get(at("request", request.id)))
    for words in ("3 fundet, 3 læst, 0 afgjort", "Telefonnotat", "Klar til afgørelse"):
        assert words in text
    assert "Når hvert dokument er afgjort" in text


def test_a_page_that_asks_for_itself_gets_nothing_new(page, registered):
    request = registered()
    first = page.get(at("request", request.id))
    state = first.context["state"]
    again = page.get(f"{at('request', request.id)}?seen={state}", headers={"HX-Request": "true"})
    assert again.status_code == 204


def test_a_document_shows_text_marks_and_reasons_but_no_number(page, found):
    document = titled(found(), "Telefonnotat")
    text = shown(page.get(at("document", document.id)))
    assert f">{NEIGHBOUR}<span" in text
    for words in ("Skraldet bliver hentet fredag", "Taler for at undtage", "meroffentlighed"):
        assert words in text
    assert "010190" not in text


def test_following_the_proposal(page, found):
    document = titled(found(), "Telefonnotat")
    keys = kept(page, document)
    response = page.post(at("decide", document.id), form(document, marks=keys), follow=True)
    assert "Her er det næste" in shown(response)
    document.refresh_from_db()
    decision = Decision.objects.get(id=document.decision_id)
    assert decision.choice == "accept"
    assert "Afgørelsen" in shown(page.get(at("document", document.id)))


def test_a_mark_that_is_left_out_and_words_that_are_added(page, found):
    document = titled(found(), "Telefonnotat")
    keys = kept(page, document)
    changed = form(document, marks=keys[1:], added="hentet\nfredag", added_rule="offl_private")
    page.post(at("decide", document.id), changed)
    document.refresh_from_db()
    decision = Decision.objects.get(id=document.decision_id)
    assert decision.choice == "other"
    marks = decision.body["outcome"]["marks"]
    assert sum(mark[3] == "own" for mark in marks) == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"own_consideration": None}, "Skriv med egne ord"),
        ({"label": None}, "Vælg, om dokumentet"),
        ({"label": "withhold", "rule": ""}, "Vælg den regel, som hele"),
        ({"added": "giraf", "added_rule": "offl_private"}, "»giraf« står ikke i teksten"),
        ({"added": "fredag", "added_rule": ""}, "Vælg den regel, du fjerner"),
        ({"marks": []}, "Marker det, der skal fjernes"),
    ],
)
def test_a_form_that_does_not_fit_is_told_and_kept(page, found, changes, sentence):
    document = titled(found(), "Telefonnotat")
    response = page.post(at("decide", document.id), form(document, **changes))
    assert response.status_code == 422
    assert sentence in shown(response)
    if "own_consideration" not in changes:
        assert WHY in shown(response)
    assert not Decision.objects.exists()


def test_the_copy_can_be_seen_before_anything_is_decided(page, found):
    document = titled(found(), "Telefonnotat")
    keys = kept(page, document)
    response = page.post(at("preview", document.id), form(document, marks=keys))
    assert response["Content-Type"] == "text/plain"
    assert "[Undtaget, § 30, nr. 1]" in response.content.decode()
    assert NEIGHBOUR not in response.content.decode()
    assert not Decision.objects.exists()
    refused = page.post(
        at("preview", document.id), form(document, label="withhold", rule="offl_internal")
    )
    assert "ingen kopi at se" in shown(refused)


def test_the_original_is_a_file_and_never_a_page(page, found):
    document = titled(found(), "Svar om skrald")
    response = page.get(at("original", document.id))
    assert response.content.startswith(b"%PDF")
    assert response["Content-Disposition"].startswith("attachment")


def test_blind_first_hides_the_proposal_until_the_person_has_said_theirs(page, found, monkeypatch):
    from kodeks.kernel import oversight

    document = titled(found(), "Telefonnotat")
    real = oversight.presentation

    def blind(recommendation, *, user):
        now = real(recommendation, user=user)
        return (
            now
            if now.first_view
            else oversight.Presentation(
                how="blind", why="first_weeks", offer="", first_view=None, shown_at=None
            )
        )

    monkeypatch.setattr("kodeks.kernel.api.presentation", blind)
    text = shown(page.get(at("document", document.id)))
    assert "Vurdér selv først" in text
    assert "<mark" not in text
    assert "Systemets forslag" not in text
    page.post(at("decide", document.id), {"own_consideration": WHY, "label": "release"})
    document.refresh_from_db()
    assert document.decision_id is None


def test_without_the_system_a_person_decides(page, found, person):
    document = titled(found(), "Notat")
    stewardship.stop(system=selectors.SYSTEM, user=person("merete"), reason="Prøve af stop")
    text = shown(page.get(at("document", document.id)))
    assert "Systemet kan ikke køre" in text
    assert "<mark" not in text
    page.post(at("decide", document.id), {"own_consideration": WHY, "label": "release"})
    document.refresh_from_db()
    assert Decision.objects.get(id=document.decision_id).choice == "own"


def test_a_case_that_the_person_may_not_see_stays_closed(page, found, monkeypatch):
    request = found()
    document = titled(request, "Telefonnotat")
    monkeypatch.setattr(selectors, "may_see", lambda user, found: False)
    for name in ("document", "original"):
        assert page.get(at(name, document.id)).status_code == 403
    for name in ("decide", "preview"):
        assert page.post(at(name, document.id), {}).status_code == 403
    text = shown(page.get(at("request", request.id)))
    assert "Dokument i en sag, du ikke har adgang til" in text
    assert "Telefonnotat" not in text


def test_answering_and_fetching_what_was_sent(page, found, sofie):
    request = found()
    response = page.post(at("answer", request.id), {"own_consideration": WHY})
    assert response.status_code == 422
    assert "ingen har afgjort" in shown(response)
    for document in request.documents.all():
        page.get(at("document", document.id))
        keys = kept(page, document)
        page.post(at("decide", document.id), form(document, marks=keys))
    page.post(at("answer", request.id), {"own_consideration": WHY})
    request.refresh_from_db()
    run = Run.objects.get(decision_id=request.decision_id)
    engine.execute(run_id=run.id)
    text = shown(page.get(at("request", request.id)))
    assert "Delvis aktindsigt" in text
    package = Document.objects.get(case=request.case, type=robots.PACKAGE)
    content = page.get(at("file", package.id)).content
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert page.get(at("file", uuid.uuid4())).status_code == 404


def test_a_delay_is_written(page, registered):
    request = registered()
    assert "Fristen er den 11. november 2026" in shown(page.get(at("delay", request.id)))
    typed = {
        "key": str(uuid.uuid4()),
        "new_day": "2026-11-03",
        "reason": "Der er mange dokumenter.",
        "contact": "Sofie, telefon 12 34 56 78",
    }
    refused = page.post(at("delay", request.id), typed)
    assert "arbejdsdag efter" in shown(refused)
    assert "Sofie, telefon" in shown(refused)
    for _ in range(2):
        response = page.post(
            at("delay", request.id), typed | {"new_day": "2037-03-10"}, follow=True
        )
        assert "10. marts 2037. Der er mange dokumenter." in shown(response)
    assert Document.objects.filter(case=request.case, type="letter").count() == 1
    assert request.case.number in shown(page.get("/frister/?afdeling=jura"))


def test_a_document_is_decided_anew_from_its_page(page, found):
    document = titled(found(), "Notat")
    page.get(at("document", document.id))
    page.post(at("decide", document.id), form(document))
    document.refresh_from_db()
    first = str(document.decision_id)
    text = shown(page.get(at("document", document.id)))
    assert "Afgør dokumentet på ny" in text
    assert first in text
    changed = {"replaces": first, "own_consideration": WHY, "label": "release"}
    page.post(at("decide", document.id), changed)
    text = shown(page.get(at("document", document.id)))
    assert "Undtages. Ændret den" in text
    # Somebody's page from before is refused, and nothing that was written is lost.
    late = page.post(at("decide", document.id), changed | {"label": "withhold", "rule": ""})
    assert late.status_code == 422
    late = page.post(
        at("decide", document.id), changed | {"label": "withhold", "rule": "offl_internal"}
    )
    assert "i mellemtiden" in shown(late)
    assert WHY in shown(late)


def test_an_answer_that_no_channel_takes_is_handed_over_and_taken_up_again(page, found, sofie):
    request = found(requester_cpr="")
    refused = page.post(at("hand-over", request.id), follow=True)
    assert "intet svar, som skal gives videre" in shown(refused)
    run = Run.objects.get(decision_id=answer(request, sofie).id)
    engine.execute(run_id=run.id)
    text = shown(page.get(at("request", request.id)))
    assert "Svaret er ikke sendt" in text
    assert "Tag anmodningen op igen" not in text
    text = shown(page.post(at("hand-over", request.id), follow=True))
    assert "Fristen er stoppet" in text
    assert "Svaret er ikke sendt" not in text
    assert "Tag anmodningen op igen" in text
    assert "Sendt den" in shown(page.get(at("requests")))

    assert "Der er klaget" in shown(page.get(at("reopen", request.id)))
    today = timezone.localdate().isoformat()
    refused = page.post(at("reopen", request.id), {"received_on": today})
    assert "Vælg, hvorfor" in shown(refused)
    typed = {"cause": "complaint", "received_on": today}
    text = shown(page.post(at("reopen", request.id), typed, follow=True))
    assert "Nyt svar på anmodningen" in text
    assert "Svaret før" in text
    assert "Taget op igen" in shown(page.get(at("requests")))


def test_finding_again_is_refused_when_answered(page, found, sofie):
    request = found()
    page.post(at("find-again", request.id))
    answer(request, sofie)
    response = page.post(at("find-again", request.id), follow=True)
    assert "Anmodningen er besvaret" in shown(response)


def test_unknown_numbers_are_not_found(page):
    for name in ("request", "document", "original", "delay", "reopen"):
        assert page.get(at(name, uuid.uuid4())).status_code == 404
