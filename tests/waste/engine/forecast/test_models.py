# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A model that is written and read again, and what it answers of bins that nobody knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import town_bins
from tests.support.town_bins import BINS, DAY, FIRST

from kodeks.artefacts import Artefact
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast import stored
from kodeks.waste.engine.forecast.answers import UNKNOWN
from kodeks.waste.engine.forecast.models import Answers, Model, forecast
from kodeks.waste.engine.health.episodes import BLOCKED, REJOIN, STUCK, Episode
from kodeks.waste.engine.training.refitting import refit
from kodeks.waste.engine.trust import trusted

ASKED = 95
MOMENTS = np.full(BINS, (FIRST + ASKED) * DAY)
ALL = np.arange(BINS)


@pytest.fixture(scope="module")
def model(town: np.ndarray) -> Model:
    return refit(town_bins.history(town), until=(FIRST + 80) * DAY)


@pytest.fixture(scope="module")
def of_rounds() -> Model:
    history = town_bins.rounds()
    return refit(history, until=int(np.quantile(history.time, 0.7)))


@pytest.fixture(scope="module")
def since(model: Model, town: np.ndarray) -> Callable[[int], Answers]:
    """The answers where all sensors have a fault since so many days, 0 for none."""
    return cache(lambda days: asked(model, town, faulty(days) if days else {}))


def asked(
    model: Model, town: np.ndarray, faults: dict[str, list[Episode]], *, visits: bool = True
) -> Answers:
    history = trusted(town_bins.history(town), faults)
    return forecast(model, history, ALL, MOMENTS, visits=MOMENTS + 2 * DAY if visits else None)


def faulty(days: int, kind: str = BLOCKED) -> dict[str, list[Episode]]:
    """All sensors since so many days."""
    since = (FIRST + ASKED - days + 1) * DAY
    return {town_bins.name(one): [Episode(kind, since, None, "")] for one in ALL}


def test_what_is_read_again_answers_the_same(model, of_rounds, town, since):
    again = stored.of_bytes(stored.artefact(model).as_bytes())
    one, another = since(0), asked(again, town, {})
    for part in ("chances", "hours", "age", "levels"):
        np.testing.assert_array_equal(getattr(one, part), getattr(another, part))
    assert (again.full, again.until, again.scale.columns) == (80.0, model.until, ())
    history = town_bins.rounds()
    again = stored.of_bytes(stored.artefact(of_rounds).as_bytes())
    moments = np.full(BINS, of_rounds.until)
    one, another = (
        forecast(each, history, ALL, moments, visits=moments + DAY) for each in (of_rounds, again)
    )
    np.testing.assert_array_equal(one.chances, another.chances)
    np.testing.assert_array_equal(one.levels, another.levels)


def test_the_same_readings_give_the_same_file(model, town):
    again = refit(town_bins.history(town), until=(FIRST + 80) * DAY)
    assert stored.artefact(again).sha256 == stored.artefact(model).sha256


@pytest.mark.parametrize(
    "change",
    [
        {"what": "andet"},
        {"format": 0},
        {"format": True},
        {"full": 0.0},
        {"full": "80"},
        {"until": 1.5},
        {"columns": ["regn"]},
        {"columns": 3},
        {"hazards": {"intercept": float("1e999"), "standing": 0.1}},
        {"hazards": {}},
        {"heights": {"asked": [10.0], "steps": False, "hazards": []}},
        {"heights": {"asked": [10.0, 5.0], "steps": False, "hazards": [None, None]}},
        {"visits": {"middle_at": 0.0, "spread_at": 0.0}},
    ],
)
def test_a_file_that_does_not_fit_is_refused(model, change):
    found = stored.artefact(model)
    with pytest.raises(WasteError, match="Modellen kan ikke bruges"):
        stored.of_artefact(Artefact({**found.manifest, **change}, found.arrays))


def test_a_file_of_the_first_format_is_read_and_answers_by_its_one_line(model, town):
    found = stored.artefact(model)
    manifest = json.loads(json.dumps(found.manifest)) | {"format": 1}
    for part in (manifest["hazards"], *filter(None, manifest["heights"]["hazards"])):
        del part["soon_intercept"]
    arrays = {name: one for name, one in found.arrays.items() if not name.endswith(".soon")}
    for name, one in arrays.items():
        if name.endswith((".mean", ".scale", ".coefficients")):
            arrays[name] = one[:152]
    old = stored.of_artefact(Artefact(manifest, arrays))
    coefficients = np.where(np.arange(167) < 152, model.hazards.coefficients, 0.0)
    line = replace(
        model.hazards,
        coefficients=coefficients,
        soon=coefficients,
        soon_intercept=model.hazards.intercept,
    )
    expected = asked(replace(model, hazards=line), town, {}, visits=False)
    np.testing.assert_allclose(asked(old, town, {}, visits=False).chances, expected.chances)
    assert np.isfinite(asked(old, town, {}).levels).all()
    with pytest.raises(WasteError, match="hænger ikke sammen"):
        stored.of_artefact(Artefact({**found.manifest, "format": 1}, found.arrays))


def test_a_newer_file_and_tables_of_other_sizes_are_refused(model):
    found = stored.artefact(model)
    with pytest.raises(WasteError, match="nyere version"):
        stored.of_artefact(Artefact({**found.manifest, "format": stored.FORMAT + 1}, found.arrays))
    for name in ("hazards.mean", "hazards.soon", "hazards.gone", "hazards.hours", "height0.usual"):
        arrays = {**found.arrays, name: found.arrays[name][:-1]}
        with pytest.raises(WasteError, match="hænger ikke sammen"):
            stored.of_artefact(Artefact(found.manifest, arrays))
    arrays = {**found.arrays, "hazards.mean": found.arrays["hazards.mean"] * np.nan}
    with pytest.raises(WasteError, match="hænger ikke sammen"):
        stored.of_artefact(Artefact(found.manifest, arrays))


@pytest.mark.parametrize(
    ("name", "value"),
    [("left", 0.0), ("right", 1e9), ("root", -1.0), ("feature", 36.0), ("leaf", 0.5)],
)
def test_trees_that_lead_nowhere_are_refused(of_rounds, name, value):
    """A node that leads back would be walked for ever."""
    found = stored.artefact(of_rounds)
    changed = found.arrays[f"forest.{name}"].copy()
    changed[0] = value
    with pytest.raises(WasteError, match="hænger ikke sammen"):
        stored.of_artefact(Artefact(found.manifest, {**found.arrays, f"forest.{name}": changed}))


@settings(max_examples=30)
@given(st.binary(max_size=80), st.integers(0, 10_000))
def test_no_file_is_more_than_refused(model, junk, place):
    data = stored.artefact(model).as_bytes()
    for broken in (junk, data[:place], data[:place] + junk + data[place + len(junk) :]):
        if broken != data:
            with pytest.raises(WasteError, match="Modellen"):
                stored.of_bytes(broken)


def test_nothing_in_a_file_is_more_than_numbers_and_text(model):
    json.dumps(stored.artefact(model).manifest)
    assert {one.dtype.str for one in stored.artefact(model).arrays.values()} == {"<f8"}


def test_a_sensor_that_is_not_trusted_widens_the_answer(since):
    """The same bins at the same moment, with and without a fault since today."""
    sure, unsure = since(0), since(1)
    assert sure.age.tolist() == [0] * BINS
    assert unsure.age.tolist() == [1] * BINS
    assert (band(unsure.levels, 1, 17) >= band(sure.levels, 1, 17)).all()
    assert (band(unsure.hours, 0, 8) >= band(sure.hours, 0, 8)).all()
    assert band(unsure.levels, 1, 17).mean() > band(sure.levels, 1, 17).mean() + 20
    assert band(unsure.hours, 0, 8).mean() > band(sure.hours, 0, 8).mean() + 24


@pytest.mark.parametrize("days", [2, 3, 10])
def test_an_unknown_bin_is_neither_empty_nor_as_it_was(since, days):
    sure, unsure = since(0), since(days)
    assert unsure.age.tolist() == [days if days <= 3 else UNKNOWN] * BINS
    assert band(unsure.levels, 1, 17).mean() > band(sure.levels, 1, 17).mean()
    assert band(unsure.hours, 0, 8).mean() > band(sure.hours, 0, 8).mean()
    # A bin that was met empty today would be full tomorrow with .2 at most.
    assert (unsure.chances[:, 0] > 0.2).all()
    assert (unsure.chances[:, 0] < 0.95).all()
    assert (np.diff(unsure.chances, axis=1) >= 0).all()


def test_a_daily_sensor_that_stands_is_half_believed(model, town, since):
    """Nobody can say whether it is dead or the bin unused."""
    found = asked(model, town, faulty(10, STUCK), visits=False)
    half = (since(0).chances + since(10).chances) / 2
    np.testing.assert_allclose(found.chances, half)
    assert found.age.tolist() == [UNKNOWN] * BINS


def band(found: np.ndarray, low: int, high: int) -> np.ndarray:
    return found[:, high] - found[:, low]


def test_a_message_that_was_lost_makes_nothing_unknown(model, town, since):
    faults = {town_bins.name(0): [Episode(REJOIN, 0, None, "")], "en anden": []}
    found = asked(model, town, faults, visits=False)
    np.testing.assert_array_equal(found.chances, since(0).chances)


def test_a_bin_s_own_record_outlives_its_sensor(model, town, since):
    """After ten days of a fault a quick bin is still a quick one; a new bin is an ordinary one."""
    unsure = since(10).chances[:, 1]
    often = (town[:, 40:80] >= 80).mean(axis=1)
    assert np.corrcoef(unsure, often)[0, 1] > 0.9
    new = forecast(model, town_bins.history(town), np.array([-1]), MOMENTS[:1]).chances[0, 1]
    assert unsure.min() < new < unsure.max()


def test_what_comes_after_the_moment_changes_nothing_of_an_unknown_bin(model, town, since):
    other = np.concatenate([town[:, : ASKED + 1], town_bins.levels(seed=5)[:, ASKED + 1 :]], axis=1)
    for days in (1, 2, 10):
        another = asked(model, other, faulty(days), visits=False)
        np.testing.assert_array_equal(since(days).chances, another.chances)
    np.testing.assert_array_equal(since(2).levels, asked(model, other, faulty(2)).levels)


def test_a_moment_that_the_model_has_learned_from_is_refused(model, town):
    history, moments = town_bins.history(town), np.array([model.until - 1])
    with pytest.raises(WasteError, match="lært af målinger efter"):
        forecast(model, history, np.array([0]), moments)


def test_a_visit_that_cannot_be_answered_is_refused(model, town):
    history = town_bins.history(town)
    with pytest.raises(WasteError, match="højst ligge syv døgn"):
        forecast(model, history, ALL, MOMENTS, visits=MOMENTS + 8 * DAY)
    plain = refit(history, until=(FIRST + 80) * DAY, levels=False)
    with pytest.raises(WasteError, match="ikke sige, hvor fuld"):
        forecast(plain, history, ALL, MOMENTS, visits=MOMENTS + DAY)
    assert np.isnan(forecast(plain, history, ALL, MOMENTS).levels).all()
    assert np.isnan(forecast(model, history, ALL, MOMENTS, visits=MOMENTS * 0 - 1).levels).all()
