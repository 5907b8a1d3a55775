# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Train a triage model. Needs the extra `train` (scikit-learn, scipy), imported on use.

Linear support vector machines on TF-IDF; the penalty and the class weights are chosen by
cross-validation inside the training texts. Everything about confidence (temperature, error
curve, gate) is learnt from out-of-fold scores, never from scores on texts the model has seen.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine import alike, calibration, flipping
from kodeks.inquiries.engine.errors import TrainingError
from kodeks.inquiries.engine.model import Gate, TriageModel
from kodeks.inquiries.engine.vectors import Vectoriser, idf_of
from kodeks.statistics.calibration import expected_error
from kodeks.statistics.flips import flip_test

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

OUT_OF_SCOPE_LABELS = frozenset({"andet", "oos"})
LEAST_EXAMPLES = 2
FOLDS = 5
ALLOWED_ERROR = 0.05
"""Of what is offered, as `TriageModel.triage` has it unless told otherwise."""

_OUTSIDE = -1
_LEAST_OUTSIDE = 10
_LARGE = 1_000
_REFUSED_INSIDE = 0.05
_REFUSED_INSIDE_AT_MOST = 0.10
_ACCEPTED_OUTSIDE = 0.05
_BOUND = 0.90


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


def train(
    *,
    texts: Sequence[str],
    labels: Sequence[str],
    divided_by: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
) -> TriageModel:
    """A model from examples; the labels "andet" and "oos" mean out of scope.

    `divided_by` maps an attribute (for example the district) to each text's group. The model never
    sees it; it is measured whether the groups are treated alike (see `alike`).

    Errors: TrainingError, in Danish, when the examples are too few, empty or uneven.
    """
    _check(texts, labels)
    routes = tuple(sorted({label for label in labels if not is_out_of_scope(label)}))
    number = {label: i for i, label in enumerate(routes)}
    truth = np.array([number.get(label, _OUTSIDE) for label in labels], dtype=np.int64)
    data = _Data.of(texts, truth, np.random.default_rng(seed))
    scores, recipe = _out_of_fold(data, seed)
    everything = np.ones(len(truth), bool)
    kept = data.kept(everything, recipe.least)
    idf = data.idf(everything, kept)
    matrix = data.tfidf(everything, kept, idf)
    routes_fit = _fit_routes(matrix, truth, recipe, seed)
    outside_fit = _fit_outside(matrix, truth, seed)
    gate = _gate(scores, truth)
    inside = truth >= 0
    temperature = calibration.fit_temperature(scores[inside, :-1], truth[inside])
    chances = calibration.softmax(scores[:, :-1], temperature)
    confidence, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    passed = _gate_scores(gate, scores) >= gate.threshold
    # A text out of scope that slips through the gate is an error like any other.
    curve = calibration.RiskCurve.of(
        confidence[passed], (~right[passed]).astype(np.float64), _upper_bound
    )
    metrics = _metrics(chances, truth, passed, curve)
    words = int(np.searchsorted(kept, data.split))
    terms = (*data.vectoriser.words, *data.vectoriser.characters)
    vectoriser = Vectoriser(
        words=tuple(terms[i] for i in kept[:words]),
        characters=tuple(terms[i] for i in kept[words:]),
        idf=idf,
    )
    model = TriageModel(
        labels=routes,
        vectoriser=vectoriser,
        weights=np.hstack([routes_fit.weights, outside_fit.weights]).astype(np.float32),
        intercepts=np.append(routes_fit.intercepts, outside_fit.intercepts),
        temperature=temperature,
        gate=gate,
        curve=curve,
        metrics=metrics,
        groups=alike.group_figures(
            right=right[inside],
            accepted=(passed & (confidence >= curve.threshold(ALLOWED_ERROR)))[inside],
            confidence=confidence[inside],
            groups=_inside(divided_by or {}, inside),
        ),
    )
    return replace(model, metrics={**metrics, **_flips(model, texts)})


def _flips(model: TriageModel, texts: Sequence[str]) -> dict[str, float]:
    """How often the suggestion changes when only somebody's gender or origin does."""
    found = flip_test(
        cases=texts,
        flip=flipping.variants,
        suggest=lambda some: [one.label for one in model.triage(some)],
    )
    if found.share is None:
        return {}
    return {"flips_tried": float(found.tried), "flips_changed": found.share.value}


def _inside(groups: Mapping[str, Sequence[str]], inside: Booleans) -> dict[str, list[str]]:
    kept: list[int] = np.flatnonzero(inside).tolist()
    return {attribute: [names[i] for i in kept] for attribute, names in groups.items()}


def is_out_of_scope(label: str) -> bool:
    """Whether a training label means that no route fits."""
    return label.strip().casefold() in OUT_OF_SCOPE_LABELS


def _check(texts: Sequence[str], labels: Sequence[str]) -> None:
    if len(texts) != len(labels):
        raise TrainingError(
            f"Der er {len(texts)} tekster og {len(labels)} etiketter. Der skal være lige mange."
        )
    for row, (text, label) in enumerate(zip(texts, labels, strict=True), start=1):
        if not text.strip():
            raise TrainingError(f"Eksempel {row} har ingen tekst. Skriv en tekst, eller fjern det.")
        if not label.strip():
            raise TrainingError(
                f"Eksempel {row} har ingen etiket. Skriv en etiket, eller fjern det."
            )
    counts = Counter(label for label in labels if not is_out_of_scope(label))
    if len(counts) < 2:
        found = f"Kun etiketten {next(iter(counts))} er fundet" if counts else "Der er fundet ingen"
        raise TrainingError(
            f"Modellen skal have mindst to forskellige etiketter. {found}. Tilføj flere eksempler."
        )
    few = sorted(label for label, count in counts.items() if count < LEAST_EXAMPLES)
    if few:
        raise TrainingError(
            f"Hver etiket skal have mindst {LEAST_EXAMPLES} eksempler. "
            f"Der mangler eksempler på: {', '.join(few)}."
        )


@dataclass(frozen=True)
class _Linear:
    weights: Floats
    intercepts: Floats


@dataclass(frozen=True)
class _Data:
    """The texts as one sparse matrix of 1 + ln(count), from which every fold takes its rows."""

    vectoriser: Vectoriser
    counts: Any
    truth: Integers
    folds: Integers

    @classmethod
    def of(cls, texts: Sequence[str], truth: Integers, rng: np.random.Generator) -> "_Data":
        from scipy.sparse import csr_matrix

        vectoriser = Vectoriser.fit(texts)
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
        return cls(vectoriser, counts, truth, _assign_folds(truth, rng))

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


def _assign_folds(truth: Integers, rng: np.random.Generator) -> Integers:
    """Folds (n,) in which every label is spread as evenly as its count allows."""
    folds = np.empty(len(truth), dtype=np.int64)
    offset = 0
    for label in np.unique(truth):
        rows = rng.permutation(np.flatnonzero(truth == label))
        folds[rows] = (np.arange(len(rows)) + offset) % FOLDS
        offset += len(rows)
    return folds


def _out_of_fold(data: _Data, seed: int) -> tuple[Floats, Recipe]:
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


def _score_fold(data: _Data, fold: int, tables: dict[Recipe, Floats], seed: int) -> None:
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


def _fit_routes(matrix: Any, truth: Integers, recipe: Recipe, seed: int) -> _Linear:
    return _svm(matrix[truth >= 0], truth[truth >= 0], recipe, seed)


def _fit_outside(matrix: Any, truth: Integers, seed: int) -> _Linear:
    """A column that scores how little a text looks like the examples labelled out of scope."""
    if (truth == _OUTSIDE).sum() < _LEAST_OUTSIDE // 2:
        return _Linear(np.zeros((matrix.shape[1], 1)), np.zeros(1))
    both = _svm(matrix, (truth >= 0).astype(np.int64), Recipe(1.0, True, 1), seed)
    return _Linear(both.weights[:, 1:], both.intercepts[1:])


def _svm(matrix: Any, truth: Integers, recipe: Recipe, seed: int) -> _Linear:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(
        C=recipe.penalty,
        class_weight="balanced" if recipe.balanced else None,
        random_state=seed,
    ).fit(matrix, truth)
    weights, intercepts = machine.coef_.T, machine.intercept_
    if weights.shape[1] == 1:
        weights, intercepts = np.hstack([-weights, weights]), np.append(-intercepts, intercepts)
    return _Linear(np.asarray(weights), np.asarray(intercepts))


def _quality(scores: Floats, truth: Integers) -> float:
    guess = scores.argmax(axis=1)
    return float((guess == truth).mean()) + _macro_f1(guess, truth)


def _macro_f1(guess: Integers, truth: Integers) -> float:
    size = int(max(guess.max(), truth.max())) + 1
    hits = np.bincount(truth[guess == truth], minlength=size)
    total = np.bincount(guess, minlength=size) + np.bincount(truth, minlength=size)
    return float((2 * hits[total > 0] / total[total > 0]).mean())


def _gate(scores: Floats, truth: Integers) -> Gate:
    """Weigh the best margin against the outside score by logistic regression, and cut.

    Without labelled examples the 5 % of texts with the lowest margins are left to a person.
    """
    from sklearn.linear_model import LogisticRegression

    inside = truth >= 0
    margin = scores[:, :-1].max(axis=1)
    if (~inside).sum() < _LEAST_OUTSIDE:
        return Gate(1.0, 0.0, float(np.quantile(margin[inside], _REFUSED_INSIDE)))
    pair = np.stack([margin, scores[:, -1]], axis=1)
    scale = pair[inside].std(axis=0) + 1e-9
    weigher = LogisticRegression(class_weight="balanced").fit(pair / scale, inside)
    margin_weight, outside_weight = (weigher.coef_[0] / scale).tolist()
    gate = Gate(margin_weight, outside_weight, 0.0)
    values = _gate_scores(gate, scores)
    wanted = np.quantile(values[~inside], 1 - _ACCEPTED_OUTSIDE)
    limit = np.quantile(values[inside], _REFUSED_INSIDE_AT_MOST)
    return Gate(gate.margin, gate.outside, float(min(wanted, limit)))


def _gate_scores(gate: Gate, scores: Floats) -> Floats:
    return np.asarray(gate.margin * scores[:, :-1].max(axis=1) + gate.outside * scores[:, -1])


def _upper_bound(errors: Floats, trials: Floats) -> Floats:
    """One-sided Clopper-Pearson limit at 90 % (Clopper and Pearson 1934)."""
    from scipy.special import betaincinv

    limit = betaincinv(errors + 1, np.maximum(trials - errors, 1e-12), _BOUND)
    return np.where(errors >= trials, 1.0, limit)


def _metrics(
    chances: Floats, truth: Integers, passed: Booleans, curve: calibration.RiskCurve
) -> dict[str, float]:
    inside = truth >= 0
    guess, confidence = chances.argmax(axis=1), chances.max(axis=1)
    accepted = passed & (confidence >= curve.threshold(ALLOWED_ERROR))
    right = guess == truth
    figures = {
        "examples": float(inside.sum()),
        "accuracy": float(right[inside].mean()),
        "macro_f1": _macro_f1(guess[inside], truth[inside]),
        "ece": expected_error(confidence[inside], right[inside]),
        "coverage_at_5_percent": float(accepted[inside].mean()),
        "error_at_5_percent": float((~right[accepted]).mean()) if accepted.any() else 0.0,
    }
    if not inside.all():
        figures["out_of_scope_examples"] = float((~inside).sum())
        figures["out_of_scope_accepted"] = float(accepted[~inside].mean())
    return figures
