# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Our triage against the plain recipe on the same splits of public data; prints Markdown.

    python benchmarks/inquiries/accuracy.py [cycling] [banking77] [xsid] [clinc150]

The recipe: TF-IDF of words 1-2 and char_wb 2-5 (sublinear), LinearSVC(C=1). The data folder is
the environment variable KODEKS_DATA (default: shared/data beside the checkout).
"""

import csv
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from kodeks.inquiries.engine.training import is_out_of_scope, train
from kodeks.statistics.calibration import expected_error

FOLDS, MAX_ERROR, LEAST = 5, 0.05, 3


def data_folder() -> Path:
    """Where the public data lies."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    return Path(os.environ.get("KODEKS_DATA", beside)) / "inquiries"


@dataclass(frozen=True)
class Dataset:
    """Texts, labels and the (train, test) index pairs to score."""

    texts: list[str]
    labels: list[str]
    splits: list[tuple[list[int], list[int]]]


def cycling(folder: Path) -> Dataset:
    """Citizens' proposals of the Cycling Dialogue Bonn, 5-fold."""
    with (folder / "cycling-dialogues/bonn.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [f"{row['title']} {row['text']}" for row in rows]
    return _folded(texts, [row["main_category_level1"] for row in rows])


def banking77(folder: Path) -> Dataset:
    """Banking77, the train part, 5-fold."""
    with (folder / "banking77/train.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return _folded([row["text"] for row in rows], [row["category"] for row in rows])


def xsid(folder: Path) -> Dataset:
    """Danish xSID, 5-fold; labels with fewer than 3 utterances are left out."""
    lines = (folder / "xsid/da.valid.conll").read_text(encoding="utf-8").splitlines()
    texts = [line[9:] for line in lines if line.startswith("# text = ")]
    labels = [line[11:] for line in lines if line.startswith("# intent = ")]
    counts = Counter(labels)
    kept = [i for i, label in enumerate(labels) if counts[label] >= LEAST]
    return _folded([texts[i] for i in kept], [labels[i] for i in kept])


def clinc150(folder: Path) -> Dataset:
    """CLINC150 train to val, both with out-of-scope rows."""
    parts = json.loads((folder / "clinc150/data_without_test.json").read_text(encoding="utf-8"))
    seen, new = parts["train"] + parts["oos_train"], parts["val"] + parts["oos_val"]
    rows = seen + new
    split = (list(range(len(seen))), list(range(len(seen), len(rows))))
    return Dataset([row[0] for row in rows], [row[1] for row in rows], [split])


SETS: dict[str, Callable[[Path], Dataset]] = {
    "cycling": cycling,
    "banking77": banking77,
    "xsid": xsid,
    "clinc150": clinc150,
}


def _folded(texts: list[str], labels: list[str]) -> Dataset:
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, labels)
    return Dataset(texts, labels, [(a.tolist(), b.tolist()) for a, b in folds])


def counted() -> FeatureUnion:
    """The plain counts of words and letters."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return FeatureUnion([("words", words), ("characters", characters)])


def recipe() -> Pipeline:
    """The plain recipe, to be fitted."""
    return make_pipeline(counted(), LinearSVC(C=1, random_state=0))


def baseline(data: Dataset) -> list[str]:
    """The recipe's label for every test text, in the order of the splits."""
    answers: list[str] = []
    for seen, new in data.splits:
        inside = [i for i in seen if not is_out_of_scope(data.labels[i])]
        plain = recipe().fit([data.texts[i] for i in inside], [data.labels[i] for i in inside])
        answers += plain.predict([data.texts[i] for i in new]).tolist()
    return answers


def row(name: str, who: str, truth: Sequence[str], answers: Sequence[str], rest: str) -> str:
    """One line of the table: accuracy and macro F1 on the texts in scope."""
    inside = [i for i, label in enumerate(truth) if not is_out_of_scope(label)]
    right = [truth[i] == answers[i] for i in inside]
    labels = [truth[i] for i in inside]
    f1 = f1_score(labels, [answers[i] for i in inside], labels=sorted(set(labels)), average="macro")
    return f"| {name} | {who} | {np.mean(right):.3f} | {f1:.3f} | {rest} |"


def ours(name: str, data: Dataset, truth: list[str]) -> str:
    """Our line: also calibration, coverage and error at the allowed error, and speed."""
    answers, training, predicting = [], 0.0, 0.0
    for seen, new in data.splits:
        start = time.process_time()
        model = train(texts=[data.texts[i] for i in seen], labels=[data.labels[i] for i in seen])
        middle = time.process_time()
        answers += model.triage([data.texts[i] for i in new], max_error=MAX_ERROR)
        training += middle - start
        predicting += time.process_time() - middle
    inside = np.array([not is_out_of_scope(label) for label in truth])
    right = np.array([a.label == label for a, label in zip(answers, truth, strict=True)])
    accepted = np.array([a.accepted for a in answers])
    confidence = np.array([a.confidence for a in answers])
    error = f"{(~right[accepted & inside]).mean():.3f}" if accepted.any() else "-"
    outside = "-" if inside.all() else f"{accepted[~inside].mean():.3f}"
    rest = (
        f"{expected_error(confidence[inside], right[inside]):.3f} | "
        f"{accepted[inside].mean():.3f} | {error} | {outside} | "
        f"{training / len(data.splits):.0f} | {len(truth) / predicting:.0f}"
    )
    return row(name, "kodeks", truth, [a.label for a in answers], rest)


def main(names: Sequence[str]) -> None:
    """Print the table for the named sets, or for all."""
    print(
        "| set | model | accuracy | macro F1 | ECE | coverage at 5 % | realised error "
        "| out of scope accepted | training CPU s | texts per CPU s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in names or SETS:
        data = SETS[name](data_folder())
        truth = [data.labels[i] for _, new in data.splits for i in new]
        print(row(name, "recipe", truth, baseline(data), "- | - | - | - | - | -"), flush=True)
        print(ours(name, data, truth), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
