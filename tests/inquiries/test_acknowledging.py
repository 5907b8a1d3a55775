# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the sender is told at once: by the kernel's leave, once, and nothing confidential."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import deciding
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import letter_versions, letters
from kodeks.casework.models import Document, JournalEntry, JournalStatus
from kodeks.connectors.models import OutgoingMail
from kodeks.demo.corpus import TESTINE_CPR
from kodeks.inquiries import acknowledging, letter_types, splitting
from kodeks.inquiries.models import Acknowledgement, Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Act, User
from kodeks.robots import engine
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db

ADDRESS = "bo@example.invalid"


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings: Any) -> None:
    settings.KODEKS_SMTP_HOST = "post.example.invalid"
    settings.KODEKS_MAIL_FROM = "kommunen@example.invalid"
    settings.KODEKS_SITE_URL = "https://kodeks.example.invalid"


@pytest.fixture
def met(arrived: Callable[..., Inquiry]) -> Callable[..., Inquiry]:
    """An inquiry that has come, and what is done at once."""

    def meet(**options: Any) -> Inquiry:
        inquiry = arrived(**options)
        for _ in range(2):
            acknowledging.meet(inquiry_id=str(inquiry.id))
            acknowledging.give(inquiry_id=str(inquiry.id))
        return Inquiry.objects.get(id=inquiry.id)

    return meet


def test_whoever_gave_an_address_is_told_once_by_mail(met: Callable[..., Inquiry]) -> None:
    inquiry = met(channel="web", address=ADDRESS, text="Min sygdom og et hul i vejen.")
    given = Acknowledgement.objects.get()
    assert (given.inquiry, given.way) == (inquiry, "mail")
    assert OutgoingMail.objects.count() == 1
    words = acknowledging.words(inquiry)
    assert words is not None
    for said in (
        given.reference,
        f"senest den {date_format(given.answer_by)}",
        "ring 112",
        "Borgerservice",
        "Telefon 00 00 00 08",
        f"/henvendelser/foelg/{given.reference}/",
    ):
        assert said in words.text
    assert "sygdom" not in words.text
    assert kernel.access_code(subject=acknowledging.selectors.subject_of(inquiry)) not in words.text


def test_it_is_an_act_that_the_card_permits(met: Callable[..., Inquiry]) -> None:
    inquiry = met(address=ADDRESS)
    act = Act.objects.get()
    given = inquiry.acknowledgement
    assert (act.id, act.step, act.decision_id) == (given.act_id, "acknowledge", None)
    assert act.recommendation_id == inquiry.recommendation_id
    assert act.body["result"]["answer_by"] == given.answer_by.isoformat()


def test_without_the_kernels_leave_nothing_is_sent(
    triaged: Callable[..., Inquiry], stop: Callable[[], None]
) -> None:
    inquiry = triaged(address=ADDRESS)
    stop()
    with pytest.raises(kernel.SystemStopped):
        acknowledging.give(inquiry_id=str(inquiry.id))
    assert not OutgoingMail.objects.exists()
    assert not Acknowledgement.objects.exists()


def test_a_known_person_gets_a_letter_where_no_number_is_opened(
    met: Callable[..., Inquiry], settings: Any
) -> None:
    inquiry = met(sender_cpr=TESTINE_CPR)
    for _ in range(2):
        acknowledging.post(inquiry_id=str(inquiry.id))
    (letter,) = Path(settings.KODEKS_OUTBOX_FOLDER).glob("klar/*.pdf")
    assert letter.read_bytes().startswith(b"%PDF")


def test_whoever_cannot_be_written_to_gets_none(met: Callable[..., Inquiry]) -> None:
    met()
    assert not Acknowledgement.objects.exists()
    assert not Act.objects.exists()


def test_after_a_decision_the_robots_letter_says_more(
    triaged: Callable[..., Inquiry], sofie: User
) -> None:
    import deciding

    inquiry = triaged(address=ADDRESS)
    deciding.decide(
        inquiry_id=inquiry.id, user=sofie, choice="accept", label="", own_consideration="Et hul."
    )
    assert acknowledging.acknowledge(inquiry_id=str(inquiry.id)) is None


def test_an_approved_text_is_used_and_kept(
    met: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    kind = letters.letter_type(name=letter_types.ACKNOWLEDGED)
    text = "Hej. Vi har {nummer}. Spørg {kontor}."
    written = letter_versions.propose(
        letter_type=kind, subject="Hej", body=text, note="Kortere", user=person("anders")
    )
    letter_versions.approve(letter_type=kind, number=written.number, user=person("merete"))
    inquiry = met(address=ADDRESS)
    words = acknowledging.words(inquiry)
    assert words is not None
    assert words.text.startswith(f"Hej. Vi har {inquiry.acknowledgement}. Spørg Borgerservice.")
    assert inquiry.acknowledgement.version == written.number


def test_it_is_not_changed(met: Callable[..., Inquiry]) -> None:
    met(address=ADDRESS)
    with pytest.raises(DatabaseError, match="kan ikke ændres"), transaction.atomic():
        Acknowledgement.objects.update(sealed=b"")


def test_what_was_sent_is_in_the_case_and_its_journal(
    met: Callable[..., Inquiry], sofie: User
) -> None:
    import deciding

    from kodeks.robots import engine
    from kodeks.robots.models import Run

    inquiry = met(address=ADDRESS)
    deciding.decide(
        inquiry_id=inquiry.id, user=sofie, choice="accept", label="", own_consideration="Et hul."
    )
    engine.execute(run_id=Run.objects.get().id)
    document = Document.objects.get(type="acknowledgement")
    assert inquiry.acknowledgement.reference.encode() in bytes(document.content)
    assert JournalEntry.objects.get(document=document).status == "receipted"


def test_one_that_was_told_of_and_then_split_is_journalised_with_both(
    met: Callable[..., Inquiry], sofie: User
) -> None:
    """Neither takes the other's place in the journal, and the parts are told of in the whole."""
    inquiry = met(address=ADDRESS, text="Der er hul i vejen. Der er rotter i min kælder.")
    splitting.split(key=uuid.uuid4(), inquiry_id=inquiry.id, user=sofie, parts=[(1,)])
    (part,) = Inquiry.objects.filter(parent=inquiry)
    OutgoingMail.objects.update(queued_at=timezone.now() - dt.timedelta(days=3))
    acknowledging.meet(inquiry_id=str(part.id))
    assert acknowledging.acknowledge(inquiry_id=str(part.id)) is None
    decision = deciding.decide(
        inquiry_id=inquiry.id, user=sofie, choice="own", label="vejskade", own_consideration="Hul."
    )
    run = Run.objects.get(decision_id=decision.id)
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    assert run.status == Status.DONE, run.held_reason
    entries = JournalEntry.objects.filter(case__inquiry=inquiry, status=JournalStatus.RECEIPTED)
    assert {"acknowledgement", "note"} <= set(entries.values_list("document__type", flat=True))


def test_the_link_shows_how_far_it_is_and_nothing_of_what_was_written(
    met: Callable[..., Inquiry], client: Client
) -> None:
    inquiry = met(address=ADDRESS, sender_name="Bo Prøve")
    number, code = inquiry.acknowledgement.reference, acknowledging.follow_code(inquiry)
    answer = client.get(reverse("inquiries:follow", args=[number, code]))
    page = answer.content.decode()
    assert number in page
    assert date_format(inquiry.acknowledgement.answer_by) in page
    assert "Bo Prøve" not in page
    assert "Asfalten" not in page
    assert answer["Referrer-Policy"] == "no-referrer"
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert client.get(reverse("inquiries:follow", args=[number, wrong])).status_code == 404


def test_whoever_types_a_call_in_can_tell_the_number_and_the_day(page: Client) -> None:
    import uuid

    fields = {
        "submission": str(uuid.uuid4()),
        "text": "Der er et hul i vejen ved Testvej.",
        "channel": "telefonnotat",
        "address": ADDRESS,
    }
    shown = page.post(reverse("inquiries:new"), fields, follow=True).content.decode()
    inquiry = Inquiry.objects.get()
    assert acknowledging.reference(inquiry) in shown
    assert f"Svar senest {date_format(acknowledging.promised(inquiry))}" in shown
    acknowledging.meet(inquiry_id=str(inquiry.id))
    acknowledging.give(inquiry_id=str(inquiry.id))
    assert inquiry.acknowledgement.way == "mail"
