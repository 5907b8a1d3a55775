# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts about somebody else, and a model that is caught looking at whom a text is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.inquiries.engine.cleaning import SECOND_VERSION, Reading
from kodeks.inquiries.engine.flipping import variants
from kodeks.inquiries.engine.training import train

WORDS = st.lists(
    st.sampled_from(["Han", "hun", "FAR", "Mette", "aisha", "hul", "i", "vejen.", "1A,"]),
    max_size=9,
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der er hul i vejen.", ()),
        ("Han ringede til Hanne.", ("Hun ringede til Hanne.", "Han ringede til Zainab.")),
        ("HENDES mor, Peter!", ("HANS far, Peter!", "HENDES mor, Mohammad!")),
        ("hanen, morgen og farve", ()),
    ],
)
def test_only_what_names_gender_or_origin_is_exchanged(text, expected):
    assert variants(text) == expected


@given(WORDS)
def test_exchanged_twice_it_is_the_text_again(text):
    for one in variants(text):
        assert text in variants(one)


def test_a_model_that_looks_at_gender_is_found_and_one_that_does_not_is_not():
    pytest.importorskip("sklearn")
    texts = [f"{who} om {what}" for who in ("manden", "kvinden") for what in ("hul", "rotter")] * 12
    looking = Reading(version=SECOND_VERSION)
    fair = train(texts=texts, labels=[text.split()[-1] for text in texts], reading=looking)
    assert (fair.metrics["flips_tried"], fair.metrics["flips_changed"]) == (48.0, 0.0)
    skewed = train(texts=texts, labels=[text.split()[0] for text in texts], reading=looking)
    assert skewed.metrics["flips_changed"] == 1.0
    blind = train(texts=texts, labels=[text.split()[0] for text in texts])
    assert (blind.metrics["flips_tried"], blind.metrics["flips_changed"]) == (48.0, 0.0)
    without = train(texts=["hul i vej", "rotter i gård"] * 12, labels=["vej", "rotter"] * 12)
    assert "flips_tried" not in without.metrics
