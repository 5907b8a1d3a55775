# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How far a published figure of a larger set can be had on the texts at hand; Markdown.

    python benchmarks/inquiries/divisions.py WHAT --of SET [--data FOLDER] [--cache FOLDER]

WHAT is one of

    curve   by a part of each training part: accuracy, coverage of any threshold at 5 %, error of
            the surest 0.35, and the mean error over all thresholds, by how many texts are learned
            from
    guide   the ways that the published figures were made with, plain counts of words and letters
            (TF-IDF, LinearSVC) and the same with an embedding's points beside them, and the
            engine, on the same folds
    pooled  train and validation part together, each fifth answered by what the rest taught, with
            out-of-scope texts in all of them: coverage at 5 % and what is let in of twice as many

SET is `cycling` (the proposals of Bonn) or `xsid` (the Danish utterances), for `pooled` CLINC150.
None of the divisions is the one whose figures are reported (`triage.py`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import accuracy
import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.svm import LinearSVC
from triage import HEAD, MAX_ERROR, Kept, belonging, covered, line, wrong_by_rank

from kodeks.inquiries.engine.results import Triage
from kodeks.inquiries.engine.training import is_out_of_scope, train
from kodeks.language import embeddings

CURVE = ((5, 0.35), (5, 0.5), (5, 0.7), (5, 1.0), (10, 1.0))
"""In how many folds, and how much of each training part is learned from."""
CURVES, DIVISIONS = 3, {"cycling": 4, "xsid": 6}
SUREST = 0.35


@dataclass
class Answers:
    """What one way answers on one division, text by text."""

    truth: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)

    def add(self, truth: Sequence[str], given: Sequence[str], sure: Sequence[float]) -> None:
        """Another fold."""
        self.truth += truth
        self.given += given
        self.sure += sure

    def figures(self) -> tuple[float, float, float, float, float]:
        """Accuracy, macro F1, coverage of any threshold, error of the surest, mean error."""
        right = np.array(self.truth) == np.array(self.given)
        wrong = wrong_by_rank(right, np.array(self.sure))
        f1 = f1_score(self.truth, self.given, average="macro", labels=sorted(set(self.truth)))
        surest = wrong[round(SUREST * len(wrong)) - 1]
        return float(right.mean()), float(f1), covered(wrong), float(surest), float(wrong.mean())


def _folds(labels: np.ndarray, count: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    yield from StratifiedKFold(count, shuffle=True, random_state=seed).split(labels, labels)


def _row(name: str, rows: Sequence[tuple[float, ...]]) -> None:
    """Means over divisions, and the coverage of each."""
    each = ", ".join(f"{row[2]:.3f}" for row in rows)
    right, f1, any_threshold, surest, area = np.mean(rows, axis=0)
    print(
        f"| {name} | {right:.3f} | {f1:.3f} | {any_threshold:.3f} ({each}) "
        f"| {surest:.4f} | {area:.4f} |",
        flush=True,
    )


def _ours(
    texts: Sequence[str],
    labels: Sequence[str],
    asked: Sequence[str],
    embedder: embeddings.Embedder,
) -> tuple[list[str], list[float]]:
    model = train(texts=texts, labels=labels, embedder=embedder)
    answers = model.triage(asked, explained=False)
    return [a.label for a in answers], [a.confidence for a in answers]


def curve(data: accuracy.Dataset, embedder: embeddings.Embedder) -> None:
    """The engine's figures by how many texts are learned from."""
    labels = np.array(data.labels)
    for count, share in CURVE:
        learned: list[int] = []
        rows = []
        for seed in range(1, CURVES + 1):
            answers = Answers()
            for seen, new in _folds(labels, count, seed):
                few = seen
                if share < 1:
                    few, _ = train_test_split(
                        seen, train_size=share, random_state=seed, stratify=labels[seen]
                    )
                asked = [data.texts[i] for i in new]
                texts = [data.texts[i] for i in few]
                answers.add(
                    labels[new].tolist(), *_ours(texts, labels[few].tolist(), asked, embedder)
                )
                learned.append(len(few))
            rows.append(answers.figures())
        _row(f"{np.mean(learned):.0f} texts", rows)


def guide(data: accuracy.Dataset, embedder: embeddings.Embedder, divisions: int) -> None:
    """The published ways and the engine on the same folds."""
    labels, points = np.array(data.labels), embedder.embed(data.texts)
    rows: dict[str, list[tuple[float, ...]]] = {}
    for seed in range(1, divisions + 1):
        ways = {name: Answers() for name in ("words and letters", "with points", "kodeks")}
        for seen, new in _folds(labels, accuracy.FOLDS, seed):
            texts, asked = [data.texts[i] for i in seen], [data.texts[i] for i in new]
            truth, counts = labels[new].tolist(), accuracy.counted()
            learned, answered = counts.fit_transform(texts), counts.transform(asked)
            ways["words and letters"].add(truth, *_plain(learned, labels[seen], answered))
            middle = points[seen].mean(0)
            learned = hstack([learned, points[seen] - middle]).tocsr()
            answered = hstack([answered, points[new] - middle]).tocsr()
            ways["with points"].add(truth, *_plain(learned, labels[seen], answered))
            ways["kodeks"].add(truth, *_ours(texts, labels[seen].tolist(), asked, embedder))
        for name, answers in ways.items():
            rows.setdefault(name, []).append(answers.figures())
    for name, each in rows.items():
        _row(f"{name}, {len(each)} divisions", each)


def pooled(data: accuracy.Dataset, embedder: embeddings.Embedder) -> None:
    """All examples in five, those out of scope too."""
    labels = np.array(data.labels)
    truth: list[str] = []
    answers: list[Triage] = []
    belongs: list[float] = []
    for seen, new in _folds(labels, accuracy.FOLDS, 1):
        texts, asked = [data.texts[i] for i in seen], [data.texts[i] for i in new]
        model = train(texts=texts, labels=labels[seen].tolist(), embedder=embedder)
        answers += model.triage(asked, max_error=MAX_ERROR, explained=False)
        belongs += belonging(model, asked).tolist()
        truth += labels[new].tolist()
    inside = [not is_out_of_scope(label) for label in truth]
    outside = len(inside) - sum(inside)
    area = roc_auc_score(inside, belongs)
    print(line("clinc150", truth, answers, f"{outside} out of scope, AUROC {area:.4f}"))


def _plain(
    learned: csr_matrix, labels: np.ndarray, answered: csr_matrix
) -> tuple[list[str], list[float]]:
    """The answers of a LinearSVC, as sure as its margin to the second is wide."""
    machine = LinearSVC().fit(learned, labels)
    scores = machine.decision_function(answered)
    ordered = np.sort(scores, axis=1)
    given = machine.classes_[scores.argmax(axis=1)]
    return given.tolist(), (ordered[:, -1] - ordered[:, -2]).tolist()


def main() -> None:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("curve", "guide", "pooled"))
    parser.add_argument("--of", choices=(*DIVISIONS, "clinc150"), required=True)
    parser.add_argument("--data", type=Path, default=accuracy.data_folder())
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    if (asked.of == "clinc150") != (asked.what == "pooled"):
        parser.error("pooled is of clinc150, and curve and guide of the others")
    data = accuracy.SETS[asked.of](asked.data)
    embedder = embeddings.default()
    kept = Kept(embedder, asked.cache) if asked.cache else None
    if asked.what == "pooled":
        print(HEAD)
        pooled(data, kept or embedder)
    else:
        print("| | accuracy | macro F1 | coverage of any threshold | surest 0.35 | mean error |")
        print("|---|---|---|---|---|---|")
    if asked.what == "curve":
        curve(data, kept or embedder)
    if asked.what == "guide":
        guide(data, kept or embedder, DIVISIONS[asked.of])
    if kept:
        kept.save()


if __name__ == "__main__":
    main()
