# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A model whose files are not the released ones suggests nothing, however well it was forged."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kodeks.inquiries import releases, services
from kodeks.inquiries.engine import store
from kodeks.inquiries.engine.errors import TriageModelError
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Recommendation


@pytest.fixture
def model(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The released model's folder, in a home that this test may spoil."""
    real, home = Path(settings.KODEKS_HOME), tmp_path / "home"
    shutil.copytree(real / "models", home / "models")
    (home / "keys").symlink_to(real / "keys")
    settings.KODEKS_HOME = home
    (folder,) = (home / "models").glob("inquiries-*")
    releases._load.cache_clear()
    yield folder
    releases._load.cache_clear()


def forged(folder: Path) -> None:
    """Another model, complete in itself: one weight changed, and every hash made to fit."""
    facts, arrays = store.read(folder)
    weights = np.array(arrays["weights"])
    weights[0, 0] += 1
    store.write(folder, facts, arrays | {"weights": weights})


def flipped(folder: Path) -> None:
    (arrays,) = folder.glob("arrays-*.npz")
    content = bytearray(arrays.read_bytes())
    content[len(content) // 2] ^= 1
    arrays.write_bytes(content)


def renamed_label(folder: Path) -> None:
    manifest = folder / "model.json"
    text = manifest.read_text(encoding="utf-8")
    assert "rotter" in text
    manifest.write_text(text.replace("rotter", "ratter", 1), encoding="utf-8")


def other_temperature(folder: Path) -> None:
    """How sure the model claims to be."""
    from dataclasses import replace

    facts, arrays = store.read(folder)
    store.write(folder, replace(facts, temperature=facts.temperature / 2), arrays)


def emptied(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(b"")


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "spoil", [forged, flipped, renamed_label, other_temperature, emptied, gone]
)
def test_nothing_is_suggested(
    model: Path, arrived: Callable[..., Inquiry], spoil: Callable[[Path], None]
) -> None:
    inquiry = arrived()
    spoil(model)
    with pytest.raises((Refused, TriageModelError)) as refusal:
        services.triage(inquiry_id=str(inquiry.id))
    assert str(refusal.value).endswith(".")
    assert not Recommendation.objects.filter(subject_id=str(inquiry.id)).exists()


def test_a_forgery_is_named_as_one(model: Path, arrived: Callable[..., Inquiry]) -> None:
    inquiry = arrived()
    forged(model)
    with pytest.raises(Refused) as refusal:
        services.triage(inquiry_id=str(inquiry.id))
    assert refusal.value.code == "wrong_release"


def test_the_untouched_copy_works(model: Path, arrived: Callable[..., Inquiry]) -> None:
    inquiry = arrived()
    services.triage(inquiry_id=str(inquiry.id))
    assert Recommendation.objects.filter(subject_id=str(inquiry.id)).count() == 1
