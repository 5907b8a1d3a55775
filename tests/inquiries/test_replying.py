# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An answer: put together of approved pieces, finished and signed by a person, sent once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kodeks.casework import letter_versions, reply_blocks
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import CaseState, Dispatch, InboxItem, JournalEntry
from kodeks.demo.corpus import TESTINE_CPR
from kodeks.inquiries import drafting, insight, replying, similar
from kodeks.inquiries.drafting import Draft
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Answered, Inquiry, ReplyDraft
from kodeks.kernel.models import RegistryEvent, User

pytestmark = pytest.mark.django_db

RATS = "Der er rotter i kælderen under vores opgang."
DRAFT = Draft(subject="Svar om rotter", body="Kære Bo\n\nVi kommer på mandag.", blocks=())


@pytest.fixture
def item(forwarded: Callable[..., InboxItem], sofie: User) -> InboxItem:
    return replying.item_for(forwarded("rotter", text=RATS).id, user=sofie)


def pieces_of(item: InboxItem) -> list[drafting.Offered]:
    return drafting.offered(item, item.case.inquiry, drafting.facts(item, item.case.inquiry))


def test_the_draft_is_of_pieces_for_the_topic_with_facts_filled_in(item: InboxItem) -> None:
    draft = drafting.first(pieces_of(item))
    assert draft.subject == "Svar om rotter"
    assert item.case.number in draft.body
    assert "Telefon 00 00 00 06" in draft.body
    assert "En rottebekæmper kommer til [udfyld: sted] senest [udfyld]." in draft.body
    assert draft.body.startswith("Kære [udfyld: navn]")
    assert [mark.partition(":")[0] for mark in draft.blocks] == [
        "svar-tak", "svar-rotter", "svar-hilsen",
    ]  # fmt: skip


def test_each_fact_says_where_it_is_from(item: InboxItem) -> None:
    known = {one.name: one for one in drafting.facts(item, item.case.inquiry)}
    assert set(known) == {fact.name for fact in reply_blocks.FACTS}
    assert all(one.source for one in known.values())
    assert known["sted"].value == ""
    assert known["frist"].source == "Kommunens liste over emner"


def test_of_several_pieces_for_a_number_the_one_nearest_to_the_inquiry_is_first(
    item: InboxItem, person: Callable[[str], User]
) -> None:
    kind = reply_blocks.add(
        name="svar-mus", title="Mus i opgang og kælder", kle_prefix="09.13.01", part="answer",
        user=person("anders"),
    )  # fmt: skip
    text = "Opgang og kælder er fælles. Derfor skal ejeren selv fange mus der."
    one = letter_versions.propose(
        letter_type=kind, subject="Svar om mus", body=text, note="Ny", user=person("anders")
    )
    assert "svar-mus" not in {piece.name for piece in pieces_of(item)}, "nobody has approved it"
    with pytest.raises(CaseworkError, match="selv skrevet"):
        letter_versions.approve(letter_type=kind, number=one.number, user=person("anders"))
    letter_versions.approve(letter_type=kind, number=one.number, user=person("merete"))
    assert [piece.name for piece in pieces_of(item)][:2] == ["svar-mus", "svar-rotter"]


def test_a_fact_cannot_become_a_template_or_a_gap() -> None:
    facts = {"sted": "Vej {kode}\n[udfyld: x]"}
    assert reply_blocks.filled("Ved {sted}.", facts) == "Ved Vej (kode) (udfyld: x)."


def test_with_a_gap_it_cannot_be_sent(item: InboxItem, sofie: User) -> None:
    draft = drafting.first(pieces_of(item))
    with pytest.raises(InquiryError, match=r"\[udfyld: sted\]"):
        replying.send(item, draft, to=item.case.inquiry, seen=0, user=sofie)
    assert not ReplyDraft.objects.exists()
    item.refresh_from_db()
    assert item.handled_at is None


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_is_signed_journalised_sent_and_stops_the_clock(
    forwarded: Callable[..., InboxItem], sofie: User, settings: Any
) -> None:
    found = forwarded("rotter", text=RATS, sender_cpr=TESTINE_CPR)
    item = replying.item_for(found.id, user=sofie)
    document = replying.send(item, DRAFT, to=item.case.inquiry, seen=0, user=sofie)
    entry = JournalEntry.objects.get(document=document)
    for _ in range(2):
        replying.deliver(entry_id=str(entry.id))
    entry.refresh_from_db()
    assert (entry.status, entry.actor, entry.actor_kind) == ("receipted", "sofie", "Bruger")
    assert Dispatch.objects.filter(document=document).count() == 1
    assert len(list(Path(settings.KODEKS_OUTBOX_FOLDER).glob("klar/*.pdf"))) == 2
    item.refresh_from_db()
    item.case.refresh_from_db()
    assert item.handled_at is not None
    assert item.case.state == CaseState.CLOSED
    assert item.case.deadlines.get().state == "answered"
    assert RegistryEvent.objects.filter(kind="answered").count() == 1
    assert Answered.objects.get().document == document
    matter = insight.find(case_number=item.case.number)
    assert matter is not None
    assert "Svar om rotter" in [one.title for one in matter.letters]
    with pytest.raises(InquiryError, match="besvaret i mellemtiden"):
        replying.send(item, DRAFT, to=item.case.inquiry, seen=1, user=sofie)


def test_the_answer_is_shown_with_similar_inquiries(
    item: InboxItem, triaged: Callable[..., Inquiry], sofie: User
) -> None:
    document = replying.send(item, DRAFT, to=item.case.inquiry, seen=0, user=sofie)
    (found,) = similar.like(triaged("Rotter i kælderen."), user=sofie)
    assert found.document_id == document.id


def test_drafts_are_kept_and_two_persons_do_not_write_over_each_other(
    item: InboxItem, sofie: User, person: Callable[[str], User]
) -> None:
    first = replying.save(item, DRAFT, to=item.case.inquiry, seen=0, user=sofie)
    mine = Draft(subject="Mit", body="Viggos tekst.")
    with pytest.raises(replying.Newer, match="Sofie Prøvesen har gemt en nyere"):
        replying.save(item, mine, to=item.case.inquiry, seen=0, user=person("viggo"))
    second = replying.save(
        item, mine, to=item.case.inquiry, seen=first.number, user=person("viggo")
    )
    newest = replying.newest(item, to=item.case.inquiry)
    assert newest is not None
    assert (second.number, newest.draft, newest.by) == (2, mine, "Viggo Vejprøve")
    with pytest.raises(replying.Newer):
        replying.send(item, DRAFT, to=item.case.inquiry, seen=first.number, user=sofie)
    assert ReplyDraft.objects.count() == 2


def test_a_cpr_number_is_not_sent(item: InboxItem, sofie: User) -> None:
    draft = Draft(subject="Svar", body="Dit nummer er 010190-1234.")
    assert replying.tried(item, draft, to=item.case.inquiry, user=sofie).letter is None
    with pytest.raises(InquiryError, match="CPR"):
        replying.send(item, draft, to=item.case.inquiry, seen=0, user=sofie)


def typed(**changes: str) -> dict[str, str]:
    return {"subject": DRAFT.subject, "body": DRAFT.body, "seen": "0", "blocks": ""} | changes


def test_the_page_from_draft_to_sent(page: Client, item: InboxItem) -> None:
    address = reverse("inquiries:reply", args=[item.id])
    shown = page.get(address).content.decode()
    for said in ("[udfyld: sted]", "Svaret kan ikke sendes endnu", "Mangler", RATS):
        assert said in shown
    answer = page.post(address, typed(do="send", body="Kom [udfyld].\n\nHej"))
    assert answer.status_code == 422
    assert "Kom [udfyld]." in answer.content.decode(), "nothing typed is lost"
    assert page.post(address, typed(do="pdf")).content.startswith(b"%PDF")
    assert page.post(address, typed(do="save")).status_code == 302
    shown = page.get(address).content.decode()
    assert "Vi kommer på mandag." in shown
    stale = page.post(address, typed(do="save", body="Noget andet."))
    assert stale.status_code == 409
    assert "Noget andet." in stale.content.decode()
    put = page.post(address, typed(do="insert:svar-rotter", seen="1"))
    assert put.status_code == 302
    assert "En rottebekæmper kommer" in page.get(address).content.decode()
    looked = page.post(address, typed(do="similar", body="Min tekst.")).content.decode()
    assert "Der er ikke fundet nogen." in looked
    assert "Min tekst." in looked
    answer = page.post(address, typed(do="send", seen="2"), follow=True)
    assert "er skrevet under" in answer.content.decode()
    assert "Sagen er besvaret" in page.get(address).content.decode()


def test_the_page_is_of_items_that_one_sees(client: Client, item: InboxItem, person: Any) -> None:
    client.force_login(person("viggo"))
    assert client.get(reverse("inquiries:reply", args=[item.id])).status_code == 404
