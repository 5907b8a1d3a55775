# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A caseworker does the steps that the robot Visitator could not, and the robot goes on after."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import deciding
import pypdfium2
import pytest
from django.utils import timezone

from kodeks.casework.models import ActorKind, Case, Dispatch, Document, InboxItem, JournalEntry
from kodeks.casework.ports import PortRejected
from kodeks.connectors.archive import ArchiveJournal
from kodeks.connectors.outbox import OutboxFolder
from kodeks.inquiries import acknowledging, attachments, forwarding, joining
from kodeks.inquiries.attachments import NewAttachment
from kodeks.inquiries.filing import Wish
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Act, RegistryEvent, User
from kodeks.robots import engine, tasklist
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db(transaction=True)
JOURNALISED = {
    "esdh_case": "S-2026-17",
    "esdh_document": "D-4711",
    "esdh_files": "",
    "esdh_acknowledgement": "",
}
CPR = "7101900000"


@contextmanager
def rejecting(owner: type, verb: str) -> Iterator[None]:
    """The other system says no meanwhile."""

    def refuse(*_: Any, **__: Any) -> None:
        raise PortRejected("Systemet siger nej.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, verb, refuse)
        yield


@pytest.fixture
def start(triaged: Callable[..., Inquiry], sofie: User) -> Callable[..., Run]:
    def make(*files: NewAttachment, **options: Any) -> Run:
        inquiry = triaged(**options)
        attachments.keep(inquiry, files) if files else None
        decision = deciding.decide(
            inquiry_id=inquiry.id,
            user=sofie,
            choice="accept",
            label="",
            own_consideration="Asfalten mangler.",
        )
        return Run.objects.get(decision_id=decision.id)

    return make


def executed(run: Run) -> str:
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    return run.status


def by_hand(run: Run, step: str, user: User, **facts: str) -> None:
    tasklist.done_by_hand(run=run, step=step, note="Gjort i ESDH.", user=user, facts=facts)
    run.refresh_from_db()


def letter_facts(**changes: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    return {
        "esdh_document": "D-4712",
        "text": "Kære borger.\n\nVi har givet din henvendelse videre.",
        "sent_on": today,
        "receipt": "REK-1",
    } | changes


def test_a_case_journalised_by_hand_is_the_robots_case_from_then_on(
    start: Callable[..., Run], sofie: User
) -> None:
    run = start(sender_name="Testine Testesen", sender_cpr=CPR)
    with rejecting(ArchiveJournal, "journalise"):
        assert executed(run) == Status.HELD
        assert not Case.objects.filter(inquiry=run.subject_id).exists()
        by_hand(run, "journalise", sofie, **JOURNALISED)
    record = run.step_records.get()
    case = Case.objects.get(inquiry=run.subject_id)
    assert (record.act_id, record.done_by, record.result["case"]) == (
        None,
        str(sofie.pk),
        case.number,
    )
    entry = JournalEntry.objects.get(case=case)
    assert (entry.actor_kind, entry.actor) == (ActorKind.USER, "sofie")
    assert (entry.status, entry.esdh_case_id, entry.esdh_document_id) == (
        "receipted",
        "S-2026-17",
        "D-4711",
    )
    assert case.parties.get().sealed_cpr is not None
    assert executed(run) == Status.DONE
    assert [act.step for act in Act.objects.order_by("acted_at")] == ["receipt", "send", "forward"]
    (helped,) = RegistryEvent.objects.filter(kind="retried")
    assert (helped.body["user"], helped.body["hand"]) == (
        sofie.pk,
        {"run_id": str(run.id), "step": "journalise", "result": dict(record.result)},
    )
    assert CPR not in str(helped.body)


def test_each_file_has_its_number(start: Callable[..., Run], sofie: User) -> None:
    file = NewAttachment(name="billede.txt", media_type="text/plain", content=b"Hul")
    run = start(file)
    with rejecting(ArchiveJournal, "journalise"):
        executed(run)
    with pytest.raises(Refused, match="har 1 bilag, men du har skrevet 0 numre"):
        by_hand(run, "journalise", sofie, **JOURNALISED)
    assert not Case.objects.filter(inquiry=run.subject_id).exists(), "nothing half done is left"
    with pytest.raises(Refused, match="brugt til et andet dokument"):
        by_hand(run, "journalise", sofie, **JOURNALISED | {"esdh_files": "D-4711"})
    by_hand(run, "journalise", sofie, **JOURNALISED | {"esdh_files": "D-4712"})
    assert set(JournalEntry.objects.values_list("esdh_document_id", flat=True)) == {
        "D-4711",
        "D-4712",
    }


def test_the_acknowledgement_that_was_sent_is_journalised_too(
    triaged: Callable[..., Inquiry], sofie: User, settings: Any
) -> None:
    settings.KODEKS_SMTP_HOST = "post.example.invalid"
    settings.KODEKS_MAIL_FROM = "kommunen@example.invalid"
    inquiry = triaged(address="bo@example.invalid")
    acknowledging.give(inquiry_id=str(inquiry.id))
    decision = deciding.decide(
        inquiry_id=inquiry.id, user=sofie, choice="accept", label="", own_consideration="Hul."
    )
    run = Run.objects.get(decision_id=decision.id)
    with rejecting(ArchiveJournal, "journalise"):
        executed(run)
    with pytest.raises(Refused, match="fik en kvittering den"):
        by_hand(run, "journalise", sofie, **JOURNALISED)
    assert not Document.objects.exists(), "nothing half done is left"
    by_hand(run, "journalise", sofie, **JOURNALISED | {"esdh_acknowledgement": "D-4712"})
    entry = JournalEntry.objects.get(document__type=acknowledging.TYPE)
    assert (entry.esdh_case_id, entry.esdh_document_id) == ("S-2026-17", "D-4712")
    assert (entry.actor, entry.status) == ("sofie", "receipted")
    assert entry.theme.startswith("Bekræftelse af henvendelse")


def test_a_letter_written_and_sent_by_hand_is_not_sent_again(
    start: Callable[..., Run], sofie: User
) -> None:
    run = start(sender_name="Testine Testesen", sender_cpr=CPR)
    with rejecting(ArchiveJournal, "journalise"):
        executed(run)
        by_hand(run, "journalise", sofie, **JOURNALISED)
        assert executed(run) == Status.HELD
    with pytest.raises(Refused, match="CPR"):
        by_hand(run, "receipt", sofie, **letter_facts(text=f"Om {CPR[:6]}-{CPR[6:]}"))
    by_hand(run, "receipt", sofie, **letter_facts())
    assert executed(run) == Status.DONE
    dispatch = Dispatch.objects.get()
    assert (dispatch.channel, dispatch.message_id) == ("hand", "REK-1")
    letter = Document.objects.get(type="letter")
    assert bytes(letter.content).startswith(b"%PDF")
    assert JournalEntry.objects.get(document=letter).esdh_case_id == "S-2026-17"
    assert run.step_records.get(step="send").result["dispatch"] == str(dispatch.id)
    # For the case's party, at the robot's try and by hand; not again for a letter that is out.
    assert RegistryEvent.objects.filter(kind="unmasking").count() == 2


def test_only_the_sending_by_hand(start: Callable[..., Run], sofie: User) -> None:
    run = start(sender_cpr=CPR)
    with rejecting(OutboxFolder, "send"):
        assert executed(run) == Status.HELD
    facts = {"sent_on": timezone.localdate().isoformat(), "receipt": "REK-2"}
    by_hand(run, "send", sofie, **facts)
    assert executed(run) == Status.DONE
    assert run.step_records.get(step="send").result["message"] == "REK-2"
    assert run.step_records.get(step="forward").act_id is not None
    other = start(sender_cpr=CPR)
    with rejecting(OutboxFolder, "send"):
        executed(other)
    with pytest.raises(Refused, match="brugt til et andet brev"):
        by_hand(other, "send", sofie, **facts)


def test_a_case_handed_on_by_hand_is_the_departments(
    start: Callable[..., Run], sofie: User
) -> None:
    run = start()
    case_of = Case.objects.filter(inquiry=run.subject_id)
    with pytest.MonkeyPatch.context() as patch:

        def refuse(*_: Any, **__: Any) -> None:
            raise forwarding.BusinessError("distribution", "Systemet siger nej.")

        patch.setattr(forwarding, "given", refuse)
        assert executed(run) == Status.HELD
    unit = case_of.get().unit
    type(unit).objects.filter(id=unit.id).update(distribution="kle")
    with pytest.raises(Refused, match="Skriv sagens nummer hos afdelingen"):
        by_hand(run, "forward", sofie, reference="")
    by_hand(run, "forward", sofie, reference="VEJ-99")
    assert run.status == Status.DONE
    assert not InboxItem.objects.filter(kind="inquiry", handled_at=None).exists()
    result = run.step_records.get(step="forward").result
    assert result == {"reference": "VEJ-99", "unit": unit.code}


def test_a_letter_by_hand_about_what_was_laid_on_anothers_case_names_its_own_sender(
    start: Callable[..., Run], triaged: Callable[..., Inquiry], sofie: User
) -> None:
    first = start(sender_name="Første Prøve")
    assert executed(first) == Status.DONE
    again = triaged("Der er rotter i kælderen.", sender_name="Anden Prøve")
    decision = deciding.decide(
        inquiry_id=again.id,
        user=sofie,
        choice="own",
        label="rotter",
        own_consideration="Det samme.",
        wish=Wish(duplicate_of=first.subject_id),
    )
    run = Run.objects.get(decision_id=decision.id)

    def refuse(*_: Any, **__: Any) -> None:
        raise forwarding.BusinessError("letter", "Brevet kan ikke skrives.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joining, "told", refuse)
        assert executed(run) == Status.HELD
    by_hand(run, "receipt", sofie, **letter_facts())
    letter = Document.objects.get(id=run.step_records.get(step="receipt").result["document"])
    pdf = pypdfium2.PdfDocument(io.BytesIO(bytes(letter.content)))
    text = " ".join(page.get_textpage().get_text_range() for page in pdf)
    assert "Anden Prøve" in text
    assert "Første Prøve" not in text
