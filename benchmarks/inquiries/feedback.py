# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What it costs to learn from suggestions that were only followed; prints Markdown.

    python benchmarks/inquiries/feedback.py

The citizens' proposals of the Cycling Dialogue Bonn, drawn in three orders: a fifth to be measured
on, 300 to begin with, then eight weeks of 120. A caseworker follows right suggestions, and wrong
ones in a share of the cases (columns); the others are corrected. One in ten is decided without the
suggestion. A linear machine on TF-IDF of words is learned anew each week, with the followed texts
at a weight (rows). The figure is accuracy after the eight weeks, by the true labels.
"""

from __future__ import annotations

import accuracy
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

START, WEEK, WEEKS, SEEDS, BLIND = 300, 120, 8, 3, 0.1
FOLLOWED_WRONG = (0.0, 0.3, 0.6)
WEIGHTS = (1.0, 0.5, 0.2, 0.0)


def main() -> None:
    data = accuracy.cycling(accuracy.data_folder())
    truth = np.array(data.labels)
    features = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)).fit_transform(data.texts)
    found: dict[tuple[float, float], list[float]] = {}
    begun = []
    for seed in range(SEEDS):
        order = np.random.default_rng(seed).permutation(len(truth))
        test, stream = order[: len(truth) // 5], order[len(truth) // 5 :]
        for share in FOLLOWED_WRONG:
            for weight in WEIGHTS:
                before, after = lived(features, truth, test, stream, share, weight, seed)
                begun.append(before)
                found.setdefault((weight, share), []).append(after)
    print(f"Accuracy to begin with: {np.mean(begun):.3f}\n")
    columns = " | ".join(f"{share:.0%} of wrong ones followed" for share in FOLLOWED_WRONG)
    print(f"| weight of followed | {columns} |\n|---|{'---|' * len(FOLLOWED_WRONG)}")
    for weight in WEIGHTS:
        cells = " | ".join(f"{np.mean(found[weight, share]):.3f}" for share in FOLLOWED_WRONG)
        print(f"| {weight} | {cells} |")


def lived(
    features: object,
    truth: np.ndarray,
    test: np.ndarray,
    stream: np.ndarray,
    share: float,
    weight: float,
    seed: int,
) -> tuple[float, float]:
    """Accuracy on `test` before and after the weeks."""
    draw = np.random.default_rng(seed + 100)
    rows, labels, weights = list(stream[:START]), list(truth[stream[:START]]), [1.0] * START

    def machine() -> LinearSVC:
        learned = LinearSVC(C=1.0, random_state=0)
        return learned.fit(features[rows], np.array(labels), sample_weight=np.array(weights))

    model = machine()
    before = float((model.predict(features[test]) == truth[test]).mean())
    for week in range(WEEKS):
        new = stream[START + week * WEEK : START + (week + 1) * WEEK]
        for row, suggested in zip(new, model.predict(features[new]), strict=True):
            blind = draw.random() < BLIND
            # No draw for a right suggestion, nor where the suggestion was not seen.
            follows = suggested == truth[row] or (not blind and draw.random() < share)
            counts = weight if follows and not blind else 1.0
            if counts:
                rows.append(row)
                labels.append(suggested if follows else truth[row])
                weights.append(counts)
        model = machine()
    return before, float((model.predict(features[test]) == truth[test]).mean())


if __name__ == "__main__":
    main()
