# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The trained model: a linear classifier with calibrated confidence and a gate.

Prediction needs numpy only. Every text is answered by itself, so an answer does not depend on
which other texts stand in the batch.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kodeks.artefacts import Arrays, Artefact
from kodeks.inquiries.engine import explain, store
from kodeks.inquiries.engine.calibration import Floats, RiskCurve, softmax
from kodeks.inquiries.engine.errors import ThresholdError
from kodeks.inquiries.engine.results import Alternative, Triage
from kodeks.inquiries.engine.vectors import Document, Vectoriser

_ALTERNATIVES = 4


@dataclass(frozen=True)
class Gate:
    """Says whether a text is in scope: margin * best margin + outside * outside score >= threshold.

    The outside score comes from a separate linear model on examples labelled out of scope;
    `outside` is 0 when there were too few of them.
    """

    margin: float
    outside: float
    threshold: float


@dataclass(frozen=True)
class TriageModel:
    """A trained triage model.

    `weights` (features, labels + 1) and `intercepts` (labels + 1,) give the margins; the last
    column is the outside score. `metrics` are cross-validated figures from the training, `groups`
    the same for groups of citizens (see alike.group_figures).
    """

    labels: tuple[str, ...]
    vectoriser: Vectoriser
    weights: NDArray[np.float32]
    intercepts: Floats
    temperature: float
    gate: Gate
    curve: RiskCurve
    metrics: dict[str, float]
    groups: tuple[dict[str, str], ...] = ()

    def triage(self, texts: Iterable[str], *, max_error: float = 0.05) -> list[Triage]:
        """A suggestion for each text.

        `max_error` is the allowed share of wrong labels among the accepted, 0 < max_error < 1;
        a suggestion is accepted when the 90 % upper bound found in training keeps to it.
        """
        if not 0 < max_error < 1:
            raise ThresholdError("Den tilladte fejlandel skal ligge mellem 0 og 1, fx 0,05.")
        threshold = self.curve.threshold(max_error)
        return [self._answer(d, threshold) for d in self.vectoriser.documents(texts)]

    def _answer(self, document: Document, threshold: float) -> Triage:
        rows = self.weights[document.indices]
        scores = document.values.astype(np.float32) @ rows + self.intercepts
        margins = scores[:-1]
        chances = softmax(margins, self.temperature)
        ranked = np.argsort(-margins, kind="stable")[: _ALTERNATIVES + 1]
        best, second = int(ranked[0]), int(ranked[1])
        inside = self.gate.margin * margins[best] + self.gate.outside * scores[-1]
        outside = len(document.indices) == 0 or bool(inside < self.gate.threshold)
        confidence = float(chances[best])
        parts = np.stack(
            (rows[:, best] - self._mean_weights[document.indices], rows[:, second] - rows[:, best]),
            axis=1,
        )
        shares = explain.word_parts(document, parts * document.values[:, None])
        return Triage(
            label=self.labels[best],
            confidence=confidence,
            accepted=not outside and confidence >= threshold,
            alternatives=tuple(
                Alternative(self.labels[i], float(chances[i])) for i in ranked[1:].tolist()
            ),
            out_of_scope=outside,
            considerations=explain.considerations(
                shares, label=self.labels[best], runner_up=self.labels[second]
            ),
        )

    @cached_property
    def _mean_weights(self) -> Floats:
        return np.asarray(self.weights[:, :-1].mean(axis=1, dtype=np.float64))

    @cached_property
    def artefact(self) -> Artefact:
        """The model as it is sealed and released."""
        facts = store.Facts(
            labels=self.labels,
            words=self.vectoriser.words,
            characters=self.vectoriser.characters,
            temperature=self.temperature,
            gate=(self.gate.margin, self.gate.outside, self.gate.threshold),
            metrics=self.metrics,
            groups=self.groups,
        )
        return store.artefact(facts, self._arrays)

    @classmethod
    def of_bytes(cls, data: bytes) -> "TriageModel":
        """Read a model's file; TriageModelError when anything in it does not fit."""
        facts, arrays = store.parts(store.of_bytes(data))
        vectoriser = Vectoriser(facts.words, facts.characters, arrays["idf"])
        return cls(
            labels=facts.labels,
            vectoriser=vectoriser,
            weights=arrays["weights"],
            intercepts=arrays["intercepts"],
            temperature=facts.temperature,
            gate=Gate(*facts.gate),
            curve=RiskCurve(arrays["thresholds"], arrays["bounds"]),
            metrics=facts.metrics,
            groups=facts.groups,
        )

    def save(self, folder: Path) -> None:
        """Store the model in `folder`; a model already there is replaced at once or not at all."""
        store.write(folder, self.artefact.as_bytes())

    @classmethod
    def load(cls, folder: Path) -> "TriageModel":
        """Read a stored model; TriageModelError when anything in it does not fit."""
        return cls.of_bytes(store.read(folder))

    @property
    def _arrays(self) -> Arrays:
        return {
            "idf": self.vectoriser.idf,
            "weights": self.weights,
            "intercepts": self.intercepts,
            "thresholds": self.curve.thresholds,
            "bounds": self.curve.bounds,
        }
