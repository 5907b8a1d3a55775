# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Several who have written in one case: each has a letter, a draft and an answer of their own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from inquiry_pages import main_of
from joinings import AGAIN, FIRST, carried_out, decided

from kodeks.casework.models import (
    Case,
    CaseState,
    Document,
    InboxItem,
    JournalEntry,
)
from kodeks.inquiries import (
    acknowledging,
    drafting,
    insight,
    opening,
    replying,
    selectors,
    services,
)
from kodeks.inquiries.drafting import Draft
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.filing import Wish
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import Milestone, User
from kodeks.workbench import matters

pytestmark = pytest.mark.django_db


def test_each_gets_their_own_letter_and_sees_no_others(
    handled: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    first = handled(sender_name="Første Prøve")
    again = triaged(AGAIN, sender_name="Anden Prøve")
    carried_out(decided(again, sofie, wish=Wish(duplicate_of=str(first.id))))
    mine, others = (
        insight.matter(subject=services.subject_of(one)).letters
        for one in (first, selectors.inquiry(again.id))
    )
    assert [len(mine), len(others)] == [1, 1]
    assert {one.document_id for one in mine}.isdisjoint({one.document_id for one in others})
    assert Document.objects.get(id=others[0].document_id).title == (
        "Vi har lagt din henvendelse på en sag"
    )
    found = matters.all_by_case_number(first.case.number)
    assert {one.matter.person for one in found} == {"Første Prøve", "Anden Prøve"}


ANSWER = Draft(subject="Svar om hullet", body="Vi lapper hullet på mandag.")


@pytest.fixture
def two(handled: Callable[..., Inquiry], triaged: Callable[..., Inquiry], sofie: User) -> Any:
    """A case with two who have written in it, and the department's item."""
    first = handled(f"{FIRST} Jeg bor i nummer 12.", sender_name="Første Prøve")
    again = triaged(AGAIN, sender_name="Anden Prøve")
    carried_out(decided(again, sofie, wish=Wish(duplicate_of=str(first.id))))
    item = InboxItem.objects.get(case=first.case, kind="inquiry")
    return first, selectors.inquiry(again.id), replying.item_for(item.id, user=sofie)


def words_of(document: Document) -> str:
    pages = pypdfium2.PdfDocument(bytes(document.content))
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def test_the_answer_goes_to_who_sent_the_inquiry_and_shows_nothing_of_the_other(
    two: Any, sofie: User
) -> None:
    first, again, item = two
    known = {one.name: one.value for one in drafting.facts(item, again)}
    assert known["navn"] == "Anden Prøve"
    letter = replying.tried(item, ANSWER, to=again, user=sofie).letter
    assert letter.recipient_name == "Anden Prøve"
    sent = replying.send(item, ANSWER, to=again, seen=0, user=sofie)
    entry = JournalEntry.objects.get(document=sent)
    assert "Prøve" not in entry.theme + sent.title
    assert "Anden Prøve" in words_of(sent)
    assert "Første Prøve" not in words_of(sent)
    mine, others = (insight.matter(subject=services.subject_of(one)) for one in (again, first))
    assert str(sent.id) in {one.document_id for one in mine.letters}
    assert str(sent.id) not in {one.document_id for one in others.letters}
    assert (mine.status, others.status) == (
        "Afdelingen har svaret på din henvendelse.", "Henvendelsen er sendt til afdelingen.",
    )  # fmt: skip
    assert opening.party_in(again, item.case).name == "Anden Prøve"
    assert opening.party_in(first, item.case).name == "Første Prøve"


def test_the_case_is_closed_when_each_has_their_answer(two: Any, sofie: User) -> None:
    first, again, item = two
    replying.send(item, ANSWER, to=again, seen=0, user=sofie)
    item.refresh_from_db()
    assert item.handled_at is None
    with pytest.raises(InquiryError, match="besvaret i mellemtiden"):
        replying.send(item, ANSWER, to=again, seen=1, user=sofie)
    replying.send(item, ANSWER, to=first, seen=0, user=sofie)
    item.refresh_from_db()
    assert item.handled_at is not None
    assert Case.objects.get(id=item.case_id).state == CaseState.CLOSED
    assert Milestone.objects.filter(what="answered").count() == 2
    for one in (first, again):
        letters = insight.matter(subject=services.subject_of(one)).letters
        assert [letter.title for letter in letters].count("Svar om hullet") == 1


def test_an_answer_does_not_name_another_who_wrote_in_the_case(two: Any, sofie: User) -> None:
    _, again, item = two
    draft = Draft(subject="Svar", body="Kære Anden Prøve\n\nFørste prøve har også skrevet.")
    (problem,) = replying.tried(item, draft, to=again, user=sofie).problems
    assert "»Første Prøve«" in problem


def test_each_has_a_page_and_a_draft_of_their_own(two: Any, page: Client, sofie: User) -> None:
    first, again, item = two
    address = reverse("inquiries:reply", args=[item.id])
    both = main_of(page.get(f"{reverse('inquiries:department')}?afdeling={item.unit.code}"))
    assert "1 mere på samme sag" in both
    typed = {"subject": "Svar", "body": "Til den anden.", "seen": "0", "blocks": "", "do": "save"}
    saved = page.post(f"{address}?henvendelse={again.id}", typed)
    assert saved["Location"] == f"{address}?henvendelse={again.id}"
    assert "Til den anden." in main_of(page.get(saved["Location"]))
    shown = main_of(page.get(address))
    assert "Til den anden." not in shown
    assert "Flere har skrevet i sagen" in shown
    assert "Jeg bor i nummer 12." in shown
    assert replying.newest(item, to=first) is None
    sent = page.post(address, {**typed, "do": "send"}, follow=True)
    assert "Der er flere i sagen, som venter på svar." in sent.content.decode()
    assert "Til den anden." in main_of(sent), "the page goes on with the next"
    assert page.get(f"{address}?henvendelse={uuid.uuid4()}").status_code == 404


def test_who_has_gone_to_a_case_of_their_own_is_not_answered_in_this(two: Any, sofie: User) -> None:
    _, again, item = two
    reversal = services.reverse(
        inquiry_id=again.id, user=sofie, replaces=again.decision_id, cause="mistake",
        label="vejskade", own_consideration="Det er et andet hul.",
    )  # fmt: skip
    carried_out(reversal)
    with pytest.raises(InquiryError, match="ligger ikke længere"):
        replying.send(item, ANSWER, to=again, seen=0, user=sofie)


def test_each_sees_the_acknowledgement_that_they_got_and_not_the_others(
    triaged: Callable[..., Inquiry], sofie: User, settings: Any
) -> None:
    settings.KODEKS_SMTP_HOST = "post.example.invalid"
    settings.KODEKS_MAIL_FROM = "kommunen@example.invalid"
    first = triaged(FIRST, address="bo@example.invalid")
    again = triaged(AGAIN, address="ida@example.invalid")
    for one in (first, again):
        acknowledging.give(inquiry_id=str(one.id))
    carried_out(decided(first, sofie))
    carried_out(decided(again, sofie, wish=Wish(duplicate_of=str(first.id))))
    first, again = (selectors.inquiry(one.id) for one in (first, again))
    assert again.joined == first.case
    filed = Document.objects.filter(case=first.case, type=acknowledging.TYPE)
    assert JournalEntry.objects.filter(document__in=filed).count() == 2
    for one in (first, again):
        letters = insight.matter(subject=services.subject_of(one)).letters
        (own,) = filed.filter(key__startswith=f"inquiry:{one.id}:")
        assert len(letters) == 2, "its own, and where it went"
        assert str(own.id) in {link.document_id for link in letters}
