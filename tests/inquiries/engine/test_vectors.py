# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Our TF-IDF against scikit-learn's."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine import explain, vectors
from kodeks.inquiries.engine.cleaning import (
    FIRST_VERSION,
    NEWEST,
    THIRD_VERSION,
    VERSION,
    Reading,
)
from kodeks.inquiries.engine.vectors import Vectoriser

text_module = pytest.importorskip("sklearn.feature_extraction.text")
pipeline = pytest.importorskip("sklearn.pipeline")


AS_WRITTEN = Reading(version=FIRST_VERSION)


def _dense(vectoriser: Vectoriser, texts: list[str]) -> np.ndarray:
    matrix = np.zeros((len(texts), len(vectoriser.idf)))
    for row, document in zip(matrix, vectoriser.documents(texts), strict=True):
        row[document.indices] = document.values
    return matrix


def _reference(min_df: int) -> object:
    make = text_module.TfidfVectorizer
    return pipeline.FeatureUnion(
        [
            ("words", make(ngram_range=(1, 2), sublinear_tf=True, min_df=min_df)),
            (
                "characters",
                make(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=min_df),
            ),
        ]
    )


@pytest.mark.parametrize("min_df", [1, 2])
def test_equals_scikit_learn(small_world: tuple[list[str], list[str]], min_df: int) -> None:
    texts, new = small_world[0][:60], [*small_world[0][60:90], "", "?", "ukendte ord ord"]
    reference = _reference(min_df)
    reference.fit(texts)
    ours = Vectoriser.fit(texts, min_df=min_df, reading=AS_WRITTEN)
    theirs = reference.transform(new).toarray()
    assert _dense(ours, new).shape == theirs.shape
    assert np.abs(_dense(ours, new) - theirs).max() < 1e-9


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(alphabet="abcÆøå ,.!-_\n\t", max_size=30), min_size=1, max_size=5))
def test_equals_scikit_learn_on_any_text(texts: list[str]) -> None:
    texts = [*texts, "to ord"]
    reference = _reference(1)
    assert (
        np.abs(
            _dense(Vectoriser.fit(texts, reading=AS_WRITTEN), texts)
            - reference.fit_transform(texts).toarray()
        ).max()
        < 1e-9
    )


def test_equals_scikit_learn_on_what_is_read(small_world: tuple[list[str], list[str]]) -> None:
    texts = small_world[0][:60]
    theirs = _reference(1).fit_transform([NEWEST.clean(text) for text in texts]).toarray()
    assert np.abs(_dense(Vectoriser.fit(texts), texts) - theirs).max() < 1e-9


def test_a_slip_is_looked_up_as_the_word_and_shown_as_it_was_written() -> None:
    vectoriser = Vectoriser.fit(["der er huller i vejen", "der er rotter i gården"])
    right, typed = vectoriser.documents(["rotter i gården igen", "rottter i gaarden igen"])
    assert (right.values == typed.values).all()
    assert typed.words[0] == "rottter"


def test_a_word_that_the_embedding_knows_is_no_slip_of_another() -> None:
    """A vocabulary of few texts lacks most words."""
    texts = ["der er hul i vejen", "hunden gør hele natten"]
    vectoriser = Vectoriser.fit(texts)

    def read(version: int, text: str, *known: str) -> str:
        of = replace(vectoriser, reading=Reading(version=version))
        return of.read(text, is_word=known.__contains__)

    assert read(THIRD_VERSION, "der er jul i vejne", "jul") == "der er hul i vejen"
    assert read(VERSION, "der er jul i vejne", "jul") == "der er jul i vejen"
    assert read(VERSION, "der er jul i vejne") == "der er hul i vejen"
    assert read(FIRST_VERSION, "der er jul i vejne") == "der er jul i vejne"


def test_cpr_numbers_leave_no_feature() -> None:
    vectoriser = Vectoriser.fit(["cykel 010203-1234 sti", "cykel [CPR] sti"])
    assert not any(c.isdigit() for term in vectoriser.words for c in term)
    assert not any(c.isdigit() for term in vectoriser.characters for c in term)
    assert "cpr" not in vectoriser.words


def test_what_a_text_begins_with_counts_as_often_as_a_model_says() -> None:
    text = "hul på vejen ved skolen, hul igen"
    plain = Vectoriser.fit([text, "cykel"])
    led = replace(plain, lead=2)
    (before,), (after,) = plain.documents([text]), led.documents([text])
    assert after.lead == (2, 2)
    terms = (*plain.words, *plain.characters)
    once, often = (
        {terms[i]: int(count) for i, count in zip(one.indices, one.counts, strict=True)}
        for one in (before, after)
    )
    assert once["hul"] + 2 == often["hul"] == 4
    assert (often["på"], often["hul på"], often["på vejen"], often["skolen"]) == (3, 3, 1, 1)
    assert (often["vejen"], often[" hul "]) == (1, 4)
    assert [next(led.documents([one])).lead for one in ("", "hul")] == [(0, 0), (1, 1)]


def test_words_of_a_lead_get_their_part() -> None:
    """What is told of the words still adds up to the score."""
    text = "hul på vejen ved skolen, hul igen"
    vectoriser = replace(Vectoriser.fit([text, "cykel på vejen"]), lead=3)
    (document,) = vectoriser.documents([text])
    parts = np.random.default_rng(0).normal(size=(len(document.indices), 2))
    shares = explain.word_parts(document, parts)
    assert np.allclose(sum(shares.values()), parts.sum(axis=0))


@pytest.mark.parametrize("word", ["aa", "ae", "oe"])
def test_a_word_of_two_letters_that_are_one_is_none(word: str) -> None:
    """It was written as a word and is not looked up as one; the parts still add up."""
    vectoriser = Vectoriser.fit(["hul på vejen", "cykel på stien"])
    (document,) = vectoriser.documents([f"hul på {word} vejen"])
    assert len(document.words) == len(document.word_ids) - 2 == 3
    parts = np.random.default_rng(0).normal(size=(len(document.indices), 2))
    shares = explain.word_parts(document, parts)
    assert np.isfinite(sum(shares.values())).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(alphabet="abøå ,.1\n", max_size=30), min_size=1, max_size=6))
def test_what_else_stands_in_the_call_changes_nothing(texts: list[str]) -> None:
    vectoriser = replace(Vectoriser.fit([*texts, "to ord"]), lead=2)
    for text, together in zip(texts, vectoriser.documents(texts), strict=True):
        (alone,) = vectoriser.documents([text])
        assert together.indices.tolist() == alone.indices.tolist()
        assert together.counts.tolist() == alone.counts.tolist()
        assert together.values.tolist() == alone.values.tolist()
        assert together.word_ids.tolist() == alone.word_ids.tolist()
        assert (together.words, together.chunks, together.lead) == (
            *(alone.words, alone.chunks),
            alone.lead,
        )


def test_a_call_forgets_when_it_knows_much(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["hul på vejen", "rotter i gården", "hul på vejen igen"] * 3
    vectoriser = Vectoriser.fit(texts)
    before = [document.words for document in vectoriser.documents(texts)]
    monkeypatch.setattr(vectors, "_TOGETHER", 2)
    monkeypatch.setattr(vectors, "_MOST_KNOWN", 1)
    assert [document.words for document in vectoriser.documents(texts)] == before
