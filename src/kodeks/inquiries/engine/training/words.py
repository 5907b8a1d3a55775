# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Scores of words: linear support vector machines on TF-IDF.

The penalty and the class weights are chosen by cross-validation inside the training texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine.cleaning import NEWEST, Reading
from kodeks.inquiries.engine.training import figures
from kodeks.inquiries.engine.vectors import Vectoriser, idf_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

FOLDS = 5
OUTSIDE = -1
LEAST_OUTSIDE = 10
_LARGE = 1_000


@dataclass(frozen=True)
class Recipe:
    """One candidate: the penalty C, whether rare labels weigh as much as common ones, and in how
    many texts a term must occur (rare terms help short texts and harm long ones)."""

    penalty: float
    balanced: bool
    least: int


def candidates(texts: int) -> tuple[Recipe, ...]:
    """The recipes that compete for a training set of `texts` texts."""
    least = 2 if texts >= _LARGE else 1
    common = tuple(Recipe(penalty, True, least) for penalty in (1.0, 0.3, 0.1))
    rare = (Recipe(1.0, True, 1),) if least > 1 else ()
    return (Recipe(1.0, False, least), *common, *rare)


@dataclass(frozen=True)
class Linear:
    weights: Floats
    intercepts: Floats


@dataclass(frozen=True)
class Data:
    """The texts as one sparse matrix of 1 + ln(count), from which every fold takes its rows."""

    vectoriser: Vectoriser
    counts: Any
    truth: Integers
    folds: Integers

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        truth: Integers,
        rng: np.random.Generator,
        reading: Reading = NEWEST,
    ) -> "Data":
        from scipy.sparse import csr_matrix

        vectoriser = Vectoriser.fit(texts, reading=reading)
        documents = list(vectoriser.documents(texts))
        starts = np.cumsum([0, *(len(document.indices) for document in documents)])
        counts = csr_matrix(
            (
                1 + np.log(np.concatenate([document.counts for document in documents])),
                np.concatenate([document.indices for document in documents]),
                starts,
            ),
            shape=(len(texts), len(vectoriser.idf)),
        )
        return cls(vectoriser, counts, truth, assign_folds(truth, rng))

    @property
    def split(self) -> int:
        return len(self.vectoriser.words)

    def kept(self, rows: Booleans, least: int) -> Integers:
        frequency = self.counts[rows].getnnz(axis=0)
        return np.flatnonzero(frequency >= least)

    def idf(self, rows: Booleans, kept: Integers) -> Floats:
        frequency = np.asarray(self.counts[rows].getnnz(axis=0))[kept]
        return idf_of(frequency, int(rows.sum()))

    def tfidf(self, rows: Booleans, kept: Integers, idf: Floats) -> Any:
        from scipy.sparse import diags_array, hstack
        from sklearn.preprocessing import normalize

        weighted = (self.counts[rows][:, kept] @ diags_array(idf)).tocsr()
        split = int(np.searchsorted(kept, self.split))
        blocks = (weighted[:, :split], weighted[:, split:])
        return hstack([normalize(b) if b.shape[1] else b for b in blocks], format="csr")


def assign_folds(truth: Integers, rng: np.random.Generator) -> Integers:
    """Folds (n,) in which every label is spread as evenly as its count allows."""
    folds = np.empty(len(truth), dtype=np.int64)
    offset = 0
    for label in np.unique(truth):
        rows = rng.permutation(np.flatnonzero(truth == label))
        folds[rows] = (np.arange(len(rows)) + offset) % FOLDS
        offset += len(rows)
    return folds


def out_of_fold(data: Data, seed: int) -> tuple[Floats, Recipe]:
    """Scores (n, labels + 1) of every text by a model that has not seen it, and the recipe.

    Candidates compete on the first folds only when there are many texts, to save time.
    """
    contest = FOLDS if len(data.truth) < _LARGE * 3 else 2
    size = (len(data.truth), int(data.truth.max()) + 2)
    tables = {recipe: np.zeros(size) for recipe in candidates(len(data.truth))}
    for fold in range(contest):
        _score_fold(data, fold, tables, seed)
    seen = (data.folds < contest) & (data.truth >= 0)
    best = max(tables, key=lambda r: _quality(tables[r][seen, :-1], data.truth[seen]))
    for fold in range(contest, FOLDS):
        _score_fold(data, fold, {best: tables[best]}, seed)
    return tables[best], best


def fit_all(data: Data, recipe: Recipe, seed: int) -> tuple[Vectoriser, Linear]:
    """The vocabulary and the scores (labels, then outside) learned from every text."""
    everything = np.ones(len(data.truth), bool)
    kept = data.kept(everything, recipe.least)
    idf = data.idf(everything, kept)
    matrix = data.tfidf(everything, kept, idf)
    routes, outside = (
        _fit_routes(matrix, data.truth, recipe, seed),
        _fit_outside(matrix, data.truth, seed),
    )
    words = int(np.searchsorted(kept, data.split))
    terms = (*data.vectoriser.words, *data.vectoriser.characters)
    vectoriser = Vectoriser(
        words=tuple(terms[i] for i in kept[:words]),
        characters=tuple(terms[i] for i in kept[words:]),
        idf=idf,
        reading=data.vectoriser.reading,
    )
    return vectoriser, Linear(
        np.hstack([routes.weights, outside.weights]),
        np.append(routes.intercepts, outside.intercepts),
    )


def _score_fold(data: Data, fold: int, tables: dict[Recipe, Floats], seed: int) -> None:
    rows = data.folds != fold
    if rows.all():
        return
    for least in sorted({recipe.least for recipe in tables}):
        kept = data.kept(rows, least)
        idf = data.idf(rows, kept)
        seen, held_out = data.tfidf(rows, kept, idf), data.tfidf(~rows, kept, idf)
        outside = _fit_outside(seen, data.truth[rows], seed)
        for recipe, table in tables.items():
            if recipe.least == least:
                routes = _fit_routes(seen, data.truth[rows], recipe, seed)
                table[~rows, :-1] = held_out @ routes.weights + routes.intercepts
                table[~rows, -1:] = held_out @ outside.weights + outside.intercepts


def _fit_routes(matrix: Any, truth: Integers, recipe: Recipe, seed: int) -> Linear:
    return _svm(matrix[truth >= 0], truth[truth >= 0], recipe, seed)


def _fit_outside(matrix: Any, truth: Integers, seed: int) -> Linear:
    """A column that scores how little a text looks like the examples labelled out of scope."""
    if (truth == OUTSIDE).sum() < LEAST_OUTSIDE // 2:
        return Linear(np.zeros((matrix.shape[1], 1)), np.zeros(1))
    both = _svm(matrix, (truth >= 0).astype(np.int64), Recipe(1.0, True, 1), seed)
    return Linear(both.weights[:, 1:], both.intercepts[1:])


def _svm(matrix: Any, truth: Integers, recipe: Recipe, seed: int) -> Linear:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(
        C=recipe.penalty,
        class_weight="balanced" if recipe.balanced else None,
        random_state=seed,
    ).fit(matrix, truth)
    weights, intercepts = machine.coef_.T, machine.intercept_
    if weights.shape[1] == 1:
        weights, intercepts = np.hstack([-weights, weights]), np.append(-intercepts, intercepts)
    return Linear(np.asarray(weights), np.asarray(intercepts))


def _quality(scores: Floats, truth: Integers) -> float:
    guess = scores.argmax(axis=1)
    return float((guess == truth).mean()) + figures.macro_f1(guess, truth)
