# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Words however they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.language.spelling import KEYS, SHORTEST, Speller, folded

SPELLER = Speller(["rotter", "vejskilt", "lygtepæl", "hul", "skilt"], [3.0, 1.0, 1.0, 5.0, 4.0])


@pytest.mark.parametrize(
    ("typed", "word"),
    [("traeer", "træer"), ("oel", "øl"), ("aabenraa", "åbenrå"), ("öl", "øl"), ("hul", "hul")],
)
def test_letters_that_stand_in_for_ours(typed: str, word: str) -> None:
    assert folded(typed) == word


@pytest.mark.parametrize("typed", ["roter", "rottter", "rottre", "rptter", "otter", "rotte"])
def test_one_slip_is_mended(typed: str) -> None:
    assert SPELLER.read(typed) == "rotter"


@pytest.mark.parametrize("word", ["rotter", "hul", "ul", "katter", "vejskiltet2", "potteplante"])
def test_what_is_known_short_or_far_off_is_left(word: str) -> None:
    assert SPELLER.read(word) == word


BY_FINGERS = Speller(
    ["hentet", "intet", "og", "over", "ferie", "gerne"],
    [1.0, 2.0, 9.0, 3.0, 1.0, 5.0],
    by_fingers=True,
)


@pytest.mark.parametrize(
    ("typed", "word"),
    [("entet", "hentet"), ("pg", "og"), ("go", "og"), ("gerie", "ferie"), ("oover", "over")],
)
def test_what_fingers_do_is_mended(typed: str, word: str) -> None:
    """The key beside, a letter twice, left out, or exchanged with its neighbour."""
    assert BY_FINGERS.read(typed) == word


@pytest.mark.parametrize("word", ["sover", "oger", "xg", "ferse", "o", "g"])
def test_what_fingers_do_not_is_another_word(word: str) -> None:
    assert BY_FINGERS.read(word) == word


def test_the_more_common_of_two_is_taken() -> None:
    both = Speller(["kasser", "kasses"], [1.0, 2.0])
    assert both.read("kasse") == "kasses"
    assert Speller(["kasser", "kasses"], [1.0, 1.0]).read("kasse") == "kasser"


@given(st.text(max_size=40))
def test_any_word_is_read(word: str) -> None:
    assert SPELLER.read(SPELLER.read(word)) == SPELLER.read(word)


@given(
    st.lists(st.text(alphabet="asæø", min_size=1, max_size=6), max_size=12),
    st.text(alphabet="asæø", max_size=7),
)
def test_by_fingers_equals_trying_every_slip_of_theirs(known: list[str], typed: str) -> None:
    known = sorted(set(known))
    beside = {one: set(keys) for one, keys in KEYS.items()}
    near = [w for w in known if len(w) > 1 and _fingers_make(typed, w, beside)]
    kept = typed in known or len(typed) < 2
    expected = typed if kept or not near else near[0]
    assert Speller(known, [1.0] * len(known), by_fingers=True).read(typed) == expected


def _fingers_make(typed: str, word: str, beside: dict[str, set[str]]) -> bool:
    slips = {word[:i] + word[i + 1 :] for i in range(len(word))}
    for i, letter in enumerate(word):
        slips.add(word[:i] + letter + word[i:])
        near = beside[letter] | {key for key, keys in beside.items() if letter in keys}
        slips |= {word[:i] + key + word[i + 1 :] for key in near}
        slips.add(word[:i] + word[i : i + 2][::-1] + word[i + 2 :])
    return typed in slips


@given(
    st.lists(st.text(alphabet="abcæ", min_size=1, max_size=6), max_size=12),
    st.text(alphabet="abcæ1", max_size=7),
)
def test_equals_trying_every_slip(known: list[str], typed: str) -> None:
    known = sorted(set(known))
    letters = "abcæ"
    cuts = [(typed[:i], typed[i:]) for i in range(len(typed) + 1)]
    slips = {f"{left}{right[1:]}" for left, right in cuts if right}
    slips |= {f"{left}{letter}{right}" for left, right in cuts for letter in letters}
    slips |= {f"{left}{letter}{right[1:]}" for left, right in cuts if right for letter in letters}
    slips |= {f"{left}{right[1]}{right[0]}{right[2:]}" for left, right in cuts if len(right) > 1}
    kept = typed in known or len(typed) < SHORTEST or not typed.isalpha()
    near = [word for word in known if word in slips and len(word) >= SHORTEST - 1]
    expected = typed if kept or not near else near[0]
    assert Speller(known, [1.0] * len(known)).read(typed) == expected


@given(st.lists(st.text(alphabet="rotepå1", max_size=8)))
def test_many_words_are_read_as_each_is(words: list[str]) -> None:
    assert SPELLER.read_all(words) == {word: SPELLER.read(word) for word in words}
