# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How a text's likeness to the phrases of a list becomes a score of each subject.

A way of scoring gives each pair of phrase and subject something and adds it up, over the subject's
own pairs, over those of its group or over those of its main group:

- *solved*, *solved group*, *solved main*: the weights of the nearest phrases (see `neighbours`), by
  the cosines of features and, where it is known, of meaning (see `sense`), the latter times
  `meaning`; a phrase of several subjects is shared by its weights there, to `keyword_power`, and
  a title gives 1.5 times as much;
- *whole*: the cosine with the sum of the subject's phrases, divided by the best subject's.

The score is the sum of weight x ln(1 + way / bend), so that being likely in each way counts for
more than being best in one.

A list that was kept before decision 0052 (bend 0) is asked as then, by the sum of weight x way,
each divided by the best subject's: *whole*; *near*, the cosines to the third power, where a phrase
of n subjects gives each 1 / sqrt(n), and more where it weighs more; *group* and *main*, the
squared cosines of all phrases in the subject's group and main group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kodeks.casework.engine import neighbours
from kodeks.casework.engine.neighbours import Rows
from kodeks.casework.engine.phrases import Floats, Integers, Settings
from kodeks.casework.engine.sense import Asked, Sense


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Who has each phrase (see `Phrases.owned`), each subject's group and main group, the length of
    its sum of phrases, the phrases' features, and their meaning where it is known."""

    owned: tuple[Integers, Integers, Floats]
    places: tuple[Integers, Integers]
    lengths: Floats
    rows: Rows
    sense: Sense | None


@dataclass(frozen=True, kw_only=True)
class _Way:
    """What the pairs `where` give, where each subject adds up, what it is divided by there, and
    what each subject then has of the score."""

    where: Integers
    pairs: Floats
    place: Integers
    over: Floats
    found: Floats
    score: Floats
    solved: bool


@dataclass(frozen=True, kw_only=True)
class Scores:
    """A text's likeness to each phrase, by the features (the best has 1) and in all; how much of
    the latter the features give; and each subject's score, in all and by each of the ways."""

    by_features: Floats
    likeness: Floats
    of_features: Floats
    total: Floats
    owned: tuple[Integers, Integers, Floats]
    ways: tuple[_Way, ...]

    def of_phrases(self, at: int) -> tuple[Floats, Floats]:
        """What each phrase gives the score of subject `at` by its features, and by its meaning.
        Both add up to the score."""
        phrase_of, subject_of, _ = self.owned
        gives = {solved: np.zeros(len(self.likeness)) for solved in (False, True)}
        for way in self.ways:
            if way.score[at] > 0:
                scale = way.score[at] / (way.found[at] * way.over[at])
                own = way.place[subject_of[way.where]] == way.place[at]
                phrases = phrase_of[way.where[own]]
                gives[way.solved] += sums(phrases, way.pairs[own] * scale, len(self.likeness))
        by_features = gives[False] + gives[True] * self.of_features
        return by_features, gives[True] * (1 - self.of_features)


def scores(
    products: Floats, length: float, asked: Asked | None, *, lists: Lists, settings: Settings
) -> Scores:
    """The scores by the sums of text x phrase, the length of the text's features, and the text's
    meaning."""
    # The text's own length is left out: these ways are divided by the best subject's.
    best = products / products.max()
    features = np.clip(products / length, 0, 1)
    meaning = settings.meaning * asked.likeness if asked is not None else np.zeros(1)
    together = features + meaning
    of_features = np.divide(features, together, out=np.ones_like(together), where=together > 0)
    likeness = together / (1 + settings.meaning) if asked is not None else features
    ways = list(_relative(best, lists, settings))
    if settings.neighbours:
        ways += _solved(likeness, asked is not None, lists, settings)
    total = np.zeros(len(lists.lengths))
    for way in ways:
        total = total + way.score
    return Scores(
        by_features=best,
        likeness=likeness if settings.neighbours else best,
        of_features=of_features,
        total=total,
        owned=lists.owned,
        ways=tuple(ways),
    )


def _relative(best: Floats, lists: Lists, settings: Settings) -> Iterator[_Way]:
    """The ways that are divided by the best subject's."""
    phrase_of, subject_of, shares = lists.owned
    where = np.flatnonzero(best[phrase_of] > 0)
    owned, of_subject, shares = best[phrase_of[where]], subject_of[where], shares[where]
    own, ones = np.arange(len(lists.lengths)), np.ones(len(lists.lengths))
    groups, mains = lists.places
    given: tuple[tuple[float, float, Floats | float, Integers, Floats], ...] = (
        (settings.near, settings.power, shares, own, ones),
        (settings.whole, 1.0, 1.0, own, lists.lengths),
        (settings.group, 2.0, shares, groups, ones),
        (settings.main, 2.0, shares, mains, ones),
    )
    for weight, power, share, place, over in given:
        if weight > 0:
            pairs = owned**power * share
            found = _found(of_subject, pairs, place, over)
            yield _Way(
                where=where,
                pairs=pairs,
                place=place,
                over=over,
                found=found,
                score=_score(weight, found, float(found.max()), settings.bend),
                solved=False,
            )


def _solved(
    likeness: Floats, with_meaning: bool, lists: Lists, settings: Settings
) -> Iterator[_Way]:
    """The ways by the weights of the nearest phrases."""
    phrase_of, subject_of, shares = lists.owned
    count = len(lists.lengths)
    chosen = neighbours.nearest(likeness, settings.neighbours)
    alike = lists.rows.alike(chosen)
    if with_meaning and lists.sense is not None:
        alike = (alike + settings.meaning * lists.sense.alike(chosen)) / (1 + settings.meaning)
    weights = neighbours.weights(
        alike, likeness[chosen], power=settings.solved_power, ridge=settings.ridge
    )
    # The titles are the first phrases.
    weights *= np.where(chosen < count, settings.title, 1.0)
    starts = np.searchsorted(phrase_of, chosen)
    times = np.searchsorted(phrase_of, chosen, side="right") - starts
    where = neighbours.ranges(starts, times)
    pairs = _shared(weights, shares[where], times)
    groups, mains = lists.places
    for weight, place in (
        (settings.solved, np.arange(count)),
        (settings.solved_group, groups),
        (settings.solved_main, mains),
    ):
        if weight > 0:
            found = _found(subject_of[where], pairs, place, np.ones(count))
            yield _Way(
                where=where,
                pairs=pairs,
                place=place,
                over=np.ones(count),
                found=found,
                score=_score(weight, np.minimum(found, 1), 1.0, settings.bend),
                solved=True,
            )


def _shared(weights: Floats, shares: Floats, times: Integers) -> Floats:
    """The weight of each phrase divided among its subjects (`times` of them) by their shares."""
    firsts = np.cumsum(times) - times
    # By the largest first, so that equal ones get just the nth part, in the last bit too.
    relative = shares / np.repeat(np.maximum.reduceat(shares, firsts), times)
    parts = np.repeat(np.add.reduceat(relative, firsts), times)
    return np.asarray(np.repeat(weights, times) * relative / parts)


def _found(subject_of: Integers, pairs: Floats, place: Integers, over: Floats) -> Floats:
    of_subject = sums(subject_of, pairs, len(over))
    return np.asarray(sums(place, of_subject, len(over))[place] / over)


def _score(weight: float, found: Floats, greatest: float, bend: float) -> Floats:
    # Without a bend in the order of before, so that the last bit is as it was.
    return np.asarray(
        weight * np.log1p(found / greatest / bend) if bend else weight * found / greatest
    )


def sums(places: Integers, values: Floats, count: int) -> Floats:
    """The sum of the values of each place below `count`."""
    return np.bincount(places, values, minlength=count).astype(np.float64, copy=False)
