# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot answers as people decided: copies without what is exempted, list, letter, package."""

from __future__ import annotations

import io
import json
import zipfile

import pypdfium2
import pytest
from access_cases import ASKER_CPR, NEIGHBOUR, WHY, answer, seen, titled

from kodeks.accessrequests import copying, deciding, insight, outcomes, robots, selectors, services
from kodeks.casework import retention, rules
from kodeks.casework.errors import CaseworkError
from kodeks.casework.kle import Rule
from kodeks.casework.models import CaseState, Document, JournalEntry, KleSubject
from kodeks.demo import corpus
from kodeks.kernel import api as kernel
from kodeks.robots import engine
from kodeks.robots.models import Run, Status, StepRecord

pytestmark = pytest.mark.django_db


def run_of(decision: kernel.Decision) -> Run:
    return Run.objects.get(decision_id=decision.id)


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.split())


def package(request) -> dict[str, bytes]:
    content = Document.objects.get(case=request.case, type=robots.PACKAGE).content
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_whole_answer(found, sofie):
    request = found()
    decision = answer(request, sofie)
    assert engine.execute(run_id=run_of(decision).id) is None
    assert run_of(decision).status == Status.DONE
    request.refresh_from_db()
    assert request.delivered_at is not None
    assert request.case.state == CaseState.CLOSED
    files = package(request)
    manifest = json.loads(files["manifest.json"])
    assert {one["name"] for one in manifest["files"]} == set(files) - {"manifest.json"}
    assert manifest["case_number"] == request.case.number
    # The internal memo is not there; of the others nothing about the neighbour is left.
    assert "Dokument 3 til aktindsigt.txt" not in files
    note = files["Dokument 1 til aktindsigt.txt"].decode()
    assert "Skraldet bliver hentet fredag" in note
    assert "[Undtaget, § 30, nr. 1]" in note
    letter = words(files["Dokument 2 til aktindsigt.pdf"])
    assert "Skraldet hentes fredag" in letter
    for name, content in files.items():
        text = content if not name.endswith(".pdf") else words(content).encode()
        for secret in (*NEIGHBOUR.split(), "Attrapvej", "12 34 56 78", "010190"):
            assert secret.encode() not in text, (name, secret)
    told = words(files["Svar på din anmodning om aktindsigt.pdf"])
    for sentence in ("§ 30, nr. 1", "§ 23, stk. 1", WHY, "klage", "Ombudsmand"):
        assert sentence in told
    listed = words(files["Liste over dokumenter.pdf"])
    assert "Telefonnotat" in listed
    assert "Undtages (§ 23, stk. 1)" in listed
    entries = JournalEntry.objects.filter(case=request.case)
    assert set(entries.values_list("status", flat=True)) == {"receipted"}


def test_no_personal_data_in_the_steps_results(found, sofie):
    decision = answer(found(), sofie)
    engine.execute(run_id=run_of(decision).id)
    written = json.dumps(list(StepRecord.objects.values_list("result", flat=True)))
    for secret in ("Testine", "Xerxes", ASKER_CPR, "Telefonnotat"):
        assert secret not in written


def test_a_run_that_is_broken_off_goes_on_without_a_second_copy(found, sofie, monkeypatch):
    request = found()
    decision = answer(request, sofie)
    copy, made = copying._copy, []

    def once(request, document, *, key):
        if made:
            raise OSError("the worker dies")
        made.append(document)
        copy(request, document, key=key)

    monkeypatch.setattr(copying, "_copy", once)
    assert engine.execute(run_id=run_of(decision).id) is not None
    monkeypatch.setattr(copying, "_copy", copy)
    engine.execute(run_id=run_of(decision).id)
    assert run_of(decision).status == Status.DONE
    assert Document.objects.filter(case=request.case, type=copying.COPY).count() == 2


def test_a_source_that_has_changed_holds_the_robot(found, sofie, monkeypatch):
    request = found()
    decision = answer(request, sofie)
    monkeypatch.setattr(
        "kodeks.accessrequests.sources.CaseworkSource.fetch", lambda self, document_id: b"andet"
    )
    engine.execute(run_id=run_of(decision).id)
    run = run_of(decision)
    assert run.status == Status.HELD
    assert "ændret ved kilden" in run.held_reason
    assert not Document.objects.filter(case=request.case, type=copying.COPY).exists()


def test_the_citizen_sees_the_request_and_nothing_that_was_exempted(found, sofie, person, client):
    request = found(requester_cpr=corpus.TESTINE_CPR)
    decision = answer(request, sofie)
    engine.execute(run_id=run_of(decision).id)
    (matter,) = insight.matters_of_person(index=kernel.blind_index(corpus.TESTINE_CPR))
    assert [one.title for one in matter.letters] == [
        "Liste over dokumenter",
        "Svar på din anmodning om aktindsigt",
    ]
    assert insight.find(case_number=request.case.number).status.startswith("Du har fået svar")
    document = request.documents.first()
    client.force_login(person("testine"))
    page = client.get(f"/indsigt/accessrequest/{request.id}/").content.decode()
    assert "Du har fået svar" in page
    assert "Delvis aktindsigt" in page
    assert not any(part in page for part in NEIGHBOUR.split())
    for who in ("testine", "sofie", "dorte", "merete"):
        client.force_login(person(who))
        for place in ("", "kvittering/recommendation/", "data.json"):
            answered = client.get(f"/indsigt/accessdocument/{document.id}/{place}")
            assert answered.status_code in (403, 404)
            assert NEIGHBOUR not in answered.content.decode()
    assert insight.matter(subject=kernel.Subject(type="inquiry", id="x")) is None


def test_what_was_asked_and_read_is_erased_with_the_case(found, sofie, person):
    request = found()
    decision = answer(request, sofie)
    source = request.documents.first().case_number
    rules.confirm(number="00.01.00", rule=Rule(0, "Prøve"), confirmed_by="Prøve Prøvesen")
    rules.confirm(number="07.18.06", rule=Rule(0, "Prøve"), confirmed_by="Prøve Prøvesen")
    from kodeks.casework import selectors as casework
    from kodeks.casework import services as cases

    other = casework.case(number=source)
    cases.advance_case(case=other, state="closed")
    with pytest.raises(CaseworkError, match="Svar på den først"):
        retention.erase_case(case=other, user=person("dorte"))
    engine.execute(run_id=run_of(decision).id)
    request.refresh_from_db()
    request.case.refresh_from_db()
    assert retention.erase_case(case=request.case, user=person("dorte"))
    request.refresh_from_db()
    assert (request.requester_name, request.wording, request.sealed_cpr) == ("", "", None)
    document = request.documents.first()
    assert (document.title, document.source_id) == ("", "")
    assert kernel.is_erased(selectors.document_subject(document))
    assert insight.find(case_number=request.case.number).own_text == ""
    assert KleSubject.objects.filter(number="00.01.00").exists()
    assert (
        "slettet"
        in kernel.recommendation(document.recommendation_id).body["data_used"][0]["value"].lower()
    )


def test_a_page_that_cannot_be_redacted_takes_a_yes(found, sofie, monkeypatch):
    request = found()
    document = titled(request, "Svar om skrald")
    proposed = seen(document, sofie)
    from kodeks.documents import redaction

    real = redaction.redact

    def unsure(*args, **options):
        made = real(*args, **options)
        return redaction.Redacted(
            content=made.content, removed=made.removed, withheld={0: "Prøve."}, lost=0
        )

    monkeypatch.setattr(redaction, "redact", unsure)
    given = {
        "document_id": document.id,
        "user": sofie,
        "label": "redact",
        "marks": [tuple(mark) for mark in proposed["marks"]],
        "own_consideration": WHY,
        "with_proposal": True,
    }
    with pytest.raises(services.AccessRequestError, match="Side 1: Prøve"):
        deciding.decide_document(**given)
    decision = deciding.decide_document(**given, accept_withheld=True)
    assert decision.outcome["pages"] == [0]
    assert decision.choice == "other"
    assert outcomes.pages_withheld(document, decision.outcome) == {0: "Prøve."}
