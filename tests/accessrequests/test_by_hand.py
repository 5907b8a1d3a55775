# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A caseworker does the steps that the robot Aktindsigt could not, and the robot goes on after."""

from __future__ import annotations

import io
import zipfile

import pytest
from access_cases import answer
from django.utils import timezone

from kodeks.accessrequests import robots
from kodeks.casework.models import ActorKind, CaseState, Dispatch, Document, JournalEntry
from kodeks.casework.ports import PortRejected
from kodeks.connectors.archive import ArchiveJournal
from kodeks.kernel.errors import Refused
from kodeks.robots import engine, tasklist
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db
TEXT = "Kære borger.\n\nHer er det, du bad om."


def executed(run: Run) -> str:
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    return run.status


def by_hand(run: Run, step: str, user, **facts: str) -> None:
    tasklist.done_by_hand(run=run, step=step, note="Gjort i ESDH.", user=user, facts=facts)
    run.refresh_from_db()


def test_documents_journalised_and_written_by_hand_come_into_the_robots_package(
    found, sofie, monkeypatch
):
    def refuse(*_, **__):
        raise PortRejected("Systemet siger nej.")

    request = found()
    run = Run.objects.get(decision_id=answer(request, sofie).id)
    with monkeypatch.context() as patch:
        patch.setattr(ArchiveJournal, "journalise", refuse)
        assert executed(run) == Status.HELD
        by_hand(run, "journalise", sofie, esdh_case="S-1", esdh_document="D-1")
        assert executed(run) == Status.HELD
        with pytest.raises(Refused, match="brugt til et andet dokument"):
            by_hand(run, "list", sofie, esdh_document="D-1", text=TEXT)
        by_hand(run, "list", sofie, esdh_document="D-2", text=TEXT)
        assert executed(run) == Status.HELD
        by_hand(run, "letter", sofie, esdh_document="D-3", text=TEXT)
    assert executed(run) == Status.DONE
    content = Document.objects.get(case=request.case, type=robots.PACKAGE).content
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as packed:
        names = packed.namelist()
    assert {
        "Liste over dokumenter til aktindsigt (afskrift).pdf",
        "Svar på anmodning om aktindsigt (afskrift).pdf",
    } <= set(names)
    entries = JournalEntry.objects.filter(case=request.case, actor_kind=ActorKind.USER)
    assert set(entries.values_list("esdh_case_id", "esdh_document_id")) == {
        ("S-1", "D-1"),
        ("S-1", "D-2"),
        ("S-1", "D-3"),
    }


def test_copies_made_elsewhere_are_given_by_the_person_who_made_them(found, sofie, monkeypatch):
    request = found()
    run = Run.objects.get(decision_id=answer(request, sofie).id)
    with monkeypatch.context() as patch:
        patch.setattr(
            "kodeks.accessrequests.sources.CaseworkSource.fetch",
            lambda self, document_id: b"andet",
        )
        assert executed(run) == Status.HELD
    by_hand(run, "redact", sofie)
    assert executed(run) == Status.HELD
    assert "lavet kopierne et andet sted" in run.held_reason
    assert not Document.objects.filter(case=request.case, type=robots.PACKAGE).exists()
    today = timezone.localdate().isoformat()
    by_hand(run, "deliver", sofie, esdh_document="D-9")
    # A letter without the copies is not sent by the robot either.
    assert executed(run) == Status.HELD
    assert "lavet kopierne et andet sted" in run.held_reason
    assert not Dispatch.objects.filter(document__case=request.case).exists()
    by_hand(run, "send", sofie, given_on=today)
    assert run.status == Status.DONE
    assert Dispatch.objects.get(document__case=request.case).channel == "hand"
    request.refresh_from_db()
    assert request.delivered_at is not None
    assert request.case.state == CaseState.CLOSED
