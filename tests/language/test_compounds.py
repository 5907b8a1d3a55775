# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Compounds are taken apart where the vocabulary gives the evidence, and only there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.language.compounds import Splitter

TEXTS = (
    "jord",
    "forurening",
    "forurening af jord",
    "lov om jord",
    "loven",
    "affald",
    "affald fra haven",
    "plan",
    "planer for affald",
    "skole",
    "skoler",
    "et orkester",
    "sygehus",
    "sygesikring",
    "sygedage",
    "hus",
    "sikring",
    "dage",
    "sygepleje",
    "pleje",
    "godkendelse",
    "godkendelse",
    "kendelse",
    "god",
)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("jordforureningsloven", ("jord", "forurening", "loven")),
        ("affaldsplan", ("affald", "plan")),
        ("skoleorkester", ("skole", "orkester")),
        ("sygesikring", ("syge", "sikring")),
        ("godkendelse", ("godkendelse",)),
        ("zebrastribe", ("zebrastribe",)),
        ("affald", ("affald",)),
        ("affald2", ("affald2",)),
    ],
)
def test_known_parts_are_found(word, parts):
    assert Splitter(TEXTS).parts(word) == parts


def test_without_a_vocabulary_nothing_is_split():
    assert Splitter(()).parts("jordforureningsloven") == ("jordforureningsloven",)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abdersø", min_size=1, max_size=9), max_size=30), st.data())
def test_parts_lie_in_the_word_in_their_order(texts, data):
    word = data.draw(st.text(alphabet="abdersø", min_size=1, max_size=24))
    at = 0
    for part in Splitter(texts).parts(word):
        at = word.index(part, at) + len(part)
