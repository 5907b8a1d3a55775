# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A small set of Danish inquiries with three topics and some out of scope."""

import random

import pytest

from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.training import train

TOPICS = {
    "Affald": "skraldespand affald tømning genbrug container storskrald pose",
    "Vej": "hul asfalt fortov vejen kantsten belægning skilt",
    "Bibliotek": "bog lån bibliotek reservation bøde aflevering læsesal",
    "andet": "pizza vejrudsigt fodbold opskrift horoskop film biograf",
}


def examples(*, each: int = 40, seed: int = 1) -> tuple[list[str], list[str]]:
    """Texts and labels, shuffled; the label andet means out of scope."""
    draw = random.Random(seed)
    rows = [
        (f"Hej, jeg skriver om {draw.choice(words)} og {draw.choice(words)} nr. {i}.", label)
        for label, text in TOPICS.items()
        for words in [text.split()]
        for i in range(each)
    ]
    draw.shuffle(rows)
    return [text for text, _ in rows], [label for _, label in rows]


@pytest.fixture(scope="session")
def small_world() -> tuple[list[str], list[str]]:
    return examples()


@pytest.fixture(scope="session")
def small_model(small_world: tuple[list[str], list[str]]) -> TriageModel:
    pytest.importorskip("sklearn")
    texts, labels = small_world
    return train(texts=texts, labels=labels)
