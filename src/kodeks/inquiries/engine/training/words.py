# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Scores of words: linear support vector machines on TF-IDF, with the texts' points beside it
where that is better, or logistic regression over both.

The penalty, the class weights and how much points count are chosen by cross-validation inside the
training texts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine.cleaning import NEWEST, Reading
from kodeks.inquiries.engine.gate import LEAST_OUTSIDE
from kodeks.inquiries.engine.training import figures
from kodeks.inquiries.engine.vectors import Vectoriser, idf_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

FOLDS = 5
OUTSIDE = -1
LARGE = 1_000
FEW = 3_000
"""Up to so many texts their points are learned from in more ways than one, which takes time."""
_BESIDE, OF_EACH = (2.5, 5.0), 15
_TOGETHER, _TOGETHER_PENALTY = 3.5, 10.0
"""What points are multiplied by, and the penalty, in a regression over words and points."""
_LEAD, _SHORT = 6, 18
"""Pieces of a lead; where half of the texts are no longer than three leads, none competes."""
_NO_POINTS = np.zeros((0, 0))
_JITTER = 1e-6
"""Two texts that are alike would leave no root of the table of likeness."""

Worth = Callable[[Floats, Booleans], float]
"""Of scores (n, labels) of all texts and the rows (n,) that count: what a recipe is worth."""


@dataclass(frozen=True)
class Recipe:
    """One candidate: the penalty C, whether rare labels weigh as much as common ones, in how many
    texts a term must occur (rare terms help short texts and harm long ones), what the texts'
    points are multiplied by where they stand beside the words (0: they do not), how long a lead
    counts more (see `Vectoriser`), and whether the machine is a logistic regression over all labels
    in place of a support vector machine for each."""

    penalty: float
    balanced: bool
    least: int
    beside: float = 0.0
    lead: int = 0
    regression: bool = False


def candidates(
    texts: int, *, has_points: bool = False, has_leads: bool = False, has_regression: bool = False
) -> tuple[Recipe, ...]:
    """The recipes that compete for a training set of `texts` texts."""
    least = 2 if texts >= LARGE else 1
    common = tuple(Recipe(penalty, True, least) for penalty in (1.0, 0.3, 0.1))
    rare = (Recipe(1.0, True, 1),) if least > 1 else ()
    both = tuple(Recipe(1.0, True, least, beside) for beside in _BESIDE)
    led = tuple(replace(recipe, lead=_LEAD) for recipe in common) if has_leads else ()
    together = Recipe(_TOGETHER_PENALTY, False, 1, _TOGETHER, regression=True)
    beside = both if has_points else ()
    return (
        Recipe(1.0, False, least),
        *common,
        *rare,
        *beside,
        *led,
        *((together,) if has_regression else ()),
    )


@dataclass(frozen=True)
class Linear:
    """`weights` (features, columns), `intercepts` (columns,), and what points add, `of_points`
    (dimensions, columns), when they stand beside the words; else it has no rows."""

    weights: Floats
    intercepts: Floats
    of_points: Floats


@dataclass(frozen=True)
class Data:
    """The texts as sparse matrices of 1 + ln(count), from which every fold takes its rows: one for
    each length of lead that competes, with the same features.

    Only from texts that teach (n,) it is learned what a label looks like; the others are scored."""

    vectoriser: Vectoriser
    by_lead: Mapping[int, Any]
    truth: Integers
    folds: Integers
    teaches: Booleans
    points: Floats | None = None
    names: Floats | None = None

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        truth: Integers,
        rng: np.random.Generator,
        teaches: Booleans | None = None,
        reading: Reading = NEWEST,
    ) -> "Data":
        vectoriser = Vectoriser.fit(texts, reading=reading)
        by_lead = {0: _counts(vectoriser, texts)}
        if np.median([len(reading.clean(text).split()) for text in texts]) > _SHORT:
            by_lead[_LEAD] = _counts(replace(vectoriser, lead=_LEAD), texts)
        teaching = np.ones(len(truth), bool) if teaches is None else teaches
        folds = assign_folds(truth, rng, teaching)
        return cls(vectoriser, by_lead, truth, folds, teaching)

    @property
    def split(self) -> int:
        return len(self.vectoriser.words)

    def kept(self, rows: Booleans, least: int) -> Integers:
        frequency = self.by_lead[0][rows].getnnz(axis=0)
        return np.flatnonzero(frequency >= least)

    def idf(self, rows: Booleans, kept: Integers) -> Floats:
        frequency = np.asarray(self.by_lead[0][rows].getnnz(axis=0))[kept]
        return idf_of(frequency, int(rows.sum()))

    @property
    def has_points(self) -> bool:
        """Whether points may stand beside words: where there are so many that it takes too long, or
        so few of each label that the machine cannot weigh words against them, they do not."""
        inside = int((self.truth >= 0).sum())
        enough = inside >= OF_EACH * (int(self.truth.max()) + 1)
        return self.points is not None and enough and len(self.truth) <= FEW

    def centred(self, rows: Booleans) -> Floats | None:
        """Every text's point, less the mean of those `rows` that are in scope."""
        if self.points is None:
            return None
        return np.asarray(self.points - self.points[rows & (self.truth >= 0)].mean(axis=0))

    def tfidf(self, rows: Booleans, kept: Integers, idf: Floats, lead: int) -> Any:
        from scipy.sparse import diags_array, hstack
        from sklearn.preprocessing import normalize

        weighted = (self.by_lead[lead][rows][:, kept] @ diags_array(idf)).tocsr()
        split = int(np.searchsorted(kept, self.split))
        blocks = (weighted[:, :split], weighted[:, split:])
        return hstack([normalize(b) if b.shape[1] else b for b in blocks], format="csr")


def _counts(vectoriser: Vectoriser, texts: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix

    documents = list(vectoriser.documents(texts))
    starts = np.cumsum([0, *(len(document.indices) for document in documents)])
    return csr_matrix(
        (
            1 + np.log(np.concatenate([document.counts for document in documents])),
            np.concatenate([document.indices for document in documents]),
            starts,
        ),
        shape=(len(texts), len(vectoriser.idf)),
    )


def assign_folds(truth: Integers, rng: np.random.Generator, teaches: Booleans) -> Integers:
    """Folds (n,) in which every label is spread as evenly as its count allows, those that teach
    apart from the others."""
    folds = np.empty(len(truth), dtype=np.int64)
    offset = 0
    for some in (teaches, ~teaches):
        for label in np.unique(truth[some]):
            rows = rng.permutation(np.flatnonzero((truth == label) & some))
            folds[rows] = (np.arange(len(rows)) + offset) % FOLDS
            offset += len(rows)
    return folds


def out_of_fold(data: Data, seed: int, worth: Worth) -> tuple[Floats, Recipe]:
    """Scores (n, labels + 1) of every text by a model that has not seen it, and the recipe: the one
    that is worth most.

    Candidates compete on the first folds only when there are many texts, to save time.
    """
    contest = FOLDS if len(data.truth) < LARGE * 3 else 2
    size = (len(data.truth), int(data.truth.max()) + 2)
    recipes = candidates(
        len(data.truth),
        has_points=data.has_points,
        has_leads=len(data.by_lead) > 1,
        has_regression=data.points is not None and is_scarce(data.truth[data.teaches]),
    )
    tables = {recipe: np.zeros(size) for recipe in recipes}
    for fold in range(contest):
        _score_fold(data, fold, tables, seed)
    seen = (data.folds < contest) & (data.truth >= 0)
    best = max(tables, key=lambda recipe: worth(tables[recipe][:, :-1], seen))
    for fold in range(contest, FOLDS):
        _score_fold(data, fold, {best: tables[best]}, seed)
    return tables[best], best


def fit_all(data: Data, recipe: Recipe, seed: int) -> tuple[Vectoriser, Linear]:
    """The vocabulary and the scores (labels, then outside) learned from every text that teaches."""
    rows = data.teaches
    kept = data.kept(rows, recipe.least)
    idf = data.idf(rows, kept)
    matrix = data.tfidf(rows, kept, idf, recipe.lead)
    truth, centred = data.truth[rows], data.centred(rows)
    routes = _fit_routes(
        _beside(matrix, None if centred is None else centred[rows], recipe),
        truth,
        recipe,
        seed,
        data.names,
    )
    outside = _fit_outside(matrix, truth, seed)
    words = int(np.searchsorted(kept, data.split))
    terms = (*data.vectoriser.words, *data.vectoriser.characters)
    vectoriser = Vectoriser(
        words=tuple(terms[i] for i in kept[:words]),
        characters=tuple(terms[i] for i in kept[words:]),
        idf=idf,
        reading=data.vectoriser.reading,
        lead=recipe.lead,
    )
    return vectoriser, Linear(
        np.hstack([routes.weights[: len(kept)], outside.weights]),
        np.append(routes.intercepts, outside.intercepts),
        routes.weights[len(kept) :] * recipe.beside,
    )


def _score_fold(data: Data, fold: int, tables: dict[Recipe, Floats], seed: int) -> None:
    asked = data.folds == fold
    if not asked.any():
        return
    rows = ~asked & data.teaches
    for least, lead in sorted({(recipe.least, recipe.lead) for recipe in tables}):
        kept = data.kept(rows, least)
        idf = data.idf(rows, kept)
        seen, held_out = (data.tfidf(some, kept, idf, lead) for some in (rows, asked))
        outside = _fit_outside(seen, data.truth[rows], seed)
        centred = data.centred(rows)
        learned, unseen = (None, None) if centred is None else (centred[rows], centred[asked])
        for recipe, table in tables.items():
            if (recipe.least, recipe.lead) == (least, lead):
                routes = _fit_routes(
                    _beside(seen, learned, recipe), data.truth[rows], recipe, seed, data.names
                )
                given = _beside(held_out, unseen, recipe)
                table[asked, :-1] = given @ routes.weights + routes.intercepts
                table[asked, -1:] = held_out @ outside.weights + outside.intercepts


def _beside(matrix: Any, centred: Floats | None, recipe: Recipe) -> Any:
    """The words' matrix, with the points beside it where the recipe has them."""
    if centred is None or not recipe.beside:
        return matrix
    from scipy.sparse import csr_matrix, hstack

    return hstack([matrix, csr_matrix(centred * recipe.beside)], format="csr")


def _fit_routes(
    matrix: Any, truth: Integers, recipe: Recipe, seed: int, names: Floats | None
) -> Linear:
    matrix, truth = matrix[truth >= 0], truth[truth >= 0]
    if not recipe.regression:
        return _svm(matrix, truth, recipe, seed)
    from scipy.sparse import csr_matrix, hstack, vstack

    if names is not None:
        blank = csr_matrix((len(names), matrix.shape[1] - names.shape[1]))
        matrix = vstack([matrix, hstack([blank, csr_matrix(names * recipe.beside)])], format="csr")
        truth = np.append(truth, np.arange(len(names)))
    return regression(matrix, truth, recipe.penalty)


def regression(matrix: Any, truth: Integers, penalty: float) -> Linear:
    """Logistic regression over all labels at once. There are more features than texts, so the
    texts' likeness to each other is learned from, which gives the same weights in less time."""
    from scipy.linalg import cholesky, solve_triangular
    from sklearn.linear_model import LogisticRegression

    alike = (matrix @ matrix.T).toarray()
    alike[np.diag_indices_from(alike)] += _JITTER * (1 + alike.trace() / len(alike))
    lower = cholesky(alike, lower=True, overwrite_a=True)
    machine = LogisticRegression(C=penalty, max_iter=300, tol=1e-3).fit(lower, truth)
    parts, intercepts = machine.coef_.T, machine.intercept_
    if parts.shape[1] == 1:
        parts, intercepts = np.hstack([-parts, parts]), np.append(-intercepts, intercepts)
    weights = matrix.T @ solve_triangular(lower, parts, lower=True, trans="T")
    return Linear(np.asarray(weights), np.asarray(intercepts), _NO_POINTS)


def _fit_outside(matrix: Any, truth: Integers, seed: int) -> Linear:
    """A column that scores how little a text looks like the examples labelled out of scope."""
    if (truth == OUTSIDE).sum() < LEAST_OUTSIDE // 2:
        return Linear(np.zeros((matrix.shape[1], 1)), np.zeros(1), _NO_POINTS)
    both = _svm(matrix, (truth >= 0).astype(np.int64), Recipe(1.0, True, 1), seed)
    return Linear(both.weights[:, 1:], both.intercepts[1:], _NO_POINTS)


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
    return Linear(np.asarray(weights), np.asarray(intercepts), _NO_POINTS)


def is_scarce(truth: Integers) -> bool:
    """Whether there are few texts in all, or of each label."""
    return len(truth) <= FEW and len(truth) < max(LARGE, OF_EACH * (int(truth.max()) + 1))


def quality(scores: Floats, truth: Integers) -> float:
    """How much scores (n, labels) get right: accuracy and macro F1."""
    guess = scores.argmax(axis=1)
    return float((guess == truth).mean()) + figures.macro_f1(guess, truth)
