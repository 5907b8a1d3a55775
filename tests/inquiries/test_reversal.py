# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Omgørelse: a caseworker changes what was decided, and the robot follows with case and letter."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse as address_of

from kodeks.casework import notices
from kodeks.casework.models import Document, InboxItem, JournalEntry, JournalStatus
from kodeks.casework.ports import CaseRecord, PortRejected, Reclassification
from kodeks.connectors import archive
from kodeks.inquiries import insight, letters_sent, selectors, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Act, Milestone, Reversal, User
from kodeks.robots import engine
from kodeks.robots import services as robots
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db

OWN = "Borgeren skriver om legepladsen, ikke om rotter."


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def decided(arrived: Callable[..., Inquiry], sofie: User) -> Callable[..., Inquiry]:
    """An inquiry that was sent to those who see to rats; `robot` has carried it out."""

    def make(*, robot: bool = True) -> Inquiry:
        inquiry = arrived()
        decision = services.decide(
            inquiry_id=inquiry.id,
            user=sofie,
            choice="own",
            label="rotter",
            own_consideration="Det handler om rotter.",
        )
        if robot:
            carried_out(decision)
        return selectors.inquiry(inquiry.id)

    return make


def carried_out(record: kernel.Decision | kernel.Reversal) -> Run:
    run = Run.objects.get(decision_id=record.id)
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    return run


def change(inquiry: Inquiry, by: User, **changes: Any) -> kernel.Reversal:
    standing = selectors.standing_of(inquiry)
    assert standing is not None
    return services.reverse(
        **{
            "inquiry_id": inquiry.id,
            "user": by,
            "replaces": standing.id,
            "cause": "complaint",
            "label": "legepladser",
            "own_consideration": OWN,
        }
        | changes
    )


def letter_text(document: Document) -> str:
    pdf = pypdfium2.PdfDocument(io.BytesIO(bytes(document.content)))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())


# The robot


def test_the_case_the_letter_and_the_inbox_follow(decided: Any, sofie: User, settings: Any) -> None:
    inquiry = decided()
    (first,) = InboxItem.objects.filter(case=inquiry.case, kind="inquiry")
    reversal = change(inquiry, sofie)
    assert carried_out(reversal).status == Status.DONE
    inquiry = selectors.inquiry(inquiry.id)
    topic = selectors.topic("legepladser")
    case = inquiry.case
    assert case is not None
    assert (case.kle.number, case.facet, case.unit) == (topic.kle_number, topic.facet, topic.unit)
    assert topic.title.lower() in case.title
    # Out of the one department's inbox, into the other's.
    first.refresh_from_db()
    assert first.handled_at is not None
    (waiting,) = InboxItem.objects.filter(case=case, kind="inquiry", handled_at=None)
    assert waiting.unit == topic.unit
    letters = letters_sent.letters_of(inquiry).order_by("created_at")
    assert [one.title for one in letters][1:] == ["Vi har ændret, hvor din henvendelse hører til"]
    text = letter_text(letters_sent.letter(letters[1].id))
    for said in (topic.title, selectors.topic("rotter").title, OWN, sofie.full_name):
        assert said in text
    # The note of why, and the letter, are in the journal.
    entries = JournalEntry.objects.filter(case=case).order_by("registered_at")
    assert [one.theme for one in entries][2:] == [
        f"Omgjort: Henvendelse om {topic.title.lower()}",
        f"Brev om omgørelse af henvendelse om {topic.title.lower()}",
    ]
    assert {one.status for one in entries} <= {JournalStatus.JOURNALISED, JournalStatus.RECEIPTED}
    # Each step hangs on what a person changed.
    acts = Act.objects.filter(reversal_id=reversal.id).order_by("acted_at")
    assert [act.step for act in acts] == ["journalise", "receipt", "send", "forward"]
    assert {act.decision_id for act in acts} == {inquiry.decision_id}
    # The journal has the case under its new subject, and the log says so.
    assert acts[0].body["result"]["esdh_kle"] == topic.kle_number
    (told,) = Path(settings.KODEKS_JOURNAL_FOLDER).glob(f"*/{archive.CASE_NAME}")
    assert json.loads(told.read_text())["kle_number"] == topic.kle_number
    assert archive.ArchiveJournal().verify().is_whole
    assert not InboxItem.objects.filter(kind=notices.CLASSIFY).exists()


@pytest.mark.parametrize("answer", ["cannot", "rejects"])
def test_what_the_journal_cannot_put_under_the_new_subject_is_a_task(
    decided: Any, sofie: User, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    def reclassify(self: object, *, record: CaseRecord) -> Reclassification:
        if answer == "rejects":
            raise PortRejected("Sagen er lukket.")
        return Reclassification(record.esdh_case_id, done=False)

    monkeypatch.setattr(archive.ArchiveJournal, "reclassify", reclassify)
    inquiry = decided()
    reversal = change(inquiry, sofie)
    assert carried_out(reversal).status == Status.DONE
    topic = selectors.topic("legepladser")
    item = InboxItem.objects.get(kind=notices.CLASSIFY)
    assert item.unit == topic.unit
    (sentence,) = notices.read(item).sentences
    assert f"KLE {topic.kle_number} {topic.facet}" in sentence
    act = Act.objects.get(reversal_id=reversal.id, step="journalise")
    assert act.body["result"]["esdh_kle"] is None


def test_the_robot_waits_for_its_run_before(decided: Any, sofie: User) -> None:
    inquiry = decided(robot=False)
    first = Run.objects.get(decision_id=inquiry.decision_id)
    reversal = change(inquiry, sofie)
    assert carried_out(reversal).status == Status.QUEUED
    first.status, first.held_reason_code, first.held_reason = Status.HELD, "journal", "Nej."
    first.save()
    held = carried_out(reversal)
    assert (held.status, held.held_reason_code) == (Status.HELD, "former_held")
    for run in (first, held):
        robots.retry(run=run, user=sofie)
        engine.execute(run_id=run.id)
    assert set(Run.objects.values_list("status", flat=True)) == {Status.DONE}
    # Who helped on is written down under the matter's decision.
    helped = Milestone.objects.filter(what="retried").values_list("decision_id", flat=True)
    assert list(helped) == [inquiry.decision_id] * 2


def test_a_stop_keeps_the_robot_and_not_the_person(decided: Any, sofie: User, stop: Any) -> None:
    inquiry = decided()
    stop()
    assert carried_out(change(inquiry, sofie)).status == Status.WAITING


def test_the_robot_waits_for_the_system_with_what_was_before(
    decided: Any, sofie: User, stop: Any
) -> None:
    inquiry = decided(robot=False)
    stop()
    decision = selectors.decision_of(inquiry)
    assert carried_out(decision).status == Status.WAITING
    assert carried_out(change(inquiry, sofie)).status == Status.WAITING


def test_an_answered_inquiry_can_be_changed_and_is_answered_again(
    decided: Any, sofie: User
) -> None:
    inquiry = decided()
    (item,) = InboxItem.objects.filter(case=inquiry.case, kind="inquiry")
    services.mark_answered(item_id=item.id, user=sofie)
    assert insight.find(case_number=inquiry.case.number).status.startswith("Afdelingen har svaret")
    reversal = change(inquiry, sofie, cause="appeal")
    assert "ved at sende den" in insight.find(case_number=inquiry.case.number).status
    carried_out(reversal)
    matter = insight.find(case_number=inquiry.case.number)
    assert matter.status == "Henvendelsen er sendt til afdelingen."
    assert matter.department == selectors.topic("legepladser").unit.name
    (again,) = InboxItem.objects.filter(case=inquiry.case, kind="inquiry", handled_at=None)
    services.mark_answered(item_id=again.id, user=sofie)
    matter = insight.find(case_number=inquiry.case.number)
    assert matter.status.startswith("Afdelingen har svaret")
    # The time that the citizen waited for the first answer is what service is measured by.
    assert Milestone.objects.filter(what="answered").count() == 1


# Refusals


def test_what_is_refused_starts_no_robot(decided: Any, sofie: User, person: Any) -> None:
    inquiry = decided()
    other = decided()
    for refused, changes in (
        (InquiryError, {"label": "findes-ikke"}),
        (InquiryError, {"replaces": other.decision_id}),
        (kernel.Refused, {"label": "rotter"}),
        (kernel.Refused, {"own_consideration": "..."}),
        (kernel.Refused, {"user": person("merete")}),
    ):
        with pytest.raises(refused):
            change(inquiry, sofie, **changes)
    assert not Reversal.objects.exists()
    assert not Run.objects.filter(flow=services.CHANGE_FLOW).exists()


def test_what_nobody_has_decided_cannot_be_changed(arrived: Any, page: Client) -> None:
    assert page.get(address_of("inquiries:reverse", args=[arrived().id])).status_code == 404


# The page


def test_from_the_page_to_what_stands(page: Client, decided: Any) -> None:
    inquiry = decided()
    address = address_of("inquiries:reverse", args=[inquiry.id])
    assert address in text_of(page.get(address_of("inquiries:inquiry", args=[inquiry.id])))
    shown = text_of(page.get(address))
    assert f'name="replaces" value="{inquiry.decision_id}"' in shown
    sent = {
        "replaces": str(inquiry.decision_id),
        "label": "legepladser",
        "cause": "own",
        "own_consideration": OWN,
    }
    answer = text_of(page.post(address, sent, follow=True))
    topic = selectors.topic("legepladser")
    assert f"Afgørelsen er gjort om. Emnet er nu: {topic.title}." in answer
    for said in ("Emne før", topic.unit.name, OWN, kernel.CAUSES["own"], "Det handler om rotter."):
        assert said in answer
    # Sent once more, it changes nothing and says why.
    again = page.post(address, sent)
    assert again.status_code == 422
    assert OWN in text_of(again)
    assert Reversal.objects.count() == 1


def test_nothing_typed_is_lost(page: Client, decided: Any) -> None:
    inquiry = decided(robot=False)
    right = {
        "replaces": str(inquiry.decision_id),
        "label": "legepladser",
        "cause": "mistake",
        "own_consideration": OWN,
    }
    kept = {
        "label": '<option value="legepladser" selected>',
        "cause": 'value="mistake" checked',
        "own_consideration": OWN,
    }
    for field, value, said in (
        ("own_consideration", "", "Skriv med egne ord"),
        ("own_consideration", "1234", "mindst 3 bogstaver"),
        ("label", "", "Vælg et emne fra listen."),
        ("label", "rotter", "Vælg et andet emne"),
        ("cause", "", "Vælg, hvorfor afgørelsen bliver gjort om."),
        ("cause", "humør", "Vælg en af mulighederne."),
    ):
        answer = page.post(
            address_of("inquiries:reverse", args=[inquiry.id]), right | {field: value}
        )
        assert answer.status_code == 422
        text = text_of(answer)
        assert said in text
        for other, shown in kept.items():
            assert other == field or shown in text
    assert not Reversal.objects.exists()


def test_the_way_is_shown_to_those_with_the_right(
    page: Client, decided: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has it, tests/kernel/test_reverse.py tries."""
    inquiry = decided(robot=False)
    shown, way = (
        address_of(f"inquiries:{name}", args=[inquiry.id]) for name in ("inquiry", "reverse")
    )
    monkeypatch.setattr(kernel, "may_reverse", lambda user, decision: False)
    assert way not in text_of(page.get(shown))
    assert page.get(way).status_code == page.post(way).status_code == 403
    monkeypatch.undo()
    page.force_login(person("dorte"))
    assert page.get(way).status_code == 403
