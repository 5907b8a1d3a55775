# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Retrainings that come to no release: refused, ended by a person, or never begun."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import transaction
from gate import django_as_owner
from procrastinate.contrib.django.models import ProcrastinateJob
from retrainings import DECIDED, OLD, approved, asked, learn_of, person, present, rows, to_the_end

from kodeks.demo import municipality
from kodeks.inquiries import releases
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.learning import reports, runs, signing, steps
from kodeks.inquiries.models import Retraining, RetrainingEnd
from kodeks.kernel import api as kernel
from kodeks.kernel import releases as kernel_releases
from kodeks.kernel.models import RegistryEvent, Release
from kodeks.robots import schedules

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def poisoned(line: Any) -> tuple[Retraining, RetrainingEnd]:
    """Learned from texts whose topics were moved to the next one."""
    labels = sorted({one.label for one in OLD})
    wrong = rows(lambda n, label: labels[(labels.index(label) + 1) % len(labels)])[::2]
    learn_of("Byttede emner", wrong)
    run = runs.ask(user=person("anders"))
    return run, to_the_end(run)


def test_a_model_that_learned_wrong_labels_is_refused_with_figures_and_reasons(
    poisoned: Any,
) -> None:
    run, end = poisoned
    assert end.outcome == "refused"
    assert any("Så ofte er det første forslag rigtigt" in one for one in end.reasons)
    event = RegistryEvent.objects.get(id=end.event_id)
    assert (event.body["outcome"], event.body["reasons"]) == ("refused", end.reasons)
    accuracy = next(one for one in end.figures if one["measure"] == "accuracy")
    assert float(accuracy["new"]) < 0.3 < float(accuracy["old"])
    assert not steps.folder_of(run).exists()
    assert reports.told(run.id).changed > len(DECIDED) / 2


def test_what_was_refused_is_released_by_nobody(poisoned: Any, line: Any, tmp_path: Path) -> None:
    run, _ = poisoned
    signer = municipality.signer("anders")
    with django_as_owner(line), pytest.raises(InquiryError, match="kan ikke frigives"):
        signing.propose(run=str(run.id), version="gift", author=person("anders"), signer=signer)
    # Nor under a permit of one's own, past the comparison, whatever it was given for.
    for phase in ("retraining", "development"):
        folder = tmp_path / phase
        trained_by_hand(folder, phase)
        with django_as_owner(line), pytest.raises(kernel.Refused) as refused:
            proposed_by_hand(folder, "udenom")
        assert refused.value.code == "not_compared"
    assert "Der er en model i drift" in refused.value.message
    assert releases.is_one_in_operation()
    assert not Release.objects.filter(version__in=["gift", "udenom"]).exists()


def trained_by_hand(folder: Path, phase: str, first: str = "rotter") -> None:
    small = [one for one in OLD if one.label in (first, "vejskade", "andet")]
    releases.train(
        texts=[one.text for one in small],
        labels=[one.label for one in small],
        divided_by={},
        sha256="ab" * 32,
        user=person("anders"),
        folder=folder,
        phase=phase,
    )


def proposed_by_hand(folder: Path, version: str) -> None:
    releases.propose(
        source=folder,
        version=version,
        author=person("anders"),
        signer=municipality.signer("anders"),
        small_groups="Prøve.",
    )


def test_only_where_none_is_in_operation_one_comes_in_without_a_comparison(
    line: Any, tmp_path: Path
) -> None:
    version = present().version
    trained_by_hand(tmp_path / "a", "development")
    trained_by_hand(tmp_path / "b", "development", "stoej")
    with django_as_owner(line), transaction.atomic():
        kernel_releases.revoke(
            system="inquiries",
            version=version,
            user=person("dorte"),
            reason="Den svarer forkert.",
        )
        assert not releases.is_one_in_operation()
        # Two are proposed while there is none; only the first to be approved is the first.
        proposed_by_hand(tmp_path / "a", "foerste")
        proposed_by_hand(tmp_path / "b", "anden")
        approved("foerste")
        with pytest.raises(kernel.Refused) as refused, transaction.atomic():
            approved("anden")
        assert refused.value.code == "not_compared"
        transaction.set_rollback(True)


def test_the_history_of_a_run_cannot_be_changed(poisoned: Any, line: Any) -> None:
    assert poisoned
    for statement in (
        "UPDATE inquiries_retrainingend SET outcome = 'passed'",
        "DELETE FROM inquiries_retrainingend",
        "UPDATE inquiries_retraining SET terms = '{}'",
        "DELETE FROM inquiries_retrainingstep",
    ):
        with pytest.raises(psycopg.Error, match=r"kan ikke ændres|permission denied"):
            line.application.execute(statement)


def test_a_passed_end_is_not_written_without_permit_and_comparison(line: Any) -> None:
    run = Retraining.objects.create(
        technician=person("anders"), asked_at="2026-11-27T00:00Z", terms=asked().as_json()
    )
    forged = (
        "INSERT INTO inquiries_retrainingend (run_id, outcome, reasons, figures, permit_id, rows,"
        " sha256, artefact_sha256, compared_with, ended_at, event_id)"
        " VALUES (%s, 'passed', '[]', %s, %s, 1, %s, %s, %s, now(), gen_random_uuid())"
    )
    digest = "cd" * 32
    for figures, permit in (("[]", None), ('[{"a": "b"}]', str(uuid.uuid4()))):
        with pytest.raises(psycopg.Error, match=r"ikke prøvet mod|ikke trænet under"):
            line.application.execute(forged, (run.id, figures, permit, digest, digest, digest))
    runs.abandon(run_id=run.id, user=person("merete"), reason="Prøve.")


# --- who may, and when it is refused at once


@pytest.mark.parametrize("username", ["sofie", "dorte", "testine"])
def test_others_may_not_begin_one(line: Any, username: str) -> None:
    with pytest.raises(InquiryError, match="ikke ret til at starte"):
        runs.ask(user=person(username))


def test_too_few_decisions_are_refused_with_a_sentence_before_anything_is_trained(
    line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "KODEKS_RETRAINING_LEAST", 10_000)
    learn_of("Få sager", rows()[:5])
    run = runs.ask(user=person("anders"))
    with pytest.raises(InquiryError, match="i gang"):
        runs.ask(user=person("anders"))
    runs.advance(run_id=str(run.id))
    end = RetrainingEnd.objects.get(run=run)
    assert (end.outcome, end.artefact_sha256) == ("refused", "")
    assert "Der skal være mindst 10000" in end.reasons[0]
    runs.advance(run_id=str(run.id))
    assert RetrainingEnd.objects.filter(run=run).count() == 1


def test_a_person_ends_a_run_with_a_reason_and_its_job_comes_to_nothing(line: Any) -> None:
    run = runs.ask(user=person("anders"))
    with pytest.raises(InquiryError, match="Skriv hvorfor"):
        runs.abandon(run_id=run.id, user=person("merete"), reason=" ")
    with pytest.raises(InquiryError, match="ikke ret"):
        runs.abandon(run_id=run.id, user=person("sofie"), reason="Nej.")
    end = runs.abandon(run_id=run.id, user=person("merete"), reason="Vi venter en uge.")
    assert (end.outcome, end.reasons) == ("abandoned", ["Vi venter en uge."])
    runs.advance(run_id=str(run.id))
    assert not run.steps.exists()
    assert runs.unfinished() is None
    # Its job may wait still. The next run does not depend on it.
    after = runs.ask(user=person("anders"))
    waiting = ProcrastinateJob.objects.filter(args__name=runs.TASK, status="todo")
    assert waiting.filter(args__arguments__run_id=str(after.id)).count() == 1
    runs.abandon(run_id=after.id, user=person("anders"), reason="Den var til prøven.")


def test_the_schedule_is_off_until_a_technician_stands_behind_it(line: Any) -> None:
    schedules.change(name=runs.SCHEDULE, is_on=False, reason="Pause.", user=person("anders"))
    assert runs.on_schedule() is None
    before = Retraining.objects.count()
    runs.ask_by_schedule()
    assert Retraining.objects.count() == before
    with pytest.raises(InquiryError, match="Ingen tekniker"):
        runs.ask(user=person("merete"))
    schedules.change(name=runs.SCHEDULE, is_on=True, reason="I gang.", user=person("anders"))
    runs.ask_by_schedule()
    run = Retraining.objects.latest("asked_at")
    assert (run.technician, run.asked_by) == (person("anders"), None)
    # Long work lies behind all other.
    waiting = ProcrastinateJob.objects.filter(args__name=runs.TASK, status="todo")
    assert waiting.get(args__arguments__run_id=str(run.id)).priority < 0
    runs.abandon(run_id=run.id, user=person("anders"), reason="Prøven er slut.")
