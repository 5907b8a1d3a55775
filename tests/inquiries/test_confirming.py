# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The confirmation to whoever reported about a child: signed by a person, sent, then settled."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import deciding
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from inquiry_pages import main_of, text_of
from rights import employee, of

from kodeks.casework import letters, notices, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    Deadline,
    DeadlineKind,
    Dispatch,
    Document,
    InboxItem,
    JournalEntry,
    Unit,
)
from kodeks.demo.corpus import TESTINE_CPR
from kodeks.documents.plain_text import plain_text
from kodeks.inquiries import (
    confirming,
    insight,
    legal_clocks,
    letter_types,
    letters_sent,
    selectors,
)
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.filing import Wish
from kodeks.inquiries.models import Inquiry, LegalClock
from kodeks.kernel.models import RegistryEvent, User
from kodeks.language.lix import lix
from kodeks.robots import engine
from kodeks.robots.models import Run

# That a sender's number was opened is committed by itself.
pytestmark = pytest.mark.django_db(transaction=True)

REPORT = "Naboen slår sine børn. De er sultne og bange."
CONTACT = "Sofie Prøvesen, telefon 00 00 00 07"
SENDER = {"sender_name": "Ane Prøve", "sender_cpr": TESTINE_CPR}
KIND = DeadlineKind.CHILD_RECEIPT


@pytest.fixture
def reported(arrived: Callable[..., Inquiry], sofie: User) -> Callable[..., Inquiry]:
    """A report; the clock of its confirmation is settled as `said`, if at all."""

    def report(*, said: str = "confirmed", text: str = REPORT, **options: Any) -> Inquiry:
        inquiry = arrived(text, **(SENDER | options))
        clock = LegalClock.objects.get(inquiry=inquiry, kind=KIND)
        if said:
            legal_clocks.settle(
                key=uuid.uuid4(), clock_id=clock.id, user=sofie, said=said, reason="En prøve."
            )
        return selectors.inquiry(inquiry.id)

    return report


@pytest.fixture
def in_case(reported: Callable[..., Inquiry], sofie: User) -> Callable[..., Inquiry]:
    """A report that is decided, with its case; laid on another's where `joined` is one."""

    def report(*, joined: Inquiry | None = None, **options: Any) -> Inquiry:
        inquiry = reported(**options)
        wish = {} if joined is None else {"wish": Wish(case=joined.case.number)}
        decision = deciding.decide(
            inquiry_id=inquiry.id,
            user=sofie,
            choice="own",
            label="rotter",
            own_consideration="En prøve.",
            **wish,
        )
        engine.execute(run_id=Run.objects.get(decision_id=decision.id).id)
        return selectors.inquiry(inquiry.id)

    return report


def state_of(inquiry: Inquiry) -> str:
    told = confirming.told(selectors.inquiry(inquiry.id))
    return "" if told is None else told.state


def page_of(client: Client, inquiry: Inquiry, view: str = "inquiry") -> str:
    answer = client.get(reverse(f"inquiries:{view}", args=[inquiry.id]))
    assert answer.status_code == 200
    return main_of(answer)


def deadline_of(inquiry: Inquiry) -> Deadline:
    clock = LegalClock.objects.get(inquiry=inquiry, kind=KIND)
    found: Deadline = Deadline.objects.get(key=legal_clocks.key_of(clock))
    return found


def delivered(document: Document) -> None:
    entry = JournalEntry.objects.get(document=document)
    for _ in range(2):
        confirming.deliver(entry_id=str(entry.id))


def test_the_letter_says_that_it_came_when_and_whom_to_ask_and_no_more(
    in_case: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = in_case()
    letter = confirming.drafted(inquiry, contact=CONTACT, user=sofie)
    text = plain_text(letter.paragraphs)
    for said in ("underretning", CONTACT, inquiry.case.number, "112", "tavshedspligt"):
        assert said in text
    assert letter.recipient_name == "Ane Prøve"
    assert letter.signature == ("Venlig hilsen", sofie.full_name, sofie.title)
    for unsaid in ("Naboen", "sultne", "undersøg", "vurder", "24 timer", "foranstaltning"):
        assert unsaid not in text
    assert lix(text) < 35
    assert "kode" not in text


def test_the_text_is_one_of_those_that_two_persons_stand_behind(
    page: Client, client: Client, person: Callable[[str], User]
) -> None:
    kind = letters.letter_type(name=letter_types.CONFIRMED)
    assert {fact.name for fact in kind.facts if fact.needed} == {
        "modtaget", "afdeling", "sagsnummer", "kontakt",
    }  # fmt: skip
    client.force_login(person("merete"))
    shown = text_of(client.get(reverse("workbench:letters")))
    assert "Kvittering for underretning" in shown


def test_signed_by_a_person_it_is_journalised_sent_and_ends_the_deadline(
    page: Client, in_case: Callable[..., Inquiry], sofie: User, settings: Any
) -> None:
    inquiry = in_case()
    assert deadline_of(inquiry).state == "running"
    shown = page_of(page, inquiry)
    assert "Skriv kvitteringen" in shown
    assert "Brevet er til Ane Prøve" in page_of(page, inquiry, "confirm")
    address = reverse("inquiries:confirm", args=[inquiry.id])
    assert page.post(address, {"do": "pdf", "contact": CONTACT}).content.startswith(b"%PDF")
    assert not Document.objects.filter(title="Vi har modtaget din underretning").exists()
    before = RegistryEvent.objects.count()
    for _ in range(2):
        answer = page.post(address, {"do": "send", "contact": CONTACT}, follow=True)
        assert "skrevet under" in text_of(answer)
    document = Document.objects.get(key=legal_clocks.confirmation_key(inquiry.id))
    # Nobody has sent it yet, so the clock still runs.
    assert (state_of(inquiry), deadline_of(inquiry).state) == ("signed", "running")
    delivered(document)
    entry = JournalEntry.objects.get(document=document)
    assert (entry.status, entry.actor, entry.theme) == (
        "receipted",
        "sofie",
        "Kvittering for underretning",
    )
    assert Dispatch.objects.filter(document=document).count() == 1
    sent = [json.loads(one.read_bytes()) for one in
            Path(settings.KODEKS_OUTBOX_FOLDER).glob("sendt/*.json")]  # fmt: skip
    assert sum(one["subject"] == "Vi har modtaget din underretning" for one in sent) == 1
    assert (state_of(inquiry), deadline_of(inquiry).state) == ("sent", "answered")
    assert deadline_of(inquiry).events.order_by("id").last().by == sofie
    assert f"{sofie.full_name} har skrevet under" in page_of(page, inquiry)
    # It is no answer and no decision: the inquiry waits as it did.
    assert Deadline.objects.get(case=inquiry.case, kind="reply").state == "running"
    assert RegistryEvent.objects.count() == before


def test_the_sender_sees_the_letter_with_their_own_inquiry(
    in_case: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = in_case()
    confirming.send(inquiry_id=inquiry.id, contact=CONTACT, user=sofie)
    matter = insight.matter(subject=selectors.subject_of(selectors.inquiry(inquiry.id)))
    assert matter is not None
    assert "Vi har modtaget din underretning" in [one.title for one in matter.letters]


@pytest.mark.parametrize("name", ["", "Anonym"])
def test_an_anonymous_sender_gets_none_and_the_page_says_so(
    page: Client, in_case: Callable[..., Inquiry], sofie: User, name: str
) -> None:
    inquiry = in_case(sender_name=name, sender_cpr="")
    told = page_of(page, inquiry)
    assert "Afsenderen er anonym" in told
    # The robot's letter about the case went to nobody either.
    assert "Afsenderen har også fået" not in told
    assert reverse("workbench:deadline", args=[inquiry.case.number]) in told
    assert "Skriv kvitteringen" not in told
    with pytest.raises(InquiryError, match="anonym"):
        confirming.send(inquiry_id=inquiry.id, contact=CONTACT, user=sofie)
    address = reverse("inquiries:confirm", args=[inquiry.id])
    assert "Afsenderen er anonym" in text_of(page.post(address, {"do": "send"}))
    assert not Document.objects.filter(title="Vi har modtaget din underretning").exists()


def test_what_no_channel_takes_is_handed_over_and_the_clock_runs_until_then(
    page: Client, in_case: Callable[..., Inquiry], sofie: User
) -> None:
    """Who gave an address of e-mail only: a confidential letter does not go by plain mail."""
    inquiry = in_case(sender_cpr="", address="ane@example.invalid")
    assert "Almindelig mail er ikke sikker nok" in page_of(page, inquiry)
    delivered(confirming.send(inquiry_id=inquiry.id, contact=CONTACT, user=sofie))
    assert (state_of(inquiry), deadline_of(inquiry).state) == ("unreached", "running")
    told = page_of(page, inquiry)
    assert "Kvitteringen er ikke sendt" in told
    assert "Brug sikker mail" in told
    for item in InboxItem.objects.filter(case=inquiry.case, kind__in=notices.KINDS):
        page.post(reverse("inquiries:settled", args=[item.id]), {"afdeling": item.unit.code})
    assert (state_of(inquiry), deadline_of(inquiry).state) == ("sent", "answered")
    assert "Givet videre på anden måde" in page_of(page, inquiry)


def test_what_was_told_of_any_inquiry_is_not_the_confirmation(
    page: Client, in_case: Callable[..., Inquiry]
) -> None:
    told = page_of(page, in_case())
    assert "Afsenderen har også fået:" in told
    assert "brevet »Vi har modtaget din henvendelse«" in told
    assert "ikke den kvittering, som loven kræver for en underretning" in told


def test_first_the_clock_is_settled_and_the_inquiry_decided(
    page: Client, reported: Callable[..., Inquiry], sofie: User
) -> None:
    waiting, undecided = reported(said=""), reported()
    assert "Tag først stilling til, om fristen løber." in page_of(page, waiting)
    assert "Afgør henvendelsen først" in page_of(page, undecided)
    for inquiry, why in ((waiting, "Tag først stilling"), (undecided, "Afgør henvendelsen")):
        with pytest.raises(InquiryError, match=why):
            confirming.send(inquiry_id=inquiry.id, contact=CONTACT, user=sofie)


def test_what_is_no_report_has_no_confirmation(
    page: Client, reported: Callable[..., Inquiry], arrived: Callable[..., Inquiry], sofie: User
) -> None:
    for inquiry in (arrived(), reported(said="dismissed")):
        assert "Kvittering for underretningen" not in page_of(page, inquiry)
        answer = page.get(reverse("inquiries:confirm", args=[inquiry.id]))
        assert answer.status_code == 404
        with pytest.raises(InquiryError, match="ikke en underretning"):
            confirming.send(inquiry_id=inquiry.id, contact=CONTACT, user=sofie)


def test_a_contact_that_cannot_stand_in_a_letter_is_refused_and_stays(
    page: Client, in_case: Callable[..., Inquiry]
) -> None:
    inquiry = in_case()
    address = reverse("inquiries:confirm", args=[inquiry.id])
    for contact, why in (("", "Skriv et navn"), ("Ring til 010190-1234", "CPR")):
        answer = page.post(address, {"do": "send", "contact": contact})
        assert answer.status_code == 422
        assert why in text_of(answer)
        assert contact in text_of(answer)
    assert not Document.objects.filter(title="Vi har modtaget din underretning").exists()


def test_each_who_reported_about_the_same_is_confirmed_and_the_next_ones_clock_begins(
    in_case: Callable[..., Inquiry], sofie: User
) -> None:
    first = in_case()
    second = in_case(joined=first, sender_name="Bo Prøve", sender_cpr="040578-1234")
    assert second.joined == first.case
    # A case has one deadline of a kind at a time.
    assert Deadline.objects.filter(case=first.case, kind=KIND).count() == 1
    delivered(confirming.send(inquiry_id=first.id, contact=CONTACT, user=sofie))
    assert deadline_of(first).state == "answered"
    begun = deadline_of(second)
    clock = LegalClock.objects.get(inquiry=second, kind=KIND)
    assert (begun.state, begun.due_on) == ("running", clock.due_on)
    letter = confirming.drafted(second, contact=CONTACT, user=sofie)
    assert letter.recipient_name == "Bo Prøve"
    delivered(confirming.send(inquiry_id=second.id, contact=CONTACT, user=sofie))
    assert deadline_of(second).state == "answered"


def test_the_robot_tells_nobody_who_reported_that_there_was_a_case(
    in_case: Callable[..., Inquiry], reported: Callable[..., Inquiry], sofie: User
) -> None:
    """Neither where nobody has settled the clock yet; only what somebody said is none is told."""
    first = in_case()
    second = in_case(joined=first, sender_name="Bo Prøve")
    third = in_case(joined=first, sender_name="Bo Prøve", said="")
    (told,) = letters_sent.letters_of(second)
    assert told.title == "Vi har modtaget din henvendelse"
    pages = pypdfium2.PdfDocument(bytes(told.content))
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert second.joined.number in text
    for words in ("allerede", "samme", "lagt på", "hører til"):
        assert words not in text
    assert [one.title for one in letters_sent.letters_of(third)] == [told.title]
    none = reported(said="", sender_name="Bo Prøve")
    for clock in LegalClock.objects.filter(inquiry=none):
        legal_clocks.settle(
            key=uuid.uuid4(), clock_id=clock.id, user=sofie, said="dismissed", reason="En prøve."
        )
    decision = deciding.decide(
        inquiry_id=none.id, user=sofie, choice="own", label="rotter",
        own_consideration="En prøve.", wish=Wish(case=first.case.number),
    )  # fmt: skip
    engine.execute(run_id=Run.objects.get(decision_id=decision.id).id)
    titles = [one.title for one in letters_sent.letters_of(selectors.inquiry(none.id))]
    assert titles == ["Vi har lagt din henvendelse på en sag"]


def test_confirmed_before_it_had_a_clock_of_its_own_it_gets_none(
    in_case: Callable[..., Inquiry], sofie: User
) -> None:
    first = in_case()
    second = in_case(joined=first, sender_name="Bo Prøve", sender_cpr="040578-1234")
    delivered(confirming.send(inquiry_id=second.id, contact=CONTACT, user=sofie))
    assert deadline_of(first).state == "running"
    delivered(confirming.send(inquiry_id=first.id, contact=CONTACT, user=sofie))
    assert [one.state for one in Deadline.objects.filter(case=first.case, kind=KIND)] == [
        "answered"
    ]


def test_only_those_of_the_department_sign_it(
    client: Client, in_case: Callable[..., Inquiry], as_owner: Any
) -> None:
    inquiry = in_case()
    other = employee(as_owner, of("byggeri", ""))
    client.force_login(other)
    address = reverse("inquiries:confirm", args=[inquiry.id])
    assert client.post(address, {"do": "send", "contact": CONTACT}).status_code == 404
    with pytest.raises(CaseworkError, match="ikke ret"):
        confirming.send(inquiry_id=inquiry.id, contact=CONTACT, user=other)
    assert not Document.objects.filter(title="Vi har modtaget din underretning").exists()


def test_the_cases_deadlines_lead_to_the_letter(
    page: Client, in_case: Callable[..., Inquiry]
) -> None:
    inquiry = in_case()
    shown = text_of(page.get(reverse("workbench:deadline", args=[inquiry.case.number])))
    assert shown.count(reverse("inquiries:confirm", args=[inquiry.id])) == 1


def test_the_form_begins_with_who_signs_and_the_department(
    page: Client, in_case: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = in_case()
    unit = Unit.objects.get(id=inquiry.case.unit_id)
    assert confirming.usual_contact(inquiry, sofie).startswith(f"{sofie.full_name}, Telefon")
    assert unit.phone in page_of(page, inquiry, "confirm")
    services.advance_case(case=inquiry.case, state="closed")
    # Closed or not, the sender is to be told.
    assert state_of(inquiry) == "ready"
