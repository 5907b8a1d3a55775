# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Meaning: the closed form against scikit-learn, and what a model makes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_meaning import FakeMeaning
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine import explain, meaning
from kodeks.inquiries.engine.errors import TriageModelError
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.training import fusing, train, words
from kodeks.language.embeddings import Embedder, EmbeddingError

pytest.importorskip("sklearn")

World = tuple[list[str], list[str]]


def fake(name: str) -> Embedder:
    assert name == FakeMeaning.name
    return FakeMeaning()


@pytest.fixture(scope="module")
def knowing(small_world: World) -> TriageModel:
    """A model that knows meanings."""
    texts, labels = small_world
    departments = {"Affald": "Teknik", "Vej": "Teknik", "Bibliotek": "Kultur"}
    return train(texts=texts, labels=labels, embedder=FakeMeaning(), departments=departments)


def _clouds(seed: int, count: int = 90) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 3, count)
    return draw.normal(size=(count, 6)) + 3 * np.eye(6)[truth], truth


@given(seed=st.integers(0, 10_000), count=st.integers(2, 40), wide=st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_the_covariance_is_that_of_ledoit_and_wolf(seed: int, count: int, wide: int) -> None:
    from sklearn.covariance import ledoit_wolf

    points = np.random.default_rng(seed).normal(size=(count, wide)) * np.arange(1, wide + 1)
    expected, _ = ledoit_wolf(points, assume_centered=True)
    assert np.allclose(meaning.shrunk(points), expected, atol=1e-5)


def test_scores_are_those_of_discriminant_analysis() -> None:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    points, truth = _clouds(1, 20_000)
    found = meaning.fit(embedder="x", points=points, truth=truth, labels=3, least_outside=5)
    other = LinearDiscriminantAnalysis(priors=[1 / 3] * 3).fit(points, truth)
    ours, theirs = found.scores(points), other.decision_function(points)
    differences = (ours - ours[:, :1]) - (theirs - theirs[:, :1])
    assert np.abs(differences).max() < 0.05 * np.abs(theirs).max()


def test_what_lies_far_from_every_cloud_is_less_familiar() -> None:
    points, truth = _clouds(2)
    found = meaning.fit(embedder="x", points=points, truth=truth, labels=3, least_outside=5)
    far = points + 40 * np.random.default_rng(3).normal(size=points.shape)
    near = found.familiarity(points, found.scores(points))
    assert near.shape == (90, 3)
    assert np.median(near[:, 0]) > found.familiarity(far, found.scores(far))[:, 0].max()
    assert not near[:, 2].any()  # nothing was labelled out of scope


def test_a_word_never_seen_is_understood_by_its_meaning(
    knowing: TriageModel, small_model: TriageModel
) -> None:
    text = "Hej, jeg skriver om dagrenovation og renovation"
    (with_meaning,) = knowing.triage([text])
    (words_only,) = small_model.triage([text])
    assert with_meaning.label == "Affald"
    assert with_meaning.confidence > words_only.confidence
    told = [one.text for one in with_meaning.considerations if not one.word]
    assert "Tekstens mening som helhed taler for Affald" in told
    assert not any("mening" in one.text for one in words_only.considerations)


def test_what_words_and_meaning_say_adds_up_to_the_margin(knowing: TriageModel) -> None:
    text = "skraldespand affald fortov"
    (document,) = knowing.vectoriser.documents([text])
    assert knowing.meaning is not None
    point = FakeMeaning().embed([text])
    meant = knowing.meaning.margins(point)[0]
    parts = knowing.weights[document.indices][:, :-1] * document.values[:, None]
    said = sum(explain.word_parts(document, parts.astype(np.float64)).values())
    margins = said + knowing.intercepts[:-1] + meant
    (answer,) = knowing.triage([text])
    powers = np.exp((margins - margins.max()) / knowing.temperature)
    assert answer.confidence == pytest.approx(powers.max() / powers.sum(), abs=1e-6)


def test_a_department_is_sure_before_its_labels_are(knowing: TriageModel) -> None:
    assert knowing.limits.departments == ("Teknik", "Kultur", "Teknik")
    (answer,) = knowing.triage(["skraldespand affald fortov asfalt"], max_error=0.3)
    assert answer.department == "Teknik"
    assert set(knowing.limits.of_labels) == {"Teknik", "Kultur"}


def test_round_trip_with_meaning(knowing: TriageModel, tmp_path: Path) -> None:
    knowing.save(tmp_path)
    data = (tmp_path / "model.safetensors").read_bytes()
    loaded = TriageModel.of_bytes(data, embedder=fake)
    texts = ["Min skraldespand er fuld", "pizza", ""]
    assert loaded.triage(texts) == knowing.triage(texts)
    assert loaded.artefact.as_bytes() == data
    assert loaded.metrics == knowing.metrics


def test_a_model_is_not_asked_with_another_embedding(knowing: TriageModel) -> None:
    def other(name: str) -> Embedder:
        raise EmbeddingError(f"{name} er her ikke.")

    with pytest.raises(TriageModelError, match="fake-1 er her ikke"):
        TriageModel.of_bytes(knowing.artefact.as_bytes(), embedder=other)


def test_words_are_chosen_for_what_they_add_to_meaning() -> None:
    """One machine knows what meaning does not; another, right more often alone, says it again."""
    truth = np.tile([0, 1], 600)
    right = np.where(truth[:, None] == [0, 1], 2.0, 0.0)
    meant, other = right.copy(), np.zeros((1200, 2))
    meant[:200], other[:200] = 1.0, right[:200]
    rows = np.ones(1200, bool)
    alone, beside = fusing.worth([], truth), fusing.worth([meant], truth)
    assert alone(meant, rows) > alone(other, rows)
    assert beside(other, rows) > beside(meant, rows)
    few = fusing.worth([meant[:60]], truth[:60])
    assert few(right[:60], rows[:60]) == alone(right, rows)


@pytest.mark.parametrize(
    "name", ["mean", "weights", "intercepts", "within", "around", "outside", "added"]
)
def test_a_meaning_of_other_sizes_is_refused(knowing: TriageModel, name: str) -> None:
    assert knowing.meaning is not None
    cut = getattr(knowing.meaning, name)[:-1]
    broken = replace(knowing, meaning=replace(knowing.meaning, **{name: cut}))
    with pytest.raises(TriageModelError, match="hænger ikke sammen"):
        TriageModel.of_bytes(broken.artefact.as_bytes(), embedder=fake)


def test_the_embedding_is_asked_once_about_each_text(small_world: World) -> None:
    class Counting(FakeMeaning):
        asked: list[str]

        def __init__(self) -> None:
            self.asked = []

        def embed(self, texts: list[str]) -> np.ndarray:  # type: ignore[override]
            self.asked += texts
            return super().embed(texts)

    counting = Counting()
    texts, labels = small_world
    train(texts=texts, labels=labels, embedder=counting)
    assert len(counting.asked) == len(set(counting.asked)) > 0


def test_points_beside_words_give_their_part_of_one_sum() -> None:
    """Where all texts have the same words, the points tell the labels apart."""
    truth = np.tile([0, 1, 2], 20)
    draw = np.random.default_rng(0)
    points = np.eye(4)[truth] + 0.1 * draw.standard_normal((60, 4))
    data = replace(words.Data.of(["hul i vejen"] * 60, truth, draw), points=points)
    recipe = words.Recipe(1.0, True, 1, 2.5)
    _, linear = words.fit_all(data, recipe, seed=0)
    assert linear.of_points.shape == (4, 3)
    margins = (points - points.mean(axis=0)) @ linear.of_points + linear.intercepts[:-1]
    assert (margins.argmax(axis=1) == truth).all()
    _, alone = words.fit_all(data, words.Recipe(1.0, True, 1), seed=0)
    assert alone.of_points.size == 0
    scores, chosen = words.out_of_fold(data, 0, fusing.worth([], truth))
    assert chosen.beside > 0
    assert (scores[:, :-1].argmax(axis=1) == truth).all()
