# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What two sets of marks have in common, beside counting each character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.statistics.overlap import f1

spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6)
marks = st.dictionaries(st.sampled_from(["a", "b"]), spans, max_size=2)


def characters(marked: dict[str, list[tuple[int, int]]]) -> set[tuple[str, int]]:
    return {(kind, at) for kind, found in marked.items() for span in found for at in range(*span)}


@given(marks, marks)
def test_it_is_what_counting_each_character_gives(first, second) -> None:
    one, other = characters(first), characters(second)
    expected = 2 * len(one & other) / (len(one) + len(other)) if one or other else 1
    assert f1(first, second) == pytest.approx(expected)
    assert f1(second, first) == f1(first, second)
    assert f1(first, first) == 1


def test_a_mark_of_another_kind_is_another_mark() -> None:
    assert f1({"a": [(0, 10)]}, {"b": [(0, 10)]}) == 0
    assert f1({"a": [(0, 8)]}, {"a": [(0, 4), (2, 8)]}) == 1
