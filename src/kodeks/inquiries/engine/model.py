# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The trained model: linear in words and in meaning, with calibrated confidence and a gate.

Prediction needs numpy only, and the embedding where the model learned with one. Every text is
answered by itself, so an answer does not depend on which other texts stand in the batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kodeks.artefacts import Artefact
from kodeks.inquiries.engine import explain, steering, store
from kodeks.inquiries.engine.calibration import Floats, softmax
from kodeks.inquiries.engine.cleaning import FIRST_VERSION
from kodeks.inquiries.engine.deciding import Limits
from kodeks.inquiries.engine.errors import ThresholdError, TriageModelError
from kodeks.inquiries.engine.gate import Gate
from kodeks.inquiries.engine.meaning import Meaning
from kodeks.inquiries.engine.results import Alternative, Consideration, Notice, Triage
from kodeks.inquiries.engine.vectors import Document, Vectoriser
from kodeks.language import embeddings, guard

_ALTERNATIVES = 4
_TOGETHER = 256
"""Texts that are embedded in one call."""


@dataclass(frozen=True)
class TriageModel:
    """A trained triage model.

    `weights` (features, labels + 1) and `intercepts` (labels + 1,) give the margins of the words;
    the last column is the outside score. A model that knows meanings adds the margins of
    `meaning`, so that the sum is linear too. `metrics` are cross-validated figures from
    the training, `groups` the same for groups of citizens (see alike.group_figures).
    """

    labels: tuple[str, ...]
    vectoriser: Vectoriser
    weights: NDArray[np.float32]
    intercepts: Floats
    temperature: float
    gate: Gate
    limits: Limits
    metrics: dict[str, float]
    groups: tuple[dict[str, str], ...] = ()
    meaning: Meaning | None = None
    embedder: embeddings.Embedder | None = None

    def triage(
        self, texts: Sequence[str], *, max_error: float = 0.05, explained: bool = True
    ) -> list[Triage]:
        """A suggestion for each text; without considerations when not `explained`, for speed.

        `max_error` is the allowed share of wrong labels among the accepted, 0 < max_error < 1;
        a suggestion is accepted when the 95 % upper bound found in training keeps to it.
        """
        if not 0 < max_error < 1:
            raise ThresholdError("Den tilladte fejlandel skal ligge mellem 0 og 1, fx 0,05.")
        noticed = [self._noticed(text) for text in texts]
        texts = [self._counting(text) for text in texts]
        points = self._points(texts)
        return [
            steering.held_back(self._answer(document, point, max_error, explained), because)
            for document, point, because in zip(
                self.vectoriser.documents(texts), points, noticed, strict=True
            )
        ]

    @property
    def _is_watchful(self) -> bool:
        """What learned by the first rules answers as it did then."""
        return self.vectoriser.reading.version > FIRST_VERSION

    def _noticed(self, text: str) -> tuple[Notice, ...]:
        return steering.notices(text) if self._is_watchful else ()

    def _counting(self, text: str) -> str:
        return steering.readable(guard.visible(text)) if self._is_watchful else text

    def _points(self, texts: Sequence[str]) -> Iterator[Floats]:
        for start in range(0, len(texts), _TOGETHER):
            some = texts[start : start + _TOGETHER]
            if self.embedder is None:
                yield from np.zeros((len(some), 0))
            else:
                yield from self.embedder.embed([self.vectoriser.read(text) for text in some])

    def _answer(
        self, document: Document, point: Floats, max_error: float, explained: bool
    ) -> Triage:
        rows = self.weights[document.indices]
        scores = document.values.astype(np.float32) @ rows + self.intercepts
        margins = scores[:-1]
        signs = np.array([0.0, scores[-1]])
        if self.meaning is not None:
            margins = margins + self.meaning.margins(point[None])[0]
            known = self.meaning.scores(point[None])
            signs = np.append(signs, self.meaning.familiarity(point[None], known)[0])
        chances = softmax(margins, self.temperature)
        ranked = np.argsort(-margins, kind="stable")[: _ALTERNATIVES + 1]
        best, second = int(ranked[0]), int(ranked[1])
        signs[0] = margins[best]
        outside = len(document.indices) == 0 or not self.gate.lets_in(signs)
        decided = self.limits.decide(
            chances=chances, best=best, outside=outside, max_error=max_error
        )
        return Triage(
            label=self.labels[best],
            confidence=float(chances[best]),
            accepted=decided.way == "label",
            alternatives=tuple(
                Alternative(self.labels[i], float(chances[i])) for i in ranked[1:].tolist()
            ),
            out_of_scope=outside,
            considerations=self._reasons(document, rows, point, best, second) if explained else (),
            choices=decided.choices,
            department=decided.department,
            way=decided.way,
            why=decided.why,
            promise=decided.promise,
        )

    def _reasons(
        self, document: Document, rows: NDArray[np.float32], point: Floats, best: int, second: int
    ) -> tuple[Consideration, ...]:
        parts = np.stack(
            (rows[:, best] - self._mean_weights[document.indices], rows[:, second] - rows[:, best]),
            axis=1,
        )
        whole = np.zeros(2)
        if self.meaning is not None:
            towards = self.meaning.margins(point[None])[0]
            whole = np.array([towards[best] - towards.mean(), towards[second] - towards[best]])
        return explain.considerations(
            explain.word_parts(document, parts * document.values[:, None]),
            label=self.labels[best],
            runner_up=self.labels[second],
            whole=whole,
        )

    @cached_property
    def _mean_weights(self) -> Floats:
        return np.asarray(self.weights[:, :-1].mean(axis=1, dtype=np.float64))

    @cached_property
    def artefact(self) -> Artefact:
        """The model as it is sealed and released."""
        return store.artefact(
            store.Parts(
                labels=self.labels,
                vectoriser=self.vectoriser,
                weights=self.weights,
                intercepts=self.intercepts,
                temperature=self.temperature,
                gate=self.gate,
                limits=self.limits,
                metrics=self.metrics,
                groups=self.groups,
                meaning=self.meaning,
            )
        )

    @classmethod
    def of_bytes(cls, data: bytes, *, embedder: embeddings.Named = embeddings.named) -> TriageModel:
        """Read a model's file; `embedder` gives the embedding that the model names.

        Raises TriageModelError when anything in it does not fit, or the embedding is not there.
        """
        parts = store.parts(store.of_bytes(data))
        try:
            found = embedder(parts.meaning.embedder) if parts.meaning else None
        except embeddings.EmbeddingError as error:
            raise TriageModelError(str(error)) from error
        return cls(
            labels=parts.labels,
            vectoriser=parts.vectoriser,
            weights=parts.weights,
            intercepts=parts.intercepts,
            temperature=parts.temperature,
            gate=parts.gate,
            limits=parts.limits,
            metrics=parts.metrics,
            groups=parts.groups,
            meaning=parts.meaning,
            embedder=found,
        )

    def save(self, folder: Path) -> None:
        """Store the model in `folder`; a model already there is replaced at once or not at all."""
        store.write(folder, self.artefact.as_bytes())

    @classmethod
    def load(cls, folder: Path) -> TriageModel:
        """Read a stored model; TriageModelError when anything in it does not fit."""
        return cls.of_bytes(store.read(folder))
