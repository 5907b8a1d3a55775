# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A model whose file is not the released one suggests nothing, however well it was forged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kodeks.artefacts import Artefact
from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel import calls, keyring, sealing, subjects
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Recommendation, Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(db: None) -> Release:
    return Release.objects.get(system_id=services.SYSTEM, version="demo-1")


@pytest.fixture
def model(settings: Any, tmp_path: Path, release: Release) -> Path:
    """The released model's file, in a home that this test may spoil."""
    real, home = Path(settings.KODEKS_HOME), tmp_path / "home"
    shutil.copytree(real / "models", home / "models")
    (home / "keys").symlink_to(real / "keys")
    settings.KODEKS_HOME = home
    return home / "models" / f"{release.sealed_sha256}.sealed"


def flipped(path: Path, release: Release) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_short(path: Path, release: Release) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def emptied(path: Path, release: Release) -> None:
    path.write_bytes(b"")


def gone(path: Path, release: Release) -> None:
    path.unlink()


def a_folder(path: Path, release: Release) -> None:
    path.unlink()
    path.mkdir()


def laid_open(path: Path, release: Release) -> None:
    """The very model that was released, but not sealed."""
    path.write_bytes(opened(path, release)[1])


def sealed_again(path: Path, release: Release) -> None:
    """The same model and the same key, but not the file that two people signed."""
    key, content = opened(path, release)
    path.write_bytes(sealing.seal(key, place="models", row=_row(release), content=content))


def forged(path: Path, release: Release) -> None:
    """Another model, complete in itself: one weight changed, and sealed with the right key."""
    key, content = opened(path, release)
    found = Artefact.of_bytes(content)
    weights = np.array(found.arrays["weights"])
    weights[0, 0] += 1
    other = Artefact(found.manifest, {**found.arrays, "weights": weights}).as_bytes()
    path.write_bytes(sealing.seal(key, place="models", row=_row(release), content=other))


def opened(path: Path, release: Release) -> tuple[bytes, bytes]:
    """Key and model, as somebody gets them who has both the database's answer and our keys."""
    permit = kernel.ask(system=services.SYSTEM, purpose=services.PURPOSE)
    answer = calls.call("model_key", {"permit_id": str(permit.id)})
    of = (release.system_id, release.version)
    key = keyring.unwrap(subjects.of_json(answer), purpose="model", of=of)
    sealed = path.read_bytes()
    return key, sealing.open_sealed(key, place="models", row=_row(release), sealed=sealed)


def _row(release: Release) -> str:
    return f"{release.system_id}|{release.version}|{release.artefact_sha256}"


@pytest.mark.parametrize(
    "spoil", [flipped, cut_short, emptied, gone, a_folder, laid_open, sealed_again, forged]
)
def test_nothing_is_suggested(
    model: Path,
    release: Release,
    arrived: Callable[..., Inquiry],
    spoil: Callable[[Path, Release], None],
) -> None:
    inquiry = arrived()
    spoil(model, release)
    with pytest.raises(Refused) as refusal:
        services.triage(inquiry_id=str(inquiry.id))
    assert refusal.value.code == "wrong_release"
    assert str(refusal.value).endswith("Frigiv modellen igen.")
    assert not Recommendation.objects.filter(subject_id=str(inquiry.id)).exists()


def test_a_key_of_another_installation_opens_nothing(
    model: Path, settings: Any, arrived: Callable[..., Inquiry]
) -> None:
    """Database and folder were carried off together, but not the keys."""
    inquiry = arrived()
    (Path(settings.KODEKS_HOME) / "keys").unlink()
    keyring.make_keys(Path(settings.KODEKS_HOME) / "keys")
    with pytest.raises((Refused, kernel.SealingError), match="kan ikke åbnes"):
        services.triage(inquiry_id=str(inquiry.id))
    assert not Recommendation.objects.filter(subject_id=str(inquiry.id)).exists()


def test_the_untouched_copy_works(model: Path, arrived: Callable[..., Inquiry]) -> None:
    inquiry = arrived()
    services.triage(inquiry_id=str(inquiry.id))
    assert Recommendation.objects.filter(subject_id=str(inquiry.id)).count() == 1


def test_a_process_reads_and_verifies_the_file_once(
    model: Path, arrived: Callable[..., Inquiry]
) -> None:
    """What it opened and verified stays in its memory for as long as it keeps its permit."""
    permit = kernel.ask(system=services.SYSTEM, purpose="triage")
    assert permit.predict(load=len, compute=bool)
    model.unlink()
    assert permit.predict(load=len, compute=bool)
    with pytest.raises(Refused) as refusal:
        services.triage(inquiry_id=str(arrived().id))
    assert refusal.value.code == "wrong_release"
