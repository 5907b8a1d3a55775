# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A person splits an inquiry: children with their own way, and a history that stays."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from kodeks.casework.models import Document, Party
from kodeks.inquiries import attachments, insight, selectors, senders, services, splitting
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, LegalClock, Split
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Recommendation, User
from kodeks.robots.worker import run_worker

CPR = "040578-1234"
HOLE = "Der er et dybt hul i vejen på Testvej, og asfalten er væk. Cyklister må køre udenom."
RATS = "Der er rotter i min kælder, og jeg har set rotterne tre gange i denne uge."
ACCESS = "Jeg vil også gerne have aktindsigt i sagen om rotterne."
TEXT = f"Hej\n\n{HOLE}\n\n{RATS} {ACCESS}\n\nHilsen\nPrøve Prøvesen"
WHY = "Det er to forskellige ting."
FULL = {"sender_name": "Prøve Prøvesen", "sender_cpr": CPR, "address": "proeve@example.dk"}


@pytest.fixture
def several(arrived: Callable[..., Inquiry]) -> Inquiry:
    file = attachments.NewAttachment(name="kort.png", media_type="image/png", content=b"kort")
    return arrived(TEXT, district="Nørremark", files=[file], sender_name="Prøve Prøvesen")


@pytest.fixture
def numbered(arrived: Callable[..., Inquiry]) -> Inquiry:
    """With a CPR number, which is opened outside transactions only."""
    file = attachments.NewAttachment(name="kort.png", media_type="image/png", content=b"kort")
    return arrived(TEXT, district="Nørremark", files=[file], **FULL)


def split(inquiry: Inquiry, user: User, *parts: tuple[int, ...], key: Any = None) -> Split:
    return splitting.split(
        key=key or uuid.uuid4(), inquiry_id=inquiry.id, user=user, parts=parts or [(3, 4)]
    )


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_each_further_matter_is_an_inquiry_with_the_same_sender_and_day(
    numbered: Inquiry, sofie: User
) -> None:
    made = split(numbered, sofie)
    (child,) = Inquiry.objects.filter(parent=numbered)
    assert child.text == f"{RATS} {ACCESS}"
    for name in ("received_at", "channel", "district", "sender_name"):
        assert getattr(child, name) == getattr(numbered, name), name
    assert bytes(child.sender_index) == bytes(numbered.sender_index)
    # Sealed anew: the parent's seal cannot be opened as the child's, and it opens by its own.
    assert bytes(child.sealed_cpr) != bytes(numbered.sealed_cpr)
    opened = services.shown_cpr(inquiry=child, user=sofie, reason="Prøve")
    assert opened == CPR.replace("-", "")
    assert senders.address_of(child) == FULL["address"]
    assert attachments.listed(child) == []
    assert len(attachments.listed(numbered)) == 1
    numbered.refresh_from_db()
    assert numbered.text == TEXT
    assert (made.kept, made.parts) == (
        [0, 1, 2, 5, 6],
        [{"inquiry": str(child.id), "sentences": [3, 4]}],
    )
    assert child.recommendation_id is None
    services.triage(inquiry_id=str(child.id))
    child.refresh_from_db()
    said = Recommendation.objects.get(id=child.recommendation_id)
    assert said.body["subject"]["id"] == str(child.id)


def test_the_same_form_twice_is_once_and_another_is_refused(several: Inquiry, sofie: User) -> None:
    key = uuid.uuid4()
    assert split(several, sofie, key=key) == split(several, sofie, key=key)
    assert Inquiry.objects.filter(parent=several).count() == 1
    with pytest.raises(InquiryError, match="allerede delt"):
        split(several, sofie)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [()],
        [(0,)],
        [(1, 2, 3, 4)],
        [(3,), (3, 4)],
        [(99,)],
        [(-1,)],
        [(1,), (2,), (3,), (4,), (5,)],
    ],
)
def test_a_part_without_words_or_in_two_places_is_refused(
    several: Inquiry, sofie: User, parts: list[tuple[int, ...]]
) -> None:
    with pytest.raises(InquiryError):
        splitting.split(key=uuid.uuid4(), inquiry_id=several.id, user=sofie, parts=parts)
    assert not Inquiry.objects.filter(parent=several).exists()


def test_who_may_not_decide_may_not_split_nor_is_what_is_decided(
    several: Inquiry, sofie: User, person: Callable[[str], User]
) -> None:
    with pytest.raises(InquiryError, match="Din ret"):
        split(several, person("merete"))
    services.decide(
        inquiry_id=several.id, user=sofie, choice="own", label="rotter", own_consideration=WHY
    )
    with pytest.raises(InquiryError, match="afgjort"):
        split(several, sofie)


def test_the_history_of_a_split_cannot_be_changed(several: Inquiry, sofie: User) -> None:
    made = split(several, sofie)
    (child,) = Inquiry.objects.filter(parent=several)
    for change in (
        lambda: Split.objects.filter(id=made.id).update(kept=[]),
        lambda: Split.objects.filter(id=made.id).delete(),
        lambda: Inquiry.objects.filter(id=child.id).update(parent=None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_clock_of_the_law_follows_the_part_that_asks(several: Inquiry, sofie: User) -> None:
    (before,) = LegalClock.objects.filter(inquiry=several)
    split(several, sofie)
    (child,) = Inquiry.objects.filter(parent=several)
    (after,) = LegalClock.objects.filter(inquiry=child)
    assert before.step.said == "moved"
    assert (after.counted_from, after.due_on) == (before.counted_from, before.due_on)


def test_the_page_shows_the_pieces_and_splits_them(page: Client, several: Inquiry) -> None:
    address = reverse("inquiries:split", args=[several.id])
    assert address in text_of(page.get(reverse("inquiries:inquiry", args=[several.id])))
    form = page.get(address)
    assert form.status_code == 200
    assert RATS in text_of(form)
    key = str(form.context["form"].initial["key"])
    chosen = {f"piece-{place}": "1" if place in (3, 4) else "0" for place in range(7)}
    refused = page.post(address, {"key": key} | chosen | {"piece-3": "0", "piece-4": "0"})
    assert refused.status_code == 422
    assert "mindst to" in text_of(refused)
    assert page.post(address, {"key": key} | chosen).status_code == 302
    (child,) = Inquiry.objects.filter(parent=several)
    told = text_of(page.get(reverse("inquiries:inquiry", args=[several.id])))
    assert "Henvendelsen er delt" in told
    assert str(child.id) in told
    own = text_of(page.get(reverse("inquiries:inquiry", args=[child.id])))
    assert "Skilt ud fra en anden henvendelse" in own
    assert str(several.id) in own
    assert page.get(address).status_code == 404


@pytest.mark.parametrize("text", ["Hej", "x" * 99_999, "a. " * 33_000, HOLE.replace(".", "")])
def test_bad_texts_are_shown_and_split_or_not_offered(
    page: Client, arrived: Callable[..., Inquiry], text: str
) -> None:
    found = arrived(text)
    response = page.get(reverse("inquiries:split", args=[found.id]))
    assert response.status_code in (200, 404)
    if response.status_code == 200:
        assert 2 <= len(response.context["rows"]) <= splitting.MOST_ROWS
    assert page.get(reverse("inquiries:inquiry", args=[found.id])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_citizen_is_told_that_one_became_several(numbered: Inquiry, sofie: User) -> None:
    split(numbered, sofie)
    (child,) = Inquiry.objects.filter(parent=numbered)
    for one, words in ((numbered, "delt i 2 sager"), (child, "delt i flere sager")):
        matter = insight.matter(subject=selectors.subject_of(one))
        assert matter is not None
        assert words in matter.status
    both = insight.matters_of_person(index=bytes(numbered.sender_index))
    assert {one.subject.id for one in both} == {str(numbered.id), str(child.id)}


@pytest.mark.django_db(transaction=True)
def test_each_goes_its_own_way_to_a_case_with_a_note_of_the_split(
    numbered: Inquiry, sofie: User
) -> None:
    split(numbered, sofie)
    (child,) = Inquiry.objects.filter(parent=numbered)
    for one, label in ((numbered, "vejskade"), (child, "rotter")):
        services.decide(
            inquiry_id=one.id, user=sofie, choice="own", label=label, own_consideration=WHY
        )
    run_worker(stop_when_idle=True)
    numbers = set()
    for one in (numbered, child):
        one.refresh_from_db()
        numbers.add(one.case.number)
        assert Party.objects.filter(case=one.case, name="Prøve Prøvesen").count() == 1
        note = Document.objects.get(case=one.case, title="Notat om deling")
        assert "Sofie" in bytes(note.content).decode()
        assert note.journal_entry.esdh_document_id
    assert len(numbers) == 2
    assert Document.objects.filter(case=child.case, type="attachment").count() == 0
    assert Document.objects.filter(case=numbered.case, type="attachment").count() == 1


def test_a_proposal_is_a_part_of_the_recommendation_and_is_put_before_the_caseworker(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    found = triaged(f"{HOLE}\n\nDesuden er det galt i kælderen: {RATS}")
    assert found.proposed is not None
    labels = [one["label"] for one in found.proposed]
    assert labels == ["vejskade", "rotter"]
    said = kernel.recommendation(found.recommendation_id).body
    about = [one["text"] for one in said["considerations"] if "flere ting" in one["text"]]
    assert len(about) == 2
    assert "Sætning 1-2" in about[0]
    values = {said["suggestion"]["label"], *(one["value"] for one in said["alternatives"])}
    assert set(labels) <= values
    address = reverse("inquiries:inquiry", args=[found.id])
    assert "ser ud til at handle om flere ting" in text_of(page.get(address))
    form = page.get(reverse("inquiries:split", args=[found.id])).context["form"]
    assert [form[f"piece-{place}"].value() for place in range(3)] == ["0", "0", "1"]
    assert not Inquiry.objects.filter(parent=found).exists()
