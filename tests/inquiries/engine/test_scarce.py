# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What few examples are learned with: labels' names, and one machine over words and points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_meaning import FakeMeaning

from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.training import fusing, train, words

pytest.importorskip("sklearn")


def test_learning_from_likeness_gives_the_same_weights_as_from_features() -> None:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    draw = np.random.default_rng(0)
    for labels in (2, 4):
        truth = np.tile(np.arange(labels), 10)
        features = np.abs(draw.standard_normal((len(truth), 90))) + np.eye(90)[truth]
        found = words.regression(csr_matrix(features), truth, 1.0)
        expected = LogisticRegression(C=1.0, max_iter=1000).fit(features, truth)
        margins = features @ found.weights + found.intercepts
        chances = np.exp(margins - np.logaddexp.reduce(margins, axis=1)[:, None])
        if labels == 2:  # one margin in place of two, each its negative
            chances = 1 / (1 + np.exp(margins[:, ::-1] - margins) ** 0.5)
        assert np.allclose(chances, expected.predict_proba(features), atol=0.01)


def test_texts_that_are_alike_or_empty_do_not_break_it() -> None:
    from scipy.sparse import csr_matrix

    features = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    found = words.regression(csr_matrix(features), np.array([0, 0, 1, 1]), 10.0)
    assert np.isfinite(found.weights).all()
    assert ((features[[0, 3]] @ found.weights + found.intercepts).argmax(axis=1) == [0, 1]).all()


def test_labels_names_are_read_as_words_and_codes_are_none() -> None:
    found = fusing.names_of(FakeMeaning(), ["affald_hentning", "Vej/hul", "bibliotek"])
    assert found is not None
    assert found.shape[0] == 3
    assert np.allclose(found.mean(axis=0), 0)
    assert fusing.names_of(FakeMeaning(), ["Vej", "05.01.02"]) is None


def test_names_are_learned_from_only_where_they_help() -> None:
    draw = np.random.default_rng(1)
    truth = np.repeat(np.arange(5), 3)
    points = np.eye(5)[truth] + 0.4 * draw.standard_normal((15, 5))
    folds, teaches = np.tile(np.arange(3), 5), np.ones(15, bool)
    telling = 2 * (np.eye(5) - 0.2)
    _, kept = fusing.unseen_with(telling, points, truth, folds, teaches)
    assert kept is telling
    _, kept = fusing.unseen_with(telling[::-1].copy(), points, truth, folds, teaches)
    assert kept is None
    _, kept = fusing.unseen_with(None, points, truth, folds, teaches)
    assert kept is None


def test_the_machine_over_both_gives_exact_parts_of_one_sum() -> None:
    truth = np.tile([0, 1, 2], 8)
    draw = np.random.default_rng(0)
    points = np.eye(4)[truth] + 0.1 * draw.standard_normal((24, 4))
    texts = [("hul i vejen", "skrald er glemt", "en bog er væk")[label] for label in truth]
    data = words.Data.of(texts, truth, draw)
    data = replace(data, points=points, names=np.eye(4)[:3] - 1 / 3)
    recipe = words.Recipe(10.0, False, 1, 3.5, regression=True)
    vectoriser, linear = words.fit_all(data, recipe, seed=0)
    assert linear.of_points.shape == (4, 3)
    assert linear.weights.shape == (len(vectoriser.idf), 4)
    centred = points - points.mean(axis=0)
    for document, point, label in zip(vectoriser.documents(texts), centred, truth, strict=True):
        of_words = document.values @ linear.weights[document.indices, :-1]
        margins = of_words + point @ linear.of_points + linear.intercepts[:-1]
        assert margins.argmax() == label


def test_it_competes_where_examples_are_few_only() -> None:
    assert words.is_scarce(np.tile(np.arange(8), 20))
    assert words.is_scarce(np.tile(np.arange(150), 8))
    assert not words.is_scarce(np.tile(np.arange(150), 20))
    assert not words.is_scarce(np.tile(np.arange(8), 230))
    assert not any(one.regression for one in words.candidates(200, has_points=True))
    assert any(one.regression for one in words.candidates(200, has_regression=True))


def test_a_model_of_few_examples_is_read_back_as_it_was(
    small_world: tuple[list[str], list[str]],
) -> None:
    texts, labels = small_world
    model = train(texts=texts, labels=labels, embedder=FakeMeaning())
    again = TriageModel.of_bytes(model.artefact.as_bytes(), embedder=lambda _: FakeMeaning())
    assert again.triage(texts[:5]) == model.triage(texts[:5])
