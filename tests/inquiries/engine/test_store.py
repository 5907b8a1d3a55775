# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Stored models: round trip, and refusal of whatever is broken."""

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kodeks.artefacts import Artefact
from kodeks.casework.engine.index import KleIndex
from kodeks.casework.engine.phrases import Subject
from kodeks.inquiries.engine import store
from kodeks.inquiries.engine.calibration import ALLOWED, RiskCurve
from kodeks.inquiries.engine.errors import TriageModelError
from kodeks.inquiries.engine.kinship import Limits
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.numbers import Numbers


@pytest.fixture
def folder(small_model: TriageModel, tmp_path: Path) -> Path:
    small_model.save(tmp_path / "model")
    return tmp_path / "model"


def _file(folder: Path) -> Path:
    return folder / "model.safetensors"


def test_round_trip(small_model: TriageModel, folder: Path) -> None:
    loaded = TriageModel.load(folder)
    texts = ["Min skraldespand er fuld", "pizza", ""]
    assert loaded.triage(texts) == small_model.triage(texts)
    assert loaded.artefact.sha256 == small_model.artefact.sha256
    assert loaded.artefact.as_bytes() == _file(folder).read_bytes()
    assert (loaded.metrics, loaded.groups) == (small_model.metrics, small_model.groups)
    loaded.save(folder)
    assert [path.name for path in folder.iterdir()] == ["model.safetensors"]


def test_a_saved_model_takes_the_place_of_the_one_before(
    folder: Path, small_model: TriageModel
) -> None:
    other = _shifted(small_model)
    other.save(folder)
    assert TriageModel.load(folder).artefact.sha256 == other.artefact.sha256
    assert other.artefact.sha256 != small_model.artefact.sha256


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(TriageModelError, match="ingen model"):
        TriageModel.load(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(TriageModelError, match="ingen model"):
        TriageModel.load(tmp_path / "empty")


def test_a_folder_in_place_of_the_file(folder: Path) -> None:
    _file(folder).unlink()
    _file(folder).mkdir()
    with pytest.raises(TriageModelError, match="kan ikke læses"):
        TriageModel.load(folder)


def _edit(folder: Path, **changes: object) -> None:
    """Another manifest, in a file that is whole in itself."""
    found = Artefact.of_bytes(_file(folder).read_bytes())
    store.write(folder, Artefact({**found.manifest, **changes}, found.arrays).as_bytes())


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": ["A", "B"]},
        {"labels": ["A", "A", "B"]},
        {"labels": "abc"},
        {"labels": [1, 2, 3]},
        {"temperature": -1},
        {"temperature": "1"},
        {"temperature": True},
        {"gate": [1.0]},
        {"gate": None},
        {"metrics": []},
        {"metrics": {"accuracy": "høj"}},
        {"groups": {"a": 1}},
        {"groups": [{"attribute": 1}]},
        {"groups": None},
        {"format": 0},
        {"format": 1},
        {"format": "2"},
        {"format": None},
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(folder: Path, changes: dict[str, object]) -> None:
    _edit(folder, **changes)
    with pytest.raises(TriageModelError, match="Modellen kan ikke bruges"):
        TriageModel.load(folder)


def _with(array: np.ndarray, value: float) -> np.ndarray:
    changed = np.array(array)
    changed.flat[0] = value
    return changed


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("idf", lambda array: array[:-1]),
        ("idf", lambda array: array.astype("<f4")),
        ("idf", lambda array: array[None]),
        ("weights", lambda array: array[:, :-1]),
        ("weights", lambda array: array[:-1]),
        ("weights", lambda array: array.astype("<f8")),
        ("weights", lambda array: _with(array, np.nan)),
        ("intercepts", lambda array: array[:-1]),
        ("intercepts", lambda array: _with(array, np.inf)),
        ("bounds", lambda array: array[:-1]),
        ("words", lambda array: array[:-1]),
        ("words", lambda array: array[:0]),
        ("words", lambda array: array.astype("<u2")),
        ("words", lambda array: array[None]),
        ("characters", lambda array: _with(array, 0xFF)),
        ("thresholds", lambda array: None),
        ("words", lambda array: None),
        ("unknown", lambda array: np.zeros(1)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(folder: Path, name: str, change: Any) -> None:
    found = Artefact.of_bytes(_file(folder).read_bytes())
    new = change(found.arrays.get(name))
    arrays = {key: value for key, value in found.arrays.items() if key != name}
    if new is not None:
        arrays[name] = new
    store.write(folder, Artefact(found.manifest, arrays).as_bytes())
    with pytest.raises(TriageModelError, match="Modellen kan ikke bruges"):
        TriageModel.load(folder)


def test_newer_format_is_refused(folder: Path) -> None:
    _edit(folder, format=8)
    with pytest.raises(TriageModelError, match="nyere version"):
        TriageModel.load(folder)


def test_numbers_of_another_model_are_refused(folder: Path, small_model: TriageModel) -> None:
    """The header of one model and the numbers of another of the same sizes."""
    raw, other = _file(folder).read_bytes(), _shifted(small_model).artefact.as_bytes()
    header = 8 + int.from_bytes(raw[:8], "little")
    assert len(raw) == len(other)
    _file(folder).write_bytes(raw[:header] + other[header:])
    with pytest.raises(TriageModelError, match="beskadiget"):
        TriageModel.load(folder)


def _shifted(model: TriageModel) -> TriageModel:
    return replace(model, intercepts=model.intercepts + 1)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255), cut=st.booleans())
def test_any_damage_is_refused_or_harmless(
    folder: Path, small_model: TriageModel, where: float, value: int, cut: bool
) -> None:
    small_model.save(folder)
    path = _file(folder)
    raw = bytearray(path.read_bytes())
    place = int(where * len(raw))
    path.write_bytes(raw[:place] if cut else raw[:place] + bytes([value]) + raw[place + 1 :])
    try:
        loaded = TriageModel.load(folder)
    except TriageModelError:
        return
    assert loaded.artefact.sha256 == small_model.artefact.sha256


def _without_begins(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """As formats before 7 had them."""
    return {name: array for name, array in arrays.items() if name != "begins"}


def test_where_tests_begin_belongs_to_the_model(small_model: TriageModel) -> None:
    begins = np.where(ALLOWED < 0.03, 1, 0)
    curve = RiskCurve(np.array([0.4, 0.8]), np.array([0.02, 0.05]), begins)
    old = RiskCurve(curve.thresholds, np.array([0.06, 0.05]))
    names = small_model.limits.names
    for one in (curve, old):
        limits = replace(small_model.limits, of_labels=dict.fromkeys(names, one))
        led = replace(small_model, limits=limits)
        read = TriageModel.of_bytes(led.artefact.as_bytes()).limits.of_labels[names[0]]
        for allowed in (0.01, 0.02, 0.05, 0.055, 0.06, 0.5):
            assert read.promise(allowed) == one.promise(allowed)
    artefact = replace(
        small_model, limits=replace(small_model.limits, of_labels=dict.fromkeys(names, curve))
    ).artefact
    for wrong in (begins + 2, begins - 2, begins[:-1], np.append(begins, 0)):
        arrays = {**artefact.arrays, "begins": np.tile(wrong, len(names)).astype("<i8")}
        with pytest.raises(TriageModelError, match="Modellen kan ikke bruges"):
            TriageModel.of_bytes(Artefact(artefact.manifest, arrays).as_bytes())


def test_a_model_of_the_format_before_is_read(small_model: TriageModel) -> None:
    """Format 2 had no departments, no choices and one curve for all."""
    new = small_model.artefact
    later = ("departments", "reach", "curves")
    manifest = {name: value for name, value in new.manifest.items() if name not in later}
    old = TriageModel.of_bytes(
        Artefact({**manifest, "format": 2}, _without_begins(new.arrays)).as_bytes()
    )
    texts = ["Min skraldespand er fuld", "pizza", ""]
    before, after = old.triage(texts), small_model.triage(texts)
    assert [(a.label, a.confidence, a.accepted, a.considerations) for a in before] == [
        (a.label, a.confidence, a.accepted, a.considerations) for a in after
    ]
    assert {a.choices for a in before if not a.accepted} == {3}


def test_how_long_a_lead_is_belongs_to_the_model(small_model: TriageModel) -> None:
    led = replace(small_model, vectoriser=replace(small_model.vectoriser, lead=6))
    again = TriageModel.of_bytes(led.artefact.as_bytes())
    assert again.vectoriser.lead == 6
    before = {key: value for key, value in led.artefact.manifest.items() if key != "lead"}
    old = Artefact({**before, "format": 5}, _without_begins(led.artefact.arrays))
    assert TriageModel.of_bytes(old.as_bytes()).vectoriser.lead == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"departments": ["", ""]},
        {"departments": None},
        {"reach": None},
        {"curves": [["of_labels", "", 1]]},
        {"curves": [["of_labels", "Andre", 0]]},
        {"curves": [["of_others", "", 0]]},
        {"curves": [["of_labels", "", -1]]},
        {"reading": None},
        {"reading": {"version": 0, "places": []}},
        {"reading": {"version": True, "places": []}},
        {"reading": {"version": 2, "places": [1]}},
        {"lead": None},
        {"lead": True},
        {"lead": -1},
        {"lead": 1_001},
    ],
)
def test_limits_that_do_not_fit_are_refused(folder: Path, changes: dict[str, object]) -> None:
    _edit(folder, **changes)
    with pytest.raises(TriageModelError, match="Modellen kan ikke bruges"):
        TriageModel.load(folder)


# The list of KLE in the model, and the limits of what came before


@pytest.fixture(scope="module")
def listed(small_model: TriageModel) -> TriageModel:
    index = KleIndex([Subject("05.01.08", "Veje", (("hul", 5),)), Subject("07.18.06", "Affald")])
    numbers = Numbers(index=index, listed_on=dt.date(2026, 11, 27))
    return replace(small_model, numbers=numbers, kin=Limits(same_sender=0.4))


def test_a_model_carries_its_list_and_suggests_numbers_by_it(listed: TriageModel) -> None:
    again = TriageModel.of_bytes(listed.artefact.as_bytes())
    assert again.artefact.sha256 == listed.artefact.sha256
    assert again.kin == Limits(same_sender=0.4)
    assert again.numbers is not None
    assert listed.numbers is not None
    text = "Jeg vil klage over et hul i vejen"
    found = again.numbers.suggest(text)
    assert found == listed.numbers.suggest(text)
    assert [one.number for one in found.numbers] == ["05.01.08"]
    assert found.facet is not None
    assert found.facet.code == "K01"
    assert again.numbers.suggest("Et hul").facet is None
    assert again.triage([text]) == listed.triage([text])


def test_a_model_without_a_list_has_no_numbers(small_model: TriageModel) -> None:
    again = TriageModel.of_bytes(small_model.artefact.as_bytes())
    assert (again.numbers, again.kin) == (None, None)


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest, arrays: manifest.pop("kle"),
        lambda manifest, arrays: manifest["kle"].update(on="i dag"),
        lambda manifest, arrays: manifest["kle"].pop("settings"),
        lambda manifest, arrays: manifest.update(kle=[]),
        lambda manifest, arrays: arrays.pop("kle.idf"),
        lambda manifest, arrays: manifest["kin"].update(days=1.5),
        lambda manifest, arrays: manifest["kin"].update(others="0.3"),
        lambda manifest, arrays: manifest["kin"].pop("same_sender"),
    ],
)
def test_a_list_that_does_not_fit_is_refused(listed: TriageModel, change: Any) -> None:
    found = Artefact.of_bytes(listed.artefact.as_bytes())
    manifest, arrays = copy.deepcopy(dict(found.manifest)), dict(found.arrays)
    change(manifest, arrays)
    with pytest.raises(TriageModelError, match="hænger ikke sammen"):
        TriageModel.of_bytes(Artefact(manifest, arrays).as_bytes())
