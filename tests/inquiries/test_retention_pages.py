# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry whose case is erased, on the pages of the caseworker and the citizen."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import nearby
import pytest
from django.test import Client
from django.urls import reverse
from erasable import erase, planted
from inquiry_pages import text_of

from kodeks.casework.models import Document, InboxItem
from kodeks.inquiries import insight, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, Place, Sorting
from kodeks.kernel import api as kernel
from kodeks.kernel import insight as kernel_insight
from kodeks.kernel import signing
from kodeks.kernel.models import User
from kodeks.ledger import receipt

pytestmark = pytest.mark.django_db


def test_the_caseworker_sees_that_it_is_erased(page: Client, erased: Inquiry) -> None:
    shown = text_of(page.get(reverse("inquiries:inquiry", args=[erased.id])))
    for part in (
        "Oplysningerne er slettet",
        "Slettet",
        "Vejbelysning",
        "Sofie Prøvesen",
        "(slettet)",
        erased.case.number,
        "Udført",
    ):
        assert part in shown
    for gone in (
        "Det skriver borgeren",
        "Vis CPR-nummeret",
        "Det foreslog systemet",
        "Hent brevet",
    ):
        assert gone not in shown
    assert planted(shown) == []


def test_a_decision_on_it_is_refused_with_a_sentence(page: Client, erased: Inquiry) -> None:
    answer = page.post(
        reverse("inquiries:decide", args=[erased.id]),
        {"choice": "own", "label": "rotter", "own_consideration": "Jeg prøver igen."},
    )
    assert answer.status_code == 422
    assert "Oplysningerne er slettet" in text_of(answer)
    assert "Jeg prøver igen." in text_of(answer)


def test_it_is_in_the_journal_and_not_found_by_its_words(page: Client, erased: Inquiry) -> None:
    journal = text_of(page.get(reverse("inquiries:journal")))
    assert journal.count(erased.case.number) >= 2
    assert "Henvendelse om vejbelysning" in journal
    assert planted(journal) == []
    assert not Inquiry.objects.extra(where=["words <> ''"]).filter(id=erased.id).exists()
    assert not Sorting.objects.filter(inquiry=erased).exists()
    assert not Place.objects.filter(inquiry=erased).exists()


def test_its_letter_is_gone(page: Client, client: Client, erased: Inquiry) -> None:
    letter = Document.objects.get(case=erased.case, direction="outgoing")
    assert page.get(reverse("inquiries:letter", args=[letter.id])).status_code == 404
    place = ["inquiry", str(erased.id)]
    assert (
        page.get(reverse("workbench:insight-letter", args=[*place, letter.id])).status_code == 404
    )


def test_a_waiting_item_of_an_erased_case_is_shown_and_can_be_handled(
    page: Client, closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    from kodeks.casework import services as cases

    inquiry = closed(answered=False)
    cases.advance_case(case=inquiry.case, state="closed")
    assert erase(inquiry, person("dorte"))
    item = InboxItem.objects.get(case=inquiry.case, kind="inquiry")
    shown = text_of(page.get(reverse("inquiries:department"), {"afdeling": item.unit.code}))
    assert "(slettet)" in shown
    assert planted(shown) == []
    answer = page.post(reverse("inquiries:answered", args=[item.id]), follow=True)
    assert "er markeret som besvaret" in text_of(answer)


def test_the_citizen_sees_that_it_is_erased_and_what_is_left(
    client: Client, erased: Inquiry
) -> None:
    code = kernel.access_code(subject=services.subject_of(erased))
    answer = client.post(
        reverse("workbench:find-case"),
        {"case_number": erased.case.number, "code": code},
        follow=True,
    )
    shown = text_of(answer)
    for part in (
        "Dine oplysninger er slettet",
        "Vi slettede dine data den",
        "Sofie Prøvesen",
        "Vejbelysning",
        "Journalisering af henvendelsen",
        "kan du stadig kontrollere den",
        "Kommunens arkiv kan have sin egen kopi",
    ):
        assert part in shown
    assert planted(shown) == []
    assert "Dine data er slettet. Det her blev brugt dengang:" in shown


@pytest.mark.django_db(transaction=True)
def test_it_is_no_longer_among_a_citizens_own_cases(
    client: Client, closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    from kodeks.demo import corpus

    inquiry = closed(sender_cpr=corpus.TESTINE_CPR)
    index = kernel.blind_index(corpus.TESTINE_CPR)
    assert len(insight.matters_of_person(index=index)) == 1
    erase(inquiry, person("dorte"))
    assert insight.matters_of_person(index=index) == []
    client.force_login(person("testine"))
    address = reverse("workbench:insight", args=["inquiry", str(inquiry.id)])
    assert client.get(address).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_no_new_receipt_is_made_and_an_old_one_still_verifies(
    page: Client, closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    inquiry = closed()
    nearby.publish()
    place = ["inquiry", str(inquiry.id)]
    kinds = ("recommendation", "decision", "act-journalise")
    addresses = [reverse("workbench:receipt", args=[*place, kind]) for kind in kinds]
    kept = [page.get(one).content for one in addresses]
    erase(inquiry, person("dorte"))
    nearby.publish()
    key = signing.verifier_key()
    assert all(receipt.verify(one, trusted_key=key).trusted for one in kept)
    for one in addresses:
        answer = page.get(one)
        assert answer.status_code == 410
        assert "Kvitteringen kan ikke laves mere" in text_of(answer)
    records = kernel_insight.of(system=services.SYSTEM, subject=services.subject_of(inquiry))
    assert records.decision.erased
    assert len(records.acts) == 4


def test_its_number_cannot_be_seen_any_more(erased: Inquiry, sofie: User) -> None:
    with pytest.raises(InquiryError, match="er slettet"):
        services.shown_cpr(inquiry=erased, user=sofie, reason="Borgeren ringer om sagen.")


def test_an_unknown_inquiry_has_no_number(page: Client) -> None:
    assert page.get(reverse("inquiries:sender-cpr", args=[uuid.uuid4()])).status_code == 404
