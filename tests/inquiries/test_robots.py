# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot Visitator on the real database: case, journal, letter and inbox, and nothing twice."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import deciding
import nearby
import pikepdf
import psycopg
import pypdfium2
import pytest
import zxingcpp
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg import sql

from kodeks.casework.models import Case, Document, InboxItem, JournalEntry, JournalStatus, Party
from kodeks.casework.ports import PortError, PortRejected
from kodeks.connectors.archive import ArchiveJournal
from kodeks.inquiries import letters, selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import stewardship, witnessing
from kodeks.kernel.errors import SystemStopped
from kodeks.kernel.models import Act, User
from kodeks.ledger import receipt, slip
from kodeks.robots import engine, maintenance
from kodeks.robots.models import Run, Status, StepRecord
from kodeks.robots.worker import run_worker

CPR = "040578-1234"
CANARY = "kanariefuglevej"


@pytest.fixture
def decided(triaged: Callable[..., Inquiry], sofie: User) -> Callable[..., tuple[Inquiry, Run]]:
    def decide(choice: str = "accept", **options: Any) -> tuple[Inquiry, Run]:
        inquiry = triaged(**options)
        decision = deciding.decide(
            inquiry_id=inquiry.id,
            user=sofie,
            choice=choice,
            label="",
            own_consideration="Asfalten mangler.",
        )
        return inquiry, Run.objects.get(decision_id=decision.id)

    return decide


def forwarded() -> int:
    return InboxItem.objects.filter(kind="inquiry").count()


def executed(run: Run) -> Run:
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    return run


@pytest.mark.django_db(transaction=True)
def test_the_robot_opens_a_case_journalises_writes_and_forwards(
    decided: Callable[..., tuple[Inquiry, Run]], journal_folder: Path
) -> None:
    inquiry, run = decided(sender_name="Testine Testesen", sender_cpr="7101900000")
    assert executed(run).status == Status.DONE
    inquiry.refresh_from_db()
    case = inquiry.case
    assert case is not None
    assert (case.kle.number, case.facet, case.unit.code) == ("05.01.08", "G01", "vej-og-trafik")
    assert "Testine" not in case.title
    party = Party.objects.get(case=case)
    assert (party.kind, party.name) == ("cpr", "Testine Testesen")
    incoming, letter = Document.objects.filter(case=case).order_by("created_at")
    assert bytes(incoming.content).decode() == inquiry.text
    assert bytes(letter.content).startswith(b"%PDF")
    entries = JournalEntry.objects.filter(case=case)
    assert {entry.document_id for entry in entries} == {incoming.id, letter.id}
    assert all(entry.status == JournalStatus.RECEIPTED for entry in entries)
    assert all(entry.esdh_document_id for entry in entries)
    assert InboxItem.objects.get(case=case, kind="inquiry").unit.code == "vej-og-trafik"
    assert Act.objects.filter(decision_id=inquiry.decision_id).count() == 4
    check = ArchiveJournal(folder=journal_folder).verify()
    assert (check.checked, check.is_whole) == (2, True)


@pytest.mark.django_db(transaction=True)
def test_the_letter_waits_for_its_receipt_and_carries_it(
    decided: Callable[..., tuple[Inquiry, Run]], settings: Any
) -> None:
    settings.KODEKS_RECEIPT_WAIT = 60
    inquiry, run = decided(sender_name="Testine Testesen")
    for _ in range(20):
        wait = engine.execute(run_id=run.id)
        assert wait is not None
        assert engine.NOT_READY_FIRST <= wait < engine.NOT_READY_LONGEST
        run.refresh_from_db()
        # Waiting is no failure: a run that failed twelve times would be held.
        assert (run.status, run.attempts) == (Status.QUEUED, 0)
    assert Document.objects.filter(case__isnull=False).count() == 1
    nearby.publish()
    assert executed(run).status == Status.DONE
    letter = Document.objects.get(media_type="application/pdf")
    code, file = printed(bytes(letter.content))
    rules = witnessing.in_force()
    found = receipt.verify(file, trusted_key=None, trusted_policy=rules)
    assert found.body["id"] == str(inquiry.decision_id or run.decision_id)
    seen = slip.verify_slip(code.encode(), trusted_policy=rules)
    assert seen.leaf["id"] == found.body["id"]
    assert seen.is_about(found.body)
    assert len(seen.cosignatures) == 3


@pytest.mark.django_db(transaction=True)
def test_after_a_minute_the_letter_is_written_and_says_where_the_receipt_will_be(
    decided: Callable[..., tuple[Inquiry, Run]], settings: Any
) -> None:
    settings.KODEKS_RECEIPT_WAIT = 0
    _, run = decided(sender_name="Testine Testesen")
    assert executed(run).status == Status.DONE
    letter = bytes(Document.objects.get(media_type="application/pdf").content)
    assert printed(letter) == ("", b"")
    words = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(letter))
    assert "Din kvittering var ikke klar" in " ".join(words.split())


@pytest.mark.django_db(transaction=True)
def test_without_witnesses_no_letter_waits_for_what_cannot_come(
    decided: Callable[..., tuple[Inquiry, Run]],
    settings: Any,
    as_owner: psycopg.Connection[tuple[object, ...]],
) -> None:
    settings.KODEKS_RECEIPT_WAIT = 60
    as_owner.execute("""SELECT kernel.register_witnesses('{"witnesses": [], "quorum": 0}')""")
    _, run = decided()
    assert executed(run).status == Status.DONE


@pytest.mark.django_db(transaction=True)
def test_a_receipt_that_no_code_has_room_for_is_attached_alone(
    decided: Callable[..., tuple[Inquiry, Run]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slip, "MAX_SIZE", 100)
    _, run = decided()
    nearby.publish()
    assert executed(run).status == Status.DONE
    letter = bytes(Document.objects.get(media_type="application/pdf").content)
    code, file = printed(letter)
    assert code == ""
    assert receipt.verify(file, trusted_key=None, trusted_policy=witnessing.in_force()).trusted
    words = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(letter))
    assert "er filen kvittering.json" in " ".join(words.split())


def printed(pdf: bytes) -> tuple[str, bytes]:
    """The text of the letter's QR code, as a telephone reads it, and the attached receipt."""
    images = [page.render(scale=200 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    codes = [found.text for image in images for found in zxingcpp.read_barcodes(image)]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        name = "kvittering.json"
        attached = name in document.attachments
        file = document.attachments[name].get_file().read_bytes() if attached else b""
    return "".join(codes), file


@pytest.mark.django_db
def test_a_rejected_suggestion_goes_to_the_common_desk(
    decided: Callable[..., tuple[Inquiry, Run]],
) -> None:
    inquiry, run = decided("reject")
    executed(run)
    inquiry.refresh_from_db()
    assert inquiry.case is not None
    assert inquiry.case.unit == selectors.topic(services.OUT_OF_SCOPE).unit


@pytest.mark.django_db
def test_the_letter_says_whether_artificial_intelligence_was_used(
    triaged: Callable[..., Inquiry], sofie: User
) -> None:
    said = []
    for choice in ("accept", "own"):
        inquiry = triaged()
        decision = deciding.decide(
            inquiry_id=inquiry.id,
            user=sofie,
            choice=choice,
            label="vejskade",
            own_consideration="Asfalten mangler.",
        )
        said.append(letters.how_it_was_done(decision))
    with_it, without = said
    assert "Et program med kunstig intelligens foreslog et emne" in with_it
    assert "ikke brugt kunstig intelligens" in without
    assert all("Sofie Prøvesen" in sentence for sentence in said)


@pytest.mark.django_db
def test_when_the_journal_says_no_the_run_is_held_with_its_words(
    decided: Callable[..., tuple[Inquiry, Run]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: ArchiveJournal, *, record: Any) -> None:
        raise PortRejected("Sagen er lukket i journalen. Genåbn den.")

    monkeypatch.setattr(ArchiveJournal, "journalise", refuse)
    inquiry, run = decided()
    assert executed(run).status == Status.HELD
    assert run.held_reason == "Sagen er lukket i journalen. Genåbn den."
    inquiry.refresh_from_db()
    assert inquiry.case is None
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_when_the_journal_is_away_the_robot_tries_again_and_does_nothing_twice(
    decided: Callable[..., tuple[Inquiry, Run]], monkeypatch: pytest.MonkeyPatch
) -> None:
    original, fails = ArchiveJournal.journalise, ["receipt"]

    def sometimes(self: ArchiveJournal, *, record: Any) -> Any:
        if fails and record.direction == "outgoing":
            fails.pop()
            raise PortError("Ingen forbindelse")
        return original(self, record=record)

    monkeypatch.setattr(ArchiveJournal, "journalise", sometimes)
    _, run = decided()
    assert executed(run).status == Status.QUEUED
    assert list(run.step_records.values_list("step", flat=True)) == ["journalise"]
    assert executed(run).status == Status.DONE
    assert (Case.objects.count(), Document.objects.count(), forwarded()) == (1, 2, 1)


@pytest.mark.django_db
def test_a_stopped_system_holds_the_robot_back(
    decided: Callable[..., tuple[Inquiry, Run]], stop: Callable[[], None]
) -> None:
    _, run = decided()
    stop()
    assert executed(run).status == Status.WAITING
    assert not Case.objects.exists()
    assert not Act.objects.exists()


EVIDENCE = """
    SELECT kernel.register_evidence(
        system_id, kind, title, sha256, signer_id, valid_from, valid_to, {})
    FROM kernel_evidence WHERE kind = 'test_report' AND system_id = 'inquiries'
    ORDER BY id DESC LIMIT 1
"""
ASSIGN = "SELECT kernel.assign('inquiries', 'Fælles Service', {}, {})"
PERSON = "(SELECT id FROM kernel_user WHERE username = '{}')"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("code", "comes", "goes"),
    [
        ("no_test_report", EVIDENCE.format("true"), EVIDENCE.format("false")),
        (
            "no_owner",
            ASSIGN.format("NULL", "NULL"),
            ASSIGN.format(PERSON.format("merete"), PERSON.format("bodil")),
        ),
        (
            "release_revoked",
            "SELECT kernel.revoke_release('inquiries', 'demo-1', "
            + PERSON.format("merete")
            + ", 'Den svarer forkert.')",
            "",
        ),
    ],
)
def test_whatever_is_in_the_way_of_the_system_lets_the_robot_wait(
    decided: Callable[..., tuple[Inquiry, Run]],
    arrived: Callable[..., Inquiry],
    page: Client,
    as_owner: psycopg.Connection[Any],
    code: str,
    comes: str,
    goes: str,
) -> None:
    _, run = decided()
    inquiry = arrived()
    as_owner.execute(comes)
    assert executed(run).status == Status.WAITING
    assert maintenance.resume_waiting() == 0
    with pytest.raises(SystemStopped) as stopped:
        services.triage(inquiry_id=str(inquiry.id))
    assert stopped.value.code == code
    shown = page.get(reverse("inquiries:inquiry", args=[inquiry.id])).content.decode()
    assert "Systemet kan ikke køre" in shown
    assert not Case.objects.exists()
    assert not Act.objects.exists()
    if goes:
        as_owner.execute(goes)
        stewardship.attest(system=services.SYSTEM, user=User.objects.get(username="merete"))
        assert maintenance.resume_waiting() == 1
        assert executed(run).status == Status.DONE
        services.triage(inquiry_id=str(inquiry.id))


@pytest.mark.django_db(transaction=True)
def test_the_whole_line_through_the_page_and_a_worker_and_no_cpr_number_anywhere(
    client: Client,
    as_owner: psycopg.Connection[Any],
    journal_folder: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    client.force_login(User.objects.get(username="sofie"))
    typed = {
        "submission": "0f0f0f0f-0000-4000-8000-000000000001",
        "text": f"Hul i vejen på {CANARY}. Mit nummer er {CPR} eller {CPR.replace('-', '')}.",
        "channel": "telefonnotat",
        "sender_name": f"Test Testesen {CPR}",
        "sender_cpr": CPR,
        "district": f"Nord {CPR}",
    }
    assert client.post(reverse("inquiries:new"), typed).status_code == 302
    run_worker(stop_when_idle=True)
    inquiry = Inquiry.objects.get()
    assert inquiry.recommendation_id is not None
    assert client.get(reverse("inquiries:inquiry", args=[inquiry.id])).status_code == 200
    answer = client.post(
        reverse("inquiries:decide", args=[inquiry.id]),
        {"choice": "accept", "own_consideration": f"{CPR} skriver om et hul ved {CANARY}."},
    )
    assert answer.status_code == 302
    run_worker(stop_when_idle=True)
    assert Run.objects.get().status == Status.DONE
    assert StepRecord.objects.count() == 4
    assert not ProcrastinateJob.objects.exists()
    inquiry.refresh_from_db()
    assert inquiry.case is not None
    # The inquiry, the acknowledgement that it got at once, and the letter after the decision.
    titles = JournalEntry.objects.filter(case=inquiry.case).values_list("theme", flat=True)
    assert sorted(one.partition(" ")[0] for one in titles) == [
        "Bekræftelse",
        "Henvendelse",
        "Kvittering",
    ]
    shown = client.get(reverse("inquiries:inquiry", args=[inquiry.id])).content.decode()

    logs = caplog.text + "".join(capfd.readouterr())
    places = _tables_with(as_owner, CANARY)
    files = [path.read_bytes() for path in journal_folder.rglob("*") if path.is_file()]
    # The search itself finds what is meant to be there.
    assert {"inquiries_inquiry", "casework_document"} <= places
    # What the kernel keeps of a text is sealed, and its ledger has the commitment only.
    assert not any(place.startswith("kernel_") for place in places)
    assert not {"procrastinate_jobs", "procrastinate_events"} & places
    assert not any(place.startswith("robots_") for place in places)
    assert any(CANARY.encode() in content for content in files)
    assert CANARY not in logs
    for number in (CPR, CPR.replace("-", "")):
        assert _tables_with(as_owner, number) == set()
        assert not any(number.encode() in content for content in files)
        assert number not in shown
        assert number not in logs


@pytest.mark.django_db(transaction=True)
def test_the_queue_holds_ids_only_while_jobs_wait(as_owner: psycopg.Connection[Any]) -> None:
    services.receive(
        external_id="kø", text=f"{CANARY} {CPR}", channel="web", sender_cpr=CPR.replace("-", "")
    )
    assert ProcrastinateJob.objects.filter(status="todo").count() == 1
    assert "inquiries_inquiry" in _tables_with(as_owner, CANARY)
    assert "procrastinate_jobs" not in _tables_with(as_owner, CANARY)
    assert _tables_with(as_owner, CPR) == set()


def _tables_with(owner: psycopg.Connection[Any], text: str) -> set[str]:
    """The tables with a row that holds the text, as text or as bytes."""
    found = set()
    for table in connection.introspection.table_names():
        query = sql.SQL(
            "SELECT EXISTS (SELECT FROM {} AS t"
            " WHERE strpos(t::text, %s) + strpos(t::text, %s) > 0)"
        ).format(sql.Identifier(table))
        row = owner.execute(query, [text, text.encode().hex()]).fetchone()
        assert row is not None
        if row[0]:
            found.add(table)
    return found
