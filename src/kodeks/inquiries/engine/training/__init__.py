# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Train a triage model. Needs the extra `train` (scikit-learn, scipy), imported on use.

Everything about confidence (weights, temperature, limits, gate) is learnt from out-of-fold scores,
never from scores on texts the model has seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine import alike, calibration, flipping
from kodeks.inquiries.engine.cleaning import Reading
from kodeks.inquiries.engine.gate import Floats, Gate
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.training import figures, fusing, gates, words
from kodeks.inquiries.engine.training.examples import check, is_out_of_scope
from kodeks.language.embeddings import Embedder, Remembering
from kodeks.statistics.flips import flip_test

__all__ = ["is_out_of_scope", "train"]


def train(
    *,
    texts: Sequence[str],
    labels: Sequence[str],
    divided_by: Mapping[str, Sequence[str]] | None = None,
    embedder: Embedder | None = None,
    departments: Mapping[str, str] | None = None,
    teaches: Sequence[bool] | None = None,
    seed: int = 0,
    reading: Reading | None = None,
) -> TriageModel:
    """A model from examples; the labels "andet" and "oos" mean out of scope.

    `divided_by` maps an attribute (for example the district) to each text's group. The model never
    sees it; it is measured whether the groups are treated alike (see `alike`). Without `embedder`
    the model knows words only. `departments` says where each label belongs; each of them gets a
    limit of its own, and a text may be sure of its department though not of its label. `reading` is
    how texts are read; unless given, by the newest rules, which leave out the names of `district`.

    `teaches` says of each text whether the labels are learned from it. From the others only
    confidence is: labels that people chose because a model said so teach it nothing but itself, yet
    without these texts it would know only the hard ones.

    Errors: TrainingError, in Danish, when the examples are too few, empty or uneven.
    """
    teaching = np.ones(len(texts), bool) if teaches is None else np.array(teaches, dtype=bool)
    check(texts, labels, teaching.tolist())
    asked = Remembering(embedder) if embedder else None
    routes = tuple(sorted({label for label in labels if not is_out_of_scope(label)}))
    number = {label: i for i, label in enumerate(routes)}
    truth = np.array([number.get(label, words.OUTSIDE) for label in labels], dtype=np.int64)
    inside = truth >= 0
    if reading is None:
        named = (divided_by or {}).get("district", ())
        reading = Reading(places=tuple(sorted({one.strip() for one in named} - {""})))
    data = words.Data.of(texts, truth, np.random.default_rng(seed), teaching, reading)
    points = None
    if asked:
        known, read = asked.has_word, data.vectoriser.read
        points = fusing.points_of(asked, [read(text, is_word=known) for text in texts])
    unseen, names = None, None
    if points is not None and asked is not None:
        if words.is_scarce(truth[teaching]):
            names = fusing.names_of(asked, routes)
        unseen, names = fusing.unseen_with(names, points, truth, data.folds, teaching)
    data = replace(data, points=points, names=names)
    meant = [] if unseen is None else unseen.scores
    scores, recipe = words.out_of_fold(data, seed, fusing.worth(meant, truth))
    weights = fusing.weigh(scores[inside, :-1], [one[inside] for one in meant], truth[inside])
    margins = weights.margins(scores[:, :-1], meant)
    signs = np.stack([margins.max(axis=1), scores[:, -1]], axis=1)
    if unseen is not None:
        signs = np.hstack([signs, unseen.signs])
    gate = gates.gate(signs, inside)
    answers = figures.Answers(
        calibration.softmax(margins, weights.temperature),
        truth,
        gate.values(signs) >= gate.threshold,
    )
    limits = gates.limits(answers, [(departments or {}).get(label, "") for label in routes])
    vectoriser, linear = words.fit_all(data, recipe, seed)
    meaning, lean = None, weights.prior
    if points is not None and asked is not None:
        taught = truth[teaching]
        learned = fusing.fit(
            points[teaching], taught, asked.name, few=fusing.is_few(taught), names=names
        )
        meaning, intercepts = fusing.added(learned, weights, linear.of_points)
        lean = lean + intercepts
    model = TriageModel(
        labels=routes,
        vectoriser=vectoriser,
        weights=linear.weights.astype(np.float32),
        intercepts=linear.intercepts + np.append(lean, 0.0),
        temperature=weights.temperature,
        gate=gate,
        limits=limits,
        metrics=figures.metrics(answers, limits) | _gate_figures(gate, signs, inside),
        groups=alike.group_figures(
            right=answers.right[inside],
            accepted=figures.accepted(answers, limits)[inside],
            confidence=answers.confidence[inside],
            groups=_inside(divided_by or {}, inside),
        ),
        meaning=meaning,
        embedder=asked,
    )
    # What was remembered of the texts is let go.
    return replace(model, metrics={**model.metrics, **_flips(model, texts)}, embedder=embedder)


def _flips(model: TriageModel, texts: Sequence[str]) -> dict[str, float]:
    """How often the suggestion changes when only somebody's gender or origin does."""
    found = flip_test(
        cases=texts,
        flip=flipping.variants,
        suggest=lambda some: [one.label for one in model.triage(some, explained=False)],
    )
    if found.share is None:
        return {}
    return {"flips_tried": float(found.tried), "flips_changed": found.share.value}


def _gate_figures(gate: Gate, signs: Floats, inside: NDArray[np.bool_]) -> dict[str, float]:
    most = gates.lets_in_at_most(gate, signs, inside)
    return {} if most is None else {"gate_lets_in_at_most": most}


def _inside(groups: Mapping[str, Sequence[str]], inside: NDArray[np.bool_]) -> dict[str, list[str]]:
    kept: list[int] = np.flatnonzero(inside).tolist()
    return {attribute: [names[i] for i in kept] for attribute, names in groups.items()}
