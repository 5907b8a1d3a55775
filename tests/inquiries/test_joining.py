# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry that belongs to something that is there: who sees it, and what the robot does."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from inquiry_pages import address, decide, main_of
from joinings import AGAIN, FIRST, carried_out, decided

from kodeks.casework import notices, retention
from kodeks.casework import services as casework
from kodeks.casework.models import (
    Case,
    CaseState,
    Deadline,
    DeadlineKind,
    Document,
    InboxItem,
    JournalEntry,
    Party,
)
from kodeks.inquiries import (
    acknowledging,
    insight,
    kinfolk,
    legal_clocks,
    letters_sent,
    opening,
    places,
    selectors,
    services,
    suggesting,
)
from kodeks.inquiries.attachments import NewAttachment
from kodeks.inquiries.engine import kinship
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.filing import Wish
from kodeks.inquiries.models import Inquiry, LegalClock, Likeness, Place
from kodeks.inquiries.views import on_map
from kodeks.kernel import replaying
from kodeks.kernel.models import Milestone, Reading, User

pytestmark = pytest.mark.django_db

CPR = "040578-1234"
RATS = "Der er kommet rotter i kælderen under min opgang, og de gnaver i dørene."


def kinds(inquiry: Inquiry, user: User) -> list[str]:
    found = selectors.recommendation_of(selectors.inquiry(inquiry.id))
    assert found is not None
    return [one.kind for one in kinfolk.relatives(found, user=user)]


@pytest.fixture
def opened(triaged: Callable[..., Inquiry], sofie: User) -> Callable[..., Inquiry]:
    """One of a known sender with its case. The robot would open the number, which is committed."""

    def open_one(text: str = FIRST, *, label: str = "vejskade") -> Inquiry:
        inquiry = triaged(text, sender_cpr=CPR)
        decision = decided(inquiry, sofie, label=label)
        topic = selectors.topic(label)
        case, _ = opening.opened(inquiry, decision, topic, number=CPR.replace("-", ""))
        inquiry.case = case
        inquiry.save(update_fields=["case"])
        return selectors.inquiry(inquiry.id)

    return open_one


# What is found


def test_the_same_again_by_another_channel_is_found_and_no_word_of_it_goes_on(
    opened: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    first = opened()
    again = triaged(AGAIN, sender_cpr=CPR, channel="telefonnotat")
    assert kinds(again, sofie) == ["again"]
    body = selectors.recommendation_of(again).body
    (datum,) = [one for one in body["data_used"] if one["field"] == "earlier"]
    assert str(first.id) in datum["value"]
    assert "samme afsender" in datum["value"]
    assert "Testvej" not in datum["value"]
    assert first.case.number not in datum["value"]
    # That the first one's text was read is written down about the first one.
    assert Reading.objects.filter(subject_id=str(first.id), fields=["text"]).count() == 2
    assert replaying.replay(body=body, again=suggesting.again).outcome is replaying.Outcome.SAME


def test_from_others_only_what_is_nearly_the_same_and_near_in_time_is_found(
    triaged: Callable[..., Inquiry], sofie: User
) -> None:
    long_ago = timezone.now() - dt.timedelta(days=90)
    triaged(FIRST, received_at=long_ago)
    assert kinds(triaged(AGAIN), sofie) == []
    assert kinds(triaged(AGAIN, channel="app"), sofie) == ["others"]
    assert kinds(triaged(RATS), sofie) == []


def test_an_open_case_of_the_sender_and_one_named_in_the_text_are_found(
    opened: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    first = opened()
    assert kinds(triaged(RATS, sender_cpr=CPR), sofie) == ["case"]
    named = f"Hvornår får jeg svar i sag {first.case.number}?"
    assert kinds(triaged(named), sofie) == ["named"]
    casework.advance_case(case=first.case, state=CaseState.CLOSED)
    assert kinds(triaged("Min skraldespand er fuld.", sender_cpr=CPR), sofie) == []


def test_who_does_not_see_the_first_one_sees_no_candidate(
    opened: Callable[..., Inquiry], triaged: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    opened()
    again = triaged(AGAIN, sender_cpr=CPR)
    assert kinds(again, person("sofie")) == ["again"]
    assert kinds(again, person("dorte")) == []


def test_an_erased_inquiry_is_found_no_more(
    opened: Callable[..., Inquiry],
    triaged: Callable[..., Inquiry],
    sofie: User,
    person: Callable[[str], User],
) -> None:
    lamp = "Gadelampen ved Kanariestien er gået i stykker."
    first = opened(lamp, label="vejbelysning")
    later = triaged("Gadelampen ved Kanariestien er gået i stykker!", sender_cpr=CPR)
    assert kinds(later, sofie) == ["again"]
    assert Likeness.objects.get(inquiry=first).bands
    casework.advance_case(case=first.case, state=CaseState.CLOSED)
    first = selectors.inquiry(first.id)
    assert retention.erase_case(case=first.case, user=person("dorte"))
    assert Likeness.objects.get(inquiry=first).bands == []
    assert kinds(later, sofie) == []
    assert kinds(triaged("Gadelampen ved Kanariestien er i stykker", sender_cpr=CPR), sofie) == [
        "again"
    ]


# What is decided, and what the robot does


def test_the_same_again_is_laid_on_the_first_ones_case_and_its_clock_counts(
    page: Client, handled: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    first = handled(received_at=timezone.now() - dt.timedelta(days=3), sender_name="Første Prøve")
    again = triaged(AGAIN, sender_name="Anden Prøve")
    shown = main_of(page.get(address(again)))
    assert "Den kan høre til noget, der er her i forvejen" in shown
    assert "Ja, den er den samme som henvendelsen fra" in shown
    decide(page, again, join=f"igen:{first.id}")
    again = selectors.inquiry(again.id)
    decision = selectors.decision_of(again)
    assert decision.outcome == {"label": "vejskade", "duplicate_of": str(first.id)}
    carried_out(decision)
    again = selectors.inquiry(again.id)
    assert (again.case, again.joined) == (None, first.case)
    assert Case.objects.count() == 1
    assert Deadline.objects.filter(case=first.case).count() == 1
    assert InboxItem.objects.filter(case=first.case, kind="inquiry").count() == 1
    assert Party.objects.filter(case=first.case, role=Party.Role.SECONDARY).count() == 1
    matter = insight.matter(subject=services.subject_of(again))
    assert matter.case_number == first.case.number
    assert matter.answer_by == insight.matter(subject=services.subject_of(first)).answer_by
    assert "Lagde den sammen med" in main_of(page.get(address(again)))


REPORT = f"{AGAIN} Naboen slår sine børn."


@pytest.mark.parametrize("settled", ["before", "after"])
def test_a_clock_of_the_law_runs_in_the_case_that_it_is_laid_on(
    handled: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User, settled: str
) -> None:
    first, again = handled(), triaged(REPORT)
    clock = LegalClock.objects.get(inquiry=again, kind=DeadlineKind.CHILD_REPORT)

    def settle() -> None:
        legal_clocks.settle(key=uuid.uuid4(), clock_id=clock.id, user=sofie, said="confirmed")

    if settled == "before":
        settle()
    carried_out(decided(again, sofie, wish=Wish(duplicate_of=str(first.id))))
    if settled == "after":
        settle()
    deadline = Deadline.objects.get(case=first.case, kind=DeadlineKind.CHILD_REPORT)
    assert (deadline.started_on, deadline.due_on) == (clock.counted_from, clock.due_on)
    # It is begun once, also when the joining is undone.
    legal_clocks.begin(again, handled(RATS, label="rotter").case)
    assert Deadline.objects.filter(kind=DeadlineKind.CHILD_REPORT).count() == 1


def test_an_inquiry_is_laid_on_an_open_case_and_answered_with_it(
    page: Client, handled: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    first = handled()
    more = triaged(f"{RATS} Se også sag {first.case.number}.")
    decide(page, more, join=f"sag:{first.case.number}")
    decision = selectors.decision_of(selectors.inquiry(more.id))
    assert decision.outcome == {"label": "vejskade", "case": first.case.number}
    carried_out(decision)
    documents = Document.objects.filter(case=first.case, direction="incoming")
    assert documents.count() == 2
    assert Party.objects.filter(case=first.case).count() == 2
    item = InboxItem.objects.get(case=first.case, kind="inquiry")
    services.mark_answered(item_id=item.id, user=sofie)
    assert Milestone.objects.filter(decision_id=decision.id, what="answered").count() == 1


def test_what_cannot_be_joined_is_refused(
    handled: Callable[..., Inquiry],
    triaged: Callable[..., Inquiry],
    sofie: User,
    page: Client,
) -> None:
    waiting, inquiry = triaged(FIRST), triaged(AGAIN)
    assert "Afgør den først." in main_of(page.get(address(inquiry)))
    with pytest.raises(InquiryError, match="ikke afgjort endnu"):
        decided(inquiry, sofie, wish=Wish(duplicate_of=str(waiting.id)))
    for wish in (Wish(duplicate_of=str(inquiry.id)), Wish(duplicate_of="x")):
        with pytest.raises(InquiryError, match="findes ikke"):
            decided(inquiry, sofie, wish=wish)
    closed = handled(RATS)
    casework.advance_case(case=closed.case, state=CaseState.CLOSED)
    for number in (closed.case.number, "2026-9999999"):
        with pytest.raises(InquiryError, match="lukket"):
            decided(inquiry, sofie, wish=Wish(case=number))
    assert selectors.inquiry(inquiry.id).decision_id is None


def test_a_wrong_joining_is_made_undone_and_the_inquiry_gets_its_own_case(
    handled: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    first, again = handled(), triaged(AGAIN)
    decision = decided(again, sofie, wish=Wish(duplicate_of=str(first.id)))
    carried_out(decision)
    reversal = services.reverse(
        inquiry_id=again.id,
        user=sofie,
        replaces=decision.id,
        cause="mistake",
        label="vejskade",
        own_consideration="Det er et andet hul.",
    )
    carried_out(reversal)
    again = selectors.inquiry(again.id)
    assert again.joined is None
    assert again.case is not None
    assert again.case != first.case
    assert Document.objects.filter(case=again.case, direction="incoming").count() == 1
    assert len(insight.matter(subject=services.subject_of(first)).letters) == 1


def test_all_that_came_with_it_follows_when_a_wrong_joining_is_undone(
    handled: Callable[..., Inquiry],
    triaged: Callable[..., Inquiry],
    sofie: User,
    page: Client,
    settings: Any,
) -> None:
    settings.KODEKS_SMTP_HOST = "post.example.invalid"
    settings.KODEKS_MAIL_FROM = "kommunen@example.invalid"
    first = handled()
    photo = NewAttachment(name="hul.png", media_type="image/png", content=b"PNG1")
    again = triaged(REPORT, address="ida@example.invalid", files=[photo])
    acknowledging.give(inquiry_id=str(again.id))
    clock = LegalClock.objects.get(inquiry=again, kind=DeadlineKind.CHILD_REPORT)
    legal_clocks.settle(key=uuid.uuid4(), clock_id=clock.id, user=sofie, said="confirmed")
    decision = decided(again, sofie, wish=Wish(duplicate_of=str(first.id)))
    carried_out(decision)
    before = letters_sent.belonging_to(selectors.inquiry(again.id), first.case)
    assert len(before) == 4, "text, file, acknowledgement and letter"
    reversal = services.reverse(
        inquiry_id=again.id, user=sofie, replaces=decision.id, cause="mistake", label="vejskade",
        own_consideration="Det er et andet hul.",
    )  # fmt: skip
    carried_out(reversal)
    again = selectors.inquiry(again.id)
    own = Document.objects.filter(case=again.case)
    for one in before:
        copy = own.get(sha256=one.sha256)
        assert (copy.title, copy.letter_date) == (one.title, one.letter_date)
        assert copy.journal_entry.status == "receipted"
    titles = [one.title for one in insight.matter(subject=services.subject_of(again)).letters]
    assert titles.count("Vi har modtaget din henvendelse") == 1
    assert titles.count("Kvittering for henvendelsen") == 1
    assert len(insight.matter(subject=services.subject_of(first)).letters) == 1
    # The clock of the law runs in the right case from the day that it did, and not in the other.
    of_law = Deadline.objects.filter(kind=DeadlineKind.CHILD_REPORT)
    (runs,) = of_law.filter(state="running")
    assert (runs.case, runs.started_on, runs.due_on) == (
        again.case, clock.counted_from, clock.due_on,
    )  # fmt: skip
    assert [one.state for one in of_law.filter(case=first.case)] == ["replaced"]
    assert [one.number for one in legal_clocks.shown(again) if one.number] == [again.case.number]
    # What the ESDH system holds in the other's case is a person's to move.
    item = InboxItem.objects.get(kind="moved")
    assert (item.case, item.unit) == (first.case, first.case.unit)
    sentences = notices.read(item).sentences
    assert len(sentences) == 4
    entry = JournalEntry.objects.get(document=before[0])
    new = JournalEntry.objects.get(document=own.get(sha256=before[0].sha256))
    assert entry.esdh_document_id in sentences[0]
    assert new.esdh_case_id in sentences[0]
    text = main_of(page.get(f"{reverse('inquiries:department')}?afdeling={item.unit.code}"))
    assert f"Fjern det fra sag {entry.esdh_case_id}." in text
    notices.settle(item_id=item.id, user=sofie)
    item.refresh_from_db()
    assert item.handled_at is not None


def test_what_was_laid_on_a_case_is_erased_with_it(
    handled: Callable[..., Inquiry],
    triaged: Callable[..., Inquiry],
    sofie: User,
    person: Callable[[str], User],
) -> None:
    first = triaged("Gadelampen ved Kanariestien er gået i stykker.")
    carried_out(decided(first, sofie, label="vejbelysning"))
    again = triaged("Gadelampen ved Kanariestien er gået i stykker!", sender_name="Kanaria")
    carried_out(decided(again, sofie, wish=Wish(duplicate_of=str(first.id))))
    first = selectors.inquiry(first.id)
    item = InboxItem.objects.get(case=first.case, kind="inquiry")
    services.mark_answered(item_id=item.id, user=sofie)
    assert retention.erase_case(case=first.case, user=person("dorte"))
    again = selectors.inquiry(again.id)
    assert again.erased_at is not None
    assert (again.text, again.sender_name, again.likeness.bands) == ("", "", [])


def test_the_limits_lie_in_the_released_model() -> None:
    assert kinship.Limits().as_json() == {"same_sender": 0.25, "others": 0.25, "days": 30}


def test_what_was_laid_on_a_case_stays_on_the_map_until_that_is_answered(
    page: Client, handled: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    first, again = handled(), triaged(AGAIN)
    carried_out(decided(again, sofie, wish=Wish(duplicate_of=str(first.id))))
    for one in (first, again):
        Place.objects.filter(inquiry=one).delete()
        Place.objects.create(
            inquiry=one, number=1, title="Testvej 12", kind="address", latitude=55.6, longitude=12.5
        )
    assert {one.inquiry_id for one in places.on_map(user=sofie)} == {first.id, again.id}
    (line,) = [
        on_map._line(1, one) for one in places.on_map(user=sofie) if one.inquiry_id == again.id
    ]
    assert line["state"] == f"Lagt på sag {first.case.number}. Venter på svar"
    item = InboxItem.objects.get(case=first.case, kind="inquiry")
    services.mark_answered(item_id=item.id, user=sofie)
    assert not places.on_map(user=sofie).exists()
