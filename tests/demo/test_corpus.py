# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The demo's inquiries: many, varied, invented, and the same every time."""

from __future__ import annotations

import difflib
import itertools
import subprocess
import sys
from collections import Counter

import pytest

from kodeks.demo import corpus
from kodeks.inquiries.models import Channel
from kodeks.language import cpr

WRITTEN = corpus.everything()


def test_there_are_at_least_600_inquiries_on_at_least_12_subjects() -> None:
    labels = Counter(written.label for written in WRITTEN)
    assert len(WRITTEN) >= 600
    assert len(labels) >= 12
    assert min(labels.values()) >= 30
    assert "andet" in labels


def test_no_text_stands_twice() -> None:
    texts = [" ".join(written.text.lower().split()) for written in WRITTEN]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("label", sorted({written.label for written in WRITTEN}))
def test_the_texts_of_a_subject_are_not_variations_of_each_other(label: str) -> None:
    texts = [written.text for written in WRITTEN if written.label == label]
    for one, other in itertools.combinations(texts, 2):
        matcher = difflib.SequenceMatcher(None, one, other)
        assert (
            matcher.real_quick_ratio() < 0.8
            or matcher.quick_ratio() < 0.8
            or (matcher.ratio() < 0.8)
        )


def test_channels_lengths_and_urgency_vary() -> None:
    assert {written.channel for written in WRITTEN} == set(Channel.values) - {Channel.OPEN311}
    lengths = sorted(len(written.text.split()) for written in WRITTEN)
    assert lengths[0] <= 5
    assert lengths[-1] >= 150
    assert 0.03 < sum(written.urgent for written in WRITTEN) / len(WRITTEN) < 0.08


def test_each_cpr_number_is_one_that_nobody_can_have() -> None:
    numbers = [found.digits for written in WRITTEN for found in cpr.find(written.text)]
    assert len(numbers) >= 15
    for number in [*numbers, corpus.TESTINE_CPR]:
        assert 61 <= int(number[:2]) <= 91


def test_the_model_never_sees_the_inbox() -> None:
    past = {written.id for written in corpus.history()}
    present = {written.id for written in corpus.inbox()}
    assert not past & present
    assert len(past | present) == len(WRITTEN)


def test_another_process_gets_the_same_inbox() -> None:
    code = "from kodeks.demo import corpus; print([w.id + w.sender_name for w in corpus.inbox()])"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert seen == {f"{[w.id + w.sender_name for w in corpus.inbox()]}\n"}
