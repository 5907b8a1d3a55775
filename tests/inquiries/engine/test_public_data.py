# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Accuracy floors on small shares of public data; the full figures are the benchmark's."""

import csv
import json
import os
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from kodeks.inquiries.engine.training import train

pytest.importorskip("sklearn")

Rows = list[tuple[str, str]]
_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data"
DATA = Path(os.environ.get("KODEKS_DATA", _BESIDE)) / "inquiries"


def _path(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the data folder (KODEKS_DATA) does not hold inquiries/{name}")
    return path


def _csv(name: str) -> list[dict[str, str]]:
    with _path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _accuracy(seen: Rows, new: Rows) -> float:
    model = train(texts=[text for text, _ in seen], labels=[label for _, label in seen])
    answers = model.triage([text for text, _ in new])
    return float(np.mean([a.label == label for a, (_, label) in zip(answers, new, strict=True)]))


def _shuffled(rows: Rows) -> Rows:
    random.Random(5).shuffle(rows)
    return rows


def test_citizens_proposals() -> None:
    rows = _csv("cycling-dialogues/bonn.csv")
    pairs = _shuffled([(f"{r['title']} {r['text']}", r["main_category_level1"]) for r in rows])
    assert _accuracy(pairs[:900], pairs[900:1500]) > 0.66


def test_banking77() -> None:
    pairs = _shuffled([(r["text"], r["category"]) for r in _csv("banking77/train.csv")])
    chosen = set(sorted({label for _, label in pairs})[:15])
    pairs = [pair for pair in pairs if pair[1] in chosen]
    assert _accuracy(pairs[:700], pairs[700:1400]) > 0.90


def test_danish_intents() -> None:
    lines = _path("xsid/da.valid.conll").read_text(encoding="utf-8").splitlines()
    texts = [line[9:] for line in lines if line.startswith("# text = ")]
    labels = [line[11:] for line in lines if line.startswith("# intent = ")]
    counts = Counter(labels)
    pairs = [(t, label) for t, label in zip(texts, labels, strict=True) if counts[label] >= 10]
    _shuffled(pairs)
    assert _accuracy(pairs[:240], pairs[240:]) > 0.88


def test_out_of_scope_gate_keeps_most_strangers_out() -> None:
    path = _path("clinc150/data_without_test.json")
    parts = json.loads(path.read_text(encoding="utf-8"))
    chosen = set(sorted({label for _, label in parts["train"]})[:20])
    seen = [row for row in parts["train"] if row[1] in chosen] + parts["oos_train"]
    model = train(texts=[text for text, _ in seen], labels=[label for _, label in seen])
    inside = [row for row in parts["val"] if row[1] in chosen]
    answers = model.triage([text for text, _ in inside])
    accepted = [a.accepted for a in answers]
    wrong = [a.label != row[1] for a, row in zip(answers, inside, strict=True) if a.accepted]
    strangers = model.triage([text for text, _ in parts["oos_val"]])
    assert np.mean(accepted) > 0.85
    assert np.mean(wrong) <= 0.05
    assert np.mean([a.accepted for a in strangers]) < 0.25
