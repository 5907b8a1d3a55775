# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Like texts are found, and whether they were handled alike."""

from __future__ import annotations

import random

import pytest

from kodeks.inquiries.engine import handling, pairing
from kodeks.inquiries.engine.pairing import Pair

HOLE = "Der er et dybt hul i asfalten ved skolen på Testvej 12"
SAME = "Hej\nVed skolen er der et stort dybt hul i asfalten.\nMvh Mette Nielsen"
OTHER = "Naboens hund gøer hele natten, og vi kan ikke sove"


def test_like_texts_are_paired_whoever_wrote_them() -> None:
    (pair,) = pairing.pairs([HOLE, OTHER, SAME])
    assert (pair.first, pair.second) == (0, 2)
    assert pairing.LEAST <= pair.likeness < 1


def test_texts_that_say_too_little_are_in_no_pair() -> None:
    assert pairing.pairs(["hul i vejen", "hul i vejen", "", ""]) == []
    assert pairing.pairs([]) == []


def test_blocks_find_what_comparing_each_with_each_does(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(4)
    words = [f"ord{number}sag" for number in range(40)]
    texts = [" ".join(draw.sample(words, 6)) for _ in range(60)]
    whole = pairing.pairs(texts, most_each=60)
    monkeypatch.setattr(pairing, "BLOCK", 7)
    assert pairing.pairs(texts, most_each=60) == whole
    weights = pairing._weighed([pairing._stems(text, pairing.NEWEST) for text in texts])
    exact = {
        (one, other)
        for one in range(60)
        for other in range(one + 1, 60)
        if pairing._cosine(weights[one], weights[other]) >= pairing.LEAST
    }
    assert exact
    assert {(pair.first, pair.second) for pair in whole} == exact


def test_many_equal_texts_give_few_pairs_each() -> None:
    found = pairing.pairs([HOLE] * 30)
    assert len(found) <= 30 * pairing.MOST_EACH
    assert all(pair.likeness == pytest.approx(1) for pair in found)


def _handled(label: str, channel: str, by: str = "1", *, sure: bool = True) -> handling.Handled:
    return handling.Handled(
        label=label, unit=label[:3], by=by, groups={"channel": channel}, sure=sure, days=2.0
    )


def test_shares_of_pairs_and_gaps_between_groups() -> None:
    rows = [_handled("vejskade", "Brev") for _ in range(12)]
    rows += [_handled("vejskade", "App", "2", sure=number < 6) for number in range(11)]
    rows += [_handled("rotter", "App", "2", sure=False)]
    pairs = [Pair(number, 12 + number, 0.9) for number in range(12)]
    found = handling.uniformity(rows, pairs)
    shares = {(one.attribute, one.group): one for one in found.alike}
    assert shares["all", ""].share.count == 11
    assert shares["channel, between", ""].share.total == 12
    assert shares["unit", "vej"].share.total == 12
    assert ("unit", "rot") not in shares  # One pair tells nothing of a department.
    assert shares["person", "two"].share.total == 12
    assert shares["channel", "Brev"].days == 2.0
    assert {name: gap.value for name, gap in found.gaps.items()} == {"channel": pytest.approx(50.0)}
    assert [(pair.first, pair.second) for pair in found.apart] == [(11, 23)]
