# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is said to have changed the suggestion is what the model, asked again, answers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine import counterfactual
from kodeks.inquiries.engine.counterfactual import Change
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Consideration, Triage


def change(model: TriageModel, text: str) -> Change | None:
    (found,) = model.triage([text])
    return counterfactual.change(model, text, found)


def without(text: str, words: tuple[str, ...]) -> str:
    """The text with these words taken out, found in another way than the engine does."""
    parts = re.split(r"(\w+)", text)
    return "".join(" " if part.lower() in words else part for part in parts)


def mixed(first: str, second: str) -> str:
    return f"Hej, jeg skriver om {first} og {second}."


def test_each_stated_change_is_confirmed_by_the_model(
    small_model: TriageModel, small_world: tuple[list[str], list[str]]
) -> None:
    words = [
        "skraldespand",
        "affald",
        "hul",
        "asfalt",
        "fortov",
        "bog",
        "bibliotek",
        "bøde",
        "pizza",
    ]
    texts = small_world[0] + [mixed(one, two) for one in words for two in words if one != two]
    stated = 0
    for text in texts:
        found = change(small_model, text)
        if found is None:
            continue
        stated += 1
        (before,) = small_model.triage([text])
        (after,) = small_model.triage([without(text, found.words)])
        assert after.label == found.label != before.label
        assert not after.out_of_scope
        assert 1 <= len(found.words) <= counterfactual.MOST_WORDS
        in_favour = [one.word for one in before.considerations if one.direction == "for"]
        assert [word for word in in_favour if word in found.words] == list(found.words)
        assert all(re.search(rf"(?i)\b{word}\b", text) for word in found.words)
    assert stated > 20


def test_the_fewest_words_are_named_in_the_order_of_their_weight(small_model: TriageModel) -> None:
    text = "Hej, jeg skriver om skraldespand, affald og fortov."
    found = change(small_model, text)
    assert found is not None
    (before,) = small_model.triage([text])
    assert before.label == "Affald"
    assert found.label == "Vej"
    for number in range(1, len(found.words)):
        (answer,) = small_model.triage([without(text, found.words[:number])])
        assert answer.label == before.label or answer.out_of_scope, "fewer words would have done"


@pytest.mark.parametrize("text", ["", "   ", "日本語", "010203-1234", "Skraldespand"])
def test_nothing_is_said_when_nothing_would_change(small_model: TriageModel, text: str) -> None:
    assert change(small_model, text) is None


def test_what_is_out_of_scope_afterwards_is_no_change(small_model: TriageModel) -> None:
    """Without its only words on a topic a text is about nothing; that is no other suggestion."""
    text = mixed("affald", "pizza, en film og et horoskop")
    (found,) = small_model.triage([without(text, ("affald",))])
    assert found.out_of_scope
    stated = change(small_model, text)
    assert stated is None or stated.words != ("affald",)


def answer(*words: str) -> Triage:
    favour = tuple(Consideration(f"Ordet »{word}«", 1.0, "for", word) for word in words)
    return Triage("Affald", 0.9, True, (), False, favour)


class Asked(TriageModel):
    """Answers with the same label whatever it is asked, and remembers the texts."""

    def __init__(self) -> None:
        object.__setattr__(self, "texts", [])

    def triage(self, texts, *, max_error=0.05, explained=True):  # type: ignore[no-untyped-def]
        self.texts.extend(texts)
        return [answer() for _ in texts]


def test_no_more_than_three_words_are_taken_out() -> None:
    model = Asked()
    text = "en to tre fire fem"
    assert counterfactual.change(model, text, answer(*text.split())) is None
    assert [len(one.split()) for one in model.texts] == [4, 3, 2]


class AskedOfMeaning(Asked):
    """The same of a model that knows meanings; `turns` is how few words change its answer."""

    meaning = object()  # type: ignore[assignment]

    def __init__(self, turns: int) -> None:
        super().__init__()
        object.__setattr__(self, "turns", turns)

    def triage(self, texts, *, max_error=0.05, explained=True):  # type: ignore[no-untyped-def]
        same = super().triage(texts)
        other = Triage("Vej", 0.9, True, (), False, ())
        return [
            other if len(text.split()) <= self.turns else one
            for text, one in zip(texts, same, strict=True)
        ]


@pytest.mark.parametrize(
    ("turns", "taken", "asked"),
    [(1, None, [2]), (2, 3, [2, 4, 3]), (3, 2, [2, 4, 3]), (4, 1, [2, 4])],
)
def test_meaning_is_asked_for_no_more_often_than_needed(
    turns: int, taken: int | None, asked: list[int]
) -> None:
    model = AskedOfMeaning(turns)
    text = "en to tre fire fem"
    found = counterfactual.change(model, text, answer(*text.split()))
    assert (None if found is None else len(found.words)) == taken
    assert [len(one.split()) for one in model.texts] == asked


def test_nothing_is_asked_where_no_word_is_named() -> None:
    model = AskedOfMeaning(5)
    assert counterfactual.change(model, "en to", answer()) is None
    assert model.texts == []


def test_a_word_is_taken_out_wherever_it_stands_but_not_within_another() -> None:
    model = Asked()
    counterfactual.change(model, "Vej, VEJ og vejen ved vej-kryds på Nyvej", answer("vej"))
    (shorter,) = model.texts
    assert shorter.split() == [",", "og", "vejen", "ved", "-kryds", "på", "Nyvej"]


def test_signs_that_mean_something_to_a_pattern_are_only_signs() -> None:
    model = Asked()
    counterfactual.change(model, "a.b axb", answer("a.b", "(", "\\w"))
    assert [one.split() for one in model.texts] == [["axb"]]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80) | st.lists(st.sampled_from(["affald", "hul", "bog", "pizza", "og"])))
def test_any_text_is_answered_and_what_is_said_holds(
    small_model: TriageModel, given_text: str | list[str]
) -> None:
    text = given_text if isinstance(given_text, str) else " ".join(given_text)
    found = change(small_model, text)
    if found is not None:
        (before,) = small_model.triage([text])
        (after,) = small_model.triage([without(text, found.words)])
        assert after.label == found.label != before.label
