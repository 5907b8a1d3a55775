# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Stored models: round trip, and refusal of whatever is broken."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine.errors import TriageModelError
from kodeks.inquiries.engine.model import TriageModel


@pytest.fixture
def folder(small_model: TriageModel, tmp_path: Path) -> Path:
    small_model.save(tmp_path / "model")
    return tmp_path / "model"


def _arrays(folder: Path) -> Path:
    (path,) = folder.glob("arrays-*.npz")
    return path


def test_round_trip(small_model: TriageModel, folder: Path) -> None:
    loaded = TriageModel.load(folder)
    texts = ["Min skraldespand er fuld", "pizza", ""]
    assert loaded.triage(texts) == small_model.triage(texts)
    assert loaded.artefact_sha256 == small_model.artefact_sha256
    assert loaded.metrics == small_model.metrics
    loaded.save(folder)
    assert sorted(p.name for p in folder.iterdir()) == [_arrays(folder).name, "model.json"]


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(TriageModelError, match="ingen model"):
        TriageModel.load(tmp_path / "none")


def _edit(folder: Path, **changes: object) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": ["A", "B"]},
        {"labels": ["A", "A", "B"]},
        {"labels": "abc"},
        {"temperature": -1},
        {"temperature": "1"},
        {"gate": [1.0]},
        {"gate": None},
        {"metrics": []},
        {"arrays_sha256": "../../etc/passwd"},
        {"format": 0},
        {"format": "1"},
    ],
)
def test_changed_manifest_is_refused(folder: Path, changes: dict[str, object]) -> None:
    _edit(folder, **changes)
    with pytest.raises(TriageModelError, match="Modellen kan ikke bruges"):
        TriageModel.load(folder)


def test_newer_format_is_refused(folder: Path) -> None:
    _edit(folder, format=2)
    with pytest.raises(TriageModelError, match="nyere version"):
        TriageModel.load(folder)


def test_mixed_files_are_refused(folder: Path, small_model: TriageModel, tmp_path: Path) -> None:
    _shifted(small_model).save(tmp_path / "other")
    shutil.copy(_arrays(tmp_path / "other"), _arrays(folder))
    with pytest.raises(TriageModelError, match="hører ikke sammen"):
        TriageModel.load(folder)


def _shifted(model: TriageModel) -> TriageModel:
    return TriageModel(
        labels=model.labels,
        vectoriser=model.vectoriser,
        weights=model.weights,
        intercepts=model.intercepts + 1,
        temperature=model.temperature,
        gate=model.gate,
        curve=model.curve,
        metrics=model.metrics,
    )


def test_missing_arrays_are_refused(folder: Path) -> None:
    _arrays(folder).unlink()
    with pytest.raises(TriageModelError, match="mangler"):
        TriageModel.load(folder)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255), cut=st.booleans())
def test_any_damage_is_refused_or_harmless(
    folder: Path, small_model: TriageModel, where: float, value: int, cut: bool
) -> None:
    small_model.save(folder)
    path = _arrays(folder)
    raw = bytearray(path.read_bytes())
    place = int(where * len(raw))
    path.write_bytes(raw[:place] if cut else raw[:place] + bytes([value]) + raw[place + 1 :])
    try:
        loaded = TriageModel.load(folder)
    except TriageModelError:
        return
    assert loaded.artefact_sha256 == small_model.artefact_sha256
