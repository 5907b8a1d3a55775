# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An index that was kept gives the same answers, bit for bit, and what is broken is refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework.engine import packing
from kodeks.casework.engine.index import KleIndex
from kodeks.casework.engine.phrases import BEFORE, Settings, Subject
from kodeks.language import embeddings

LIST = (
    Subject("05.01.08", "Vedligeholdelse af veje", (("hul i vejen", 5), ("asfalt\nog grus", 5))),
    Subject("05.09.04", "Parkeringsafgifter", (("parkering", 5), ("parkeringsbøde", 1000))),
    Subject("09.13.01", "Rottebekæmpelse", (("rotte", 5), ("skadedyr", 5))),
)
INDEX = KleIndex(LIST, Settings(power=2.5))
KEPT = packing.unpacked(*packing.packed(INDEX), named=embeddings.word_points)
WORDS = ("rotter", "hul", "vejen", "parkering", "§ 29", "asfalt", "æøå", "rotebekæmplse")


KNOWING = KleIndex(LIST, words=embeddings.word_points())
"""Knows what words mean."""


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_what_was_kept_answers_the_same(text: str) -> None:
    assert list(KEPT.suggest([text])) == list(INDEX.suggest([text]))


def test_what_was_kept_is_kept_again_the_same() -> None:
    scores, arrays = packing.packed(INDEX)
    again, others = packing.packed(KEPT)
    assert again == scores
    assert set(others) == set(arrays) == packing.NAMES
    assert all(arrays[name].tobytes() == others[name].tobytes() for name in arrays)


def test_what_words_mean_is_kept_with_it_bit_for_bit() -> None:
    kept, arrays = packing.packed(KNOWING)
    again = packing.unpacked(kept, arrays, named=embeddings.word_points)
    texts = ["bilen holder ulovligt", "rotter i asfalten", "", "skadedyr"]
    assert list(again.suggest(texts)) == list(KNOWING.suggest(texts))
    once_more, others = packing.packed(again)
    assert once_more == kept
    assert all(arrays[name].tobytes() == others[name].tobytes() for name in arrays)


def test_points_of_words_that_are_not_there_are_asked_for_in_vain() -> None:
    kept, arrays = packing.packed(KNOWING)
    with pytest.raises(embeddings.EmbeddingError):
        packing.unpacked(kept | {"words": "words-0"}, arrays, named=embeddings.word_points)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("sense_points", lambda found: found[:-1]),
        ("sense_points", lambda found: found * np.nan),
        ("sense_points", lambda found: found.astype("<f8")),
        ("sense_axes", lambda found: found[:, :-1]),
        ("sense_axes", lambda found: found.ravel()),
        ("sense_mean", lambda found: found[:-1]),
        ("another", lambda found: found),
    ],
)
def test_what_is_broken_of_what_words_mean_is_refused(name: str, change: Any) -> None:
    kept, arrays = packing.packed(KNOWING)
    changed = change(arrays.get(name, arrays["idf"]))
    with pytest.raises((KeyError, TypeError, ValueError)):
        packing.unpacked(kept, arrays | {name: changed}, named=embeddings.word_points)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("postings", lambda found: found + 1000),
        ("postings", lambda found: found - 1000),
        ("postings", lambda found: found.astype("<i8")),
        ("values", lambda found: found[:-1]),
        ("values", lambda found: found * np.nan),
        ("values", lambda found: found.reshape(1, -1)),
        ("starts", lambda found: found[::-1].copy()),
        ("starts", lambda found: found + 1),
        ("idf", lambda found: found[:-1]),
        ("lengths", lambda found: found * 0),
        ("owned_subjects", lambda found: found + 3),
        ("owned_phrases", lambda found: found[::-1].copy()),
        ("owned_shares", lambda found: found[:-1]),
        ("numbers", lambda found: np.frombuffer(b'["05.01.08"]', dtype=np.uint8)),
        ("titles", lambda found: np.frombuffer(b"[1, 2, 3]", dtype=np.uint8)),
        ("names", lambda found: np.frombuffer(b"{}", dtype=np.uint8)),
        ("phrases", lambda found: found[:-1]),
        ("another", lambda found: found),
    ],
)
def test_what_is_broken_is_refused(name: str, change: Any) -> None:
    scores, arrays = packing.packed(INDEX)
    changed = change(arrays.get(name, arrays["idf"]))
    with pytest.raises((KeyError, TypeError, ValueError)):
        packing.unpacked(scores, arrays | {name: changed}, named=embeddings.word_points)


def test_a_list_that_was_kept_before_is_asked_as_then() -> None:
    """Settings that name none of the ways that came with decision 0052."""
    then = Settings(**BEFORE, whole=0.6, group=0.2, main=0.2)
    scores, arrays = packing.packed(KleIndex(LIST, then))
    kept = {name: scores[name] for name in scores.keys() - BEFORE}
    old = packing.unpacked(kept, arrays, named=embeddings.word_points)
    (found,) = old.suggest(["hul i asfalten og rotter"])
    assert [(one.number, round(one.score, 4)) for one in found] == [
        ("05.01.08", 1.0),
        ("09.13.01", 0.5369),
        ("05.09.04", 0.1138),
    ]
    assert next(old.suggest(["rotter"]))[0].score == 1.0


@pytest.mark.parametrize(
    "changes",
    [
        {"power": "3"},
        {"power": True},
        {"x": 1.0},
        {"neighbours": -1},
        {"neighbours": 1.5},
        {"ridge": 0.0},
        {"bend": -0.1},
    ],
)
def test_settings_of_another_kind_are_refused(changes: dict[str, Any]) -> None:
    scores, arrays = packing.packed(INDEX)
    with pytest.raises((KeyError, TypeError, ValueError)):
        packing.unpacked(scores | changes, arrays, named=embeddings.word_points)
