# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From a request to the documents with proposals, and to decisions that people make."""

from __future__ import annotations

import datetime as dt
import uuid

import pypdfium2
import pytest
from access_cases import ASKER_CPR, NEIGHBOUR, WHY, follow, seen, titled

from kodeks.accessrequests import clock, collecting, deciding, outcomes, selectors, services
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import clock_reads, clocks, deadline_rules, slipping
from kodeks.casework import services as cases
from kodeks.casework.models import Document
from kodeks.kernel import api as kernel
from kodeks.kernel import replaying, stewardship
from kodeks.kernel import selectors as kernel_selectors
from kodeks.kernel.models import Recommendation

pytestmark = pytest.mark.django_db


def test_a_request_is_registered_once_with_its_clock_and_case(registered):
    request = registered(key="samme")
    assert clock.answer_by(request) == dt.date(2026, 11, 11)
    assert request.case.number
    assert request.case.parties.get().blind_index is not None
    assert registered(key="samme").id == request.id
    assert ASKER_CPR.encode() not in bytes(request.sealed_cpr)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"law": "ukendt"}, "Vælg den lov"),
        ({"requester_name": " "}, "navnet"),
        ({"requester_cpr": "12"}, "ti cifre"),
        ({"case_number": "", "requester_cpr": ""}, "sagsnummer eller et CPR"),
        ({"case_number": "2026-9999999"}, "findes ikke"),
        ({"unit": "ukendt"}, "findes ikke"),
        ({"received_on": dt.date(2999, 1, 1)}, "fremtiden"),
        ({"wording": "x" * 20_001}, "for lang"),
    ],
)
def test_what_cannot_be_registered_is_told(registered, changes, sentence):
    with pytest.raises(AccessRequestError, match=sentence):
        registered(**changes)
    assert not AccessRequest.objects.exists()


def test_documents_are_found_once_across_sources_and_numbered_by_date(found, case, journal_folder):
    note = Document.objects.get(case=case, title="Telefonnotat")
    entry = cases.register_entry(
        key=f"test:{note.id}",
        document=note,
        received_or_sent_on=note.letter_date,
        theme="Notat",
        unit=case.unit,
        actor_kind="Bruger",
        actor="sofie",
    )
    from kodeks.casework.ports import journal_system

    cases.journalise(entry=entry, system=journal_system())
    request = found()
    listed = list(request.documents.order_by("number").values_list("number", "title"))
    assert listed == [(1, "Telefonnotat"), (2, "Svar om skrald"), (3, "Notat")]
    assert titled(request, "Telefonnotat").also_in == ["Journalens mappe"]
    assert titled(request, "Notat").also_in == []
    assert selectors.progress(request) == selectors.Progress(
        found=3, read=3, decided=0, unreadable=0
    )


def test_all_cases_of_a_person_are_found_by_their_number(found, case):
    assert found(case_number="").documents.count() == 3
    assert found(case_number="", requester_cpr="0202029996").documents.count() == 0


def test_finding_again_keeps_what_was_found(found, sofie):
    request = found()
    first = dict(request.documents.values_list("id", "recommendation_id"))
    services.find_again(request_id=request.id, user=sofie)
    collecting.collect(request_id=str(request.id))
    assert dict(request.documents.values_list("id", "recommendation_id")) == first


def test_others_are_marked_and_what_is_internal_is_withheld(found):
    request = found()
    note = titled(request, "Telefonnotat")
    suggestion = kernel.recommendation(note.recommendation_id).suggestion
    text = selectors.hidden_text(note, selectors.read(note).pages)
    marked = {text[start:end] for start, end, *_ in suggestion["marks"]}
    assert suggestion["label"] == "redact"
    assert {NEIGHBOUR, "Attrapvej 9", "12 34 56 78"} <= marked
    assert any("•" in one for one in marked)
    assert not any("Testine" in one for one in marked)
    memo = kernel.recommendation(titled(request, "Notat").recommendation_id).suggestion
    assert (memo["label"], memo["rule"]) == ("withhold", "offl_internal")


def test_no_number_of_a_person_stands_in_a_recommendation(found):
    request = found()
    for one in request.documents.all():
        body = Recommendation.objects.get(id=one.recommendation_id).body
        assert "010190" not in str(body)
        whole = kernel_selectors.recommendation(one.recommendation_id).body
        assert "010190-1234" not in str(whole)


def test_a_proposal_computed_again_is_the_same(found):
    from kodeks.accessrequests import suggesting

    request = found()
    for one in request.documents.all():
        body = kernel.recommendation(one.recommendation_id).body
        assert replaying.replay(body=body, again=suggesting.again).confirmed


def test_following_changing_and_withholding(found, sofie):
    request = found()
    assert follow(titled(request, "Notat"), sofie).choice == "accept"
    note = titled(request, "Telefonnotat")
    proposed = seen(note, sofie)
    decision = deciding.decide_document(
        document_id=note.id,
        user=sofie,
        label="redact",
        marks=[tuple(mark) for mark in proposed["marks"][:1]],
        own_consideration=WHY,
        with_proposal=True,
    )
    assert decision.choice == "other"
    assert outcomes.paragraphs(decision.outcome) == ["§ 30, nr. 1"]


def test_without_a_proposal_a_person_decides_too(registered, sofie, person):
    request = registered()
    stewardship.stop(system=selectors.SYSTEM, user=person("merete"), reason="Prøve af stop")
    collecting.collect(request_id=str(request.id))
    document = titled(request, "Notat")
    with pytest.raises(kernel.SystemStopped):
        collecting.propose(document_id=str(document.id))
    decision = deciding.decide_document(
        document_id=document.id,
        user=sofie,
        label="release",
        own_consideration=WHY,
        with_proposal=False,
    )
    assert decision.choice == "own"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"label": "ukendt"}, "Vælg, om dokumentet"),
        ({"label": "withhold"}, "Vælg den regel"),
        ({"label": "redact"}, "Marker det"),
        ({"label": "redact", "marks": [(0, 3, "fvl_private", "own")]}, "regel, som ikke findes"),
        ({"label": "redact", "marks": [(0, 9999, "offl_private", "own")]}, "uden for teksten"),
    ],
)
def test_a_decision_that_does_not_fit_is_told(found, sofie, given, sentence):
    document = titled(found(), "Telefonnotat")
    with pytest.raises(AccessRequestError, match=sentence):
        deciding.decide_document(
            document_id=document.id,
            user=sofie,
            own_consideration=WHY,
            with_proposal=False,
            **given,
        )
    document.refresh_from_db()
    assert document.decision_id is None


def test_the_request_is_answered_when_each_document_is_decided(found, sofie):
    request = found()
    with pytest.raises(AccessRequestError, match="ingen har afgjort"):
        deciding.decide(request_id=request.id, user=sofie, own_consideration=WHY)
    for document in request.documents.all():
        follow(document, sofie)
    decision = deciding.decide(request_id=request.id, user=sofie, own_consideration=WHY)
    assert decision.outcome == {"label": "partial", "documents": 3}


def test_a_document_that_cannot_be_read_is_the_persons_to_decide(found, case, sofie):
    cases.add_document(
        key=f"test:docx:{case.id}",
        case=case,
        title="Skema",
        direction="incoming",
        type="form",
        letter_date=dt.date(2026, 3, 9),
        content=b"PK\x03\x04",
        media_type="application/msword",
    )
    document = titled(found(), "Skema")
    assert document.recommendation_id is None
    assert "kun læse tekst og PDF" in document.problem
    with pytest.raises(AccessRequestError, match="kan ikke fjerne tekst"):
        deciding.decide_document(
            document_id=document.id,
            user=sofie,
            label="redact",
            marks=[(0, 1, "offl_private", "own")],
            own_consideration=WHY,
            with_proposal=False,
        )


def test_its_clock_is_one_of_the_cases_deadlines_and_can_stand_still(registered, sofie):
    request = registered(law="gdpr", received_on=dt.date(2026, 11, 2))
    deadline = clock.current(request)
    assert (deadline.case, deadline.kind) == (request.case, "gdpr_access")
    assert deadline.source == "Databeskyttelsesforordningens artikel 12, stk. 3"
    assert list(clock_reads.board(units=["jura"])) == [deadline]
    assert clock.is_late(request, on=dt.date(2026, 12, 3))
    assert not clock.is_late(request, on=dt.date(2026, 12, 2))
    assert [selectors.promised(one) for one in selectors.waiting(sofie)] == [dt.date(2026, 12, 2)]
    clocks.pause(
        key=uuid.uuid4(),
        deadline_id=deadline.id,
        user=sofie,
        first=dt.date(2026, 11, 5),
        reason="Vi ved ikke, om det er den rette, der spørger.",
    )
    assert not clock.is_late(request, on=dt.date(2026, 12, 3))
    assert [selectors.promised(one) for one in selectors.waiting(sofie)] == [None]


def later(request, user, *, key=None, new_day="2037-03-10", **more):
    given = {
        "key": key or uuid.uuid4(),
        "request_id": request.id,
        "user": user,
        "new_day": dt.date.fromisoformat(new_day),
        "reason": "Der er mange dokumenter.",
        "contact": "Sofie Prøvesen, telefon 12 34 56 78",
    } | more
    return services.tell_of_delay(**given)


def words(document):
    with pypdfium2.PdfDocument(bytes(document.content)) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    return " ".join(text.split())


def test_a_delay_is_told_in_a_letter_with_law_reason_and_complaint(registered, sofie):
    request = registered(law="fvl", received_on=dt.date(2026, 11, 2))
    with pytest.raises(AccessRequestError, match="arbejdsdag efter"):
        later(request, sofie, new_day="2026-11-03")
    key = uuid.uuid4()
    for _ in range(2):
        later(request, sofie, key=key)
    assert clock.answer_by(request) == dt.date(2037, 3, 10)
    (moved,) = [one for one in clock_reads.history(clock.current(request)) if one.step == "moved"]
    assert moved.reason == "Der er mange dokumenter."
    letter = Document.objects.get(case=request.case, type="letter")
    said = words(letter)
    for sentence in (
        "Testvej 1",
        "2. november 2026",
        "11. november 2026",
        "10. marts 2037",
        "Forvaltningsloven § 16, stk. 2",
        "Der er mange dokumenter.",
        "telefon 12 34 56 78",
        "forvaltningslovens § 16, stk. 4",
        "Ombudsmand",
        request.case.number,
    ):
        assert sentence in said
    slipping.deliver(entry_id=str(letter.journal_entry.id))
    letter.journal_entry.refresh_from_db()
    assert letter.journal_entry.status == "receipted"


def test_on_the_board_it_slips_with_the_same_letter(registered, sofie):
    request = registered()
    clocks.move(
        key=uuid.uuid4(),
        deadline_id=clock.current(request).id,
        user=sofie,
        new_day=dt.date(2037, 3, 10),
        reason="Der er mange dokumenter.",
        contact="Sofie",
    )
    said = words(Document.objects.get(case=request.case, type="letter"))
    assert "offentlighedslovens § 37" in said


def test_the_law_says_how_far_ones_own_data_can_be_put_off(registered, sofie):
    request = registered(law="gdpr", received_on=dt.date(2026, 11, 2))
    with pytest.raises(AccessRequestError, match="Loven lader ikke"):
        later(request, sofie)


@pytest.mark.parametrize(
    ("law", "received", "due"),
    [
        # Weekends do not count; 5 June, Christmas and New Year are days off.
        ("offl", dt.date(2026, 11, 2), dt.date(2026, 11, 11)),
        ("offl", dt.date(2026, 5, 29), dt.date(2026, 6, 10)),
        ("fvl", dt.date(2026, 12, 22), dt.date(2027, 1, 6)),
        ("gdpr", dt.date(2026, 1, 31), dt.date(2026, 3, 2)),
        ("gdpr", dt.date(2026, 11, 2), dt.date(2026, 12, 2)),
    ],
)
def test_the_clock_of_each_law(law, received, due):
    kind = clock.KINDS[law]
    assert deadline_rules.promise(kind=kind, kle_number="00.01.00", started_on=received) == due
