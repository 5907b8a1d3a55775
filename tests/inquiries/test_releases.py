# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Training under a permit, and what is refused before a model is sealed (see tests/cli too)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kodeks.codex import keys
from kodeks.demo import corpus, municipality
from kodeks.inquiries import releases
from kodeks.inquiries.engine.errors import TrainingError
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.errors import InquiryError
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import DatasetReading, Permit, User

pytest.importorskip("sklearn")
pytestmark = pytest.mark.django_db

SHA256 = "ab" * 32
LABELS = ("rotter", "vejskade", "andet")
HISTORY = [one for one in corpus.history() if one.label in LABELS]


def train(user: User, folder: Path, **changes: Any) -> TriageModel:
    given = {
        "texts": [one.text for one in HISTORY],
        "labels": [one.label for one in HISTORY],
        "divided_by": {"channel": [one.channel for one in HISTORY]},
        "sha256": SHA256,
    }
    return releases.train(**(given | changes), user=user, folder=folder)


@pytest.fixture
def anders(person: Callable[[str], User]) -> User:
    return person("anders")


@pytest.mark.parametrize("phase", ["development", "retraining"])
def test_training_is_under_a_permit_and_its_data_are_written_down(
    anders: User, tmp_path: Path, phase: str
) -> None:
    before = timezone.now()
    model = train(anders, tmp_path / "model", phase=phase)
    permit = Permit.objects.get(user=anders, opened_at__gte=before)
    assert (permit.system_id, permit.phase, permit.purpose) == ("inquiries", phase, "improvement")
    reading = DatasetReading.objects.get(permit=permit)
    assert (reading.source, reading.fields) == ("henvendelse", ["text", "topic"])
    assert (reading.rows, reading.sha256) == (len(HISTORY), SHA256)
    provenance = json.loads((tmp_path / "model" / "provenance.json").read_text())
    assert provenance == {"artefact_sha256": model.artefact.sha256, "permit": str(permit.id)}
    stored = TriageModel.load(tmp_path / "model")
    assert stored.artefact.sha256 == model.artefact.sha256
    assert {one["attribute"] for one in stored.groups} == {"channel"}


@pytest.mark.parametrize("username", ["sofie", "merete", "dorte", "testine"])
def test_only_a_technician_trains_under_a_permit(
    person: Callable[[str], User], tmp_path: Path, username: str
) -> None:
    before = Permit.objects.count()
    with pytest.raises(Refused) as refusal:
        train(person(username), tmp_path / "model")
    assert refusal.value.code == "no_right"
    assert Permit.objects.count() == before
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("phase", ["operation", "flyv", ""])
def test_a_phase_in_which_nothing_is_trained_is_refused(
    anders: User, tmp_path: Path, phase: str
) -> None:
    with pytest.raises(InquiryError, match="Vælg en af: development, retraining"):
        train(anders, tmp_path, phase=phase)


def test_nothing_is_trained_while_the_system_is_stopped(
    anders: User, tmp_path: Path, stop: Callable[[], None]
) -> None:
    stop()
    with pytest.raises(SystemStopped):
        train(anders, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_examples_that_give_no_model_are_told_and_leave_none(anders: User, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="mindst to forskellige"):
        train(anders, tmp_path / "model", labels=["rotter"] * len(HISTORY))
    assert not (tmp_path / "model").exists()


# --- the technician's half, as far as it goes without the owner's rights


@pytest.fixture(scope="module")
def small() -> TriageModel:
    from kodeks.inquiries.engine import training

    return training.train(
        texts=[one.text for one in HISTORY], labels=[one.label for one in HISTORY]
    )


def propose(anders: User, source: Path) -> TriageModel:
    signer = municipality.signer("anders")
    return releases.propose(source=source, version="ny", author=anders, signer=signer)


@pytest.mark.parametrize(
    "provenance",
    [
        None,
        "",
        "[]",
        "null",
        "{}",
        '{"artefact_sha256": 1, "permit": "x"}',
        '{"artefact_sha256": "{sha256}"}',
        '{"artefact_sha256": "{sha256}", "permit": "x"}',
        '{"artefact_sha256": "{sha256}", "permit": 1}',
        '{"artefact_sha256": "{sha256}", "permit": null}',
        '{"artefact_sha256": "' + SHA256 + '", "permit": "{permit}"}',
    ],
)
def test_a_model_without_a_permit_of_its_own_is_not_released(
    anders: User, small: TriageModel, tmp_path: Path, provenance: str | None
) -> None:
    small.save(tmp_path)
    if provenance is not None:
        permit = Permit.objects.filter(phase="development").latest("opened_at")
        text = provenance.replace("{sha256}", small.artefact.sha256)
        (tmp_path / "provenance.json").write_text(text.replace("{permit}", str(permit.id)))
    with pytest.raises(InquiryError, match="ikke trænet under en tilladelse"):
        propose(anders, tmp_path)


def test_a_provenance_that_is_no_text_is_refused(
    anders: User, small: TriageModel, tmp_path: Path
) -> None:
    small.save(tmp_path)
    (tmp_path / "provenance.json").write_bytes(b"\xff\xfe")
    with pytest.raises(InquiryError, match="ikke trænet under en tilladelse"):
        propose(anders, tmp_path)


def test_a_model_with_topics_that_are_not_on_the_list_is_refused(
    anders: User, tmp_path: Path
) -> None:
    labels = [{"rotter": "drager"}.get(one.label, one.label) for one in HISTORY]
    train(anders, tmp_path, labels=labels)
    with pytest.raises(InquiryError, match="ikke er på emnelisten: drager"):
        propose(anders, tmp_path)


def test_a_key_that_is_not_the_authors_signs_nothing(anders: User, tmp_path: Path) -> None:
    train(anders, tmp_path)
    for signer in (
        municipality.signer("merete"),
        keys.load_private(keys.generate(None), None),
    ):
        with pytest.raises(Refused) as refusal:
            releases.propose(source=tmp_path, version="ny", author=anders, signer=signer)
        assert refusal.value.code == "unsigned"
