# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The trained model: linear in words and in meaning, with calibrated confidence and a gate.

Prediction needs numpy only, and the embedding where the model learned with one. Every text is
answered by itself, so an answer does not depend on which other texts stand in the batch.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
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
from kodeks.inquiries.engine.gate import OF_WORDS, Gate
from kodeks.inquiries.engine.kinship import Limits as KinLimits
from kodeks.inquiries.engine.meaning import Meaning
from kodeks.inquiries.engine.numbers import Numbers
from kodeks.inquiries.engine.results import Alternative, Consideration, Notice, Triage
from kodeks.inquiries.engine.vectors import Document, Vectoriser
from kodeks.language import embeddings

_ALTERNATIVES = 4
_TOGETHER = 256
"""Texts that are embedded in one call, and answered together."""


@dataclass(frozen=True)
class TriageModel:
    """A trained triage model.

    `weights` (features, labels + 1) and `intercepts` (labels + 1,) give the margins of the words;
    the last column is the outside score. A model that knows meanings adds the margins of
    `meaning`, so that the sum is linear too. `metrics` are cross-validated figures from
    the training, `groups` the same for groups of citizens (see alike.group_figures). `numbers` is
    the KLE list that the model was given, and `kin` when an inquiry is one that came before; a
    model of an earlier format has neither.
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
    numbers: Numbers | None = None
    kin: KinLimits | None = None
    embedder: embeddings.Embedder | None = None

    def triage(
        self,
        texts: Sequence[str],
        *,
        max_error: float = 0.05,
        by_department: Mapping[str, float] | None = None,
        explained: bool = True,
    ) -> list[Triage]:
        """A suggestion for each text; without considerations when not `explained`, for speed.

        `max_error` is the allowed share of wrong labels among the accepted, 0 < max_error < 1;
        a suggestion is accepted when the 95 % upper bound found in training keeps to it.
        `by_department` has other shares for some departments.
        """
        allowed = by_department or {}
        if not all(0 < one < 1 for one in (max_error, *allowed.values())):
            raise ThresholdError("Den tilladte fejlandel skal ligge mellem 0 og 1, fx 0,05.")
        looked = [self._looked(text) for text in texts]
        texts = [counting for _, counting in looked]
        rows = zip(self.vectoriser.documents(texts), self._points(texts), strict=True)
        answers: list[Triage] = []
        while some := list(itertools.islice(rows, _TOGETHER)):
            answers += self._answers(some, max_error, allowed, explained)
        return [
            steering.held_back(answer, because)
            for answer, (because, _) in zip(answers, looked, strict=True)
        ]

    def chances(self, texts: Sequence[str]) -> Floats:
        """(texts, labels): how likely each label is, calibrated on whole texts."""
        texts = [self._looked(text)[1] for text in texts]
        rows = zip(self.vectoriser.documents(texts), self._points(texts), strict=True)
        found = [softmax(self._margins(row)[0], self.temperature) for row in rows]
        return np.array(found).reshape(len(found), len(self.labels))

    @property
    def _is_watchful(self) -> bool:
        """What learned by the first rules answers as it did then."""
        return self.vectoriser.reading.version > FIRST_VERSION

    def _looked(self, text: str) -> tuple[tuple[Notice, ...], str]:
        return steering.looked(text) if self._is_watchful else ((), text)

    def _points(self, texts: Sequence[str]) -> Iterator[Floats]:
        for start in range(0, len(texts), _TOGETHER):
            some = texts[start : start + _TOGETHER]
            if self.embedder is None:
                yield from np.zeros((len(some), 0))
            else:
                known = self.embedder.has_word
                yield from self.embedder.embed(
                    [self.vectoriser.read(text, is_word=known) for text in some]
                )

    def _answers(
        self,
        rows: Sequence[tuple[Document, Floats]],
        max_error: float,
        by_department: Mapping[str, float],
        explained: bool,
    ) -> Iterator[Triage]:
        """Each text's own sums first, then what is the same for all of them at once."""
        # Row by row: a product of matrices could round a row otherwise than it does alone.
        found = [self._margins(row) for row in rows]
        margins, outer = np.stack([one for one, _ in found]), np.array([out for _, out in found])
        signs = np.zeros((len(rows), len(self.gate.weights)))
        if (known := self.meaning) is not None:
            points = [point[None] for _, point in rows]
            signs[:, OF_WORDS:] = [known.familiarity(p, known.scores(p))[0] for p in points]
        chances = softmax(margins, self.temperature)
        ranked = np.argsort(-margins, axis=1, kind="stable")[:, : _ALTERNATIVES + 1]
        best = ranked[:, 0]
        signs[:, 0], signs[:, 1] = margins[np.arange(len(rows)), best], outer
        empty = np.array([len(document.indices) == 0 for document, _ in rows])
        outside = empty | ~self.gate.lets_in(signs)
        decided = self.limits.decide(
            chances=chances,
            best=best,
            outside=outside,
            max_error=max_error,
            by_department=by_department,
        )
        confidence = np.take_along_axis(chances, ranked, axis=1).tolist()
        for row, one, first, of, out in zip(
            rows, decided, ranked.tolist(), confidence, outside.tolist(), strict=True
        ):
            yield Triage(
                label=self.labels[first[0]],
                confidence=of[0],
                accepted=one.way == "label",
                alternatives=tuple(
                    Alternative(self.labels[i], chance)
                    for i, chance in zip(first[1:], of[1:], strict=True)
                ),
                out_of_scope=out,
                considerations=self._reasons(*row, *first[:2]) if explained else (),
                choices=one.choices,
                department=one.department,
                way=one.way,
                why=one.why,
                promise=one.promise,
            )

    def _margins(self, row: tuple[Document, Floats]) -> tuple[Floats, float]:
        """Of each label (labels,), and the outside score of the words."""
        document, point = row
        rows = self.weights.take(document.indices, axis=0)
        scores = np.asarray(document.values.astype(np.float32) @ rows + self.intercepts)
        margins = scores[:-1]
        if self.meaning is not None:
            margins = margins + self.meaning.margins(point[None])[0]
        return margins, float(scores[-1])

    def _reasons(
        self, document: Document, point: Floats, best: int, second: int
    ) -> tuple[Consideration, ...]:
        rows = self.weights[document.indices]
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
                numbers=self.numbers,
                kin=self.kin,
            )
        )

    @classmethod
    def of_bytes(cls, data: bytes, *, embedder: embeddings.Named = embeddings.named) -> TriageModel:
        """Read a model's file; `embedder` gives the embedding that the model names.

        Raises TriageModelError when anything in it does not fit, or the embedding is not there.
        """
        try:
            parts = store.parts(store.of_bytes(data))
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
            numbers=parts.numbers,
            kin=parts.kin,
            embedder=found,
        )

    def save(self, folder: Path) -> None:
        """Store the model in `folder`; a model already there is replaced at once or not at all."""
        store.write(folder, self.artefact.as_bytes())

    @classmethod
    def load(cls, folder: Path) -> TriageModel:
        """Read a stored model; TriageModelError when anything in it does not fit."""
        return cls.of_bytes(store.read(folder))
