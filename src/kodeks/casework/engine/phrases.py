# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A list of KLE as phrases, who has each of them, and how the scores are weighed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kodeks.casework.engine.features import Weights

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_USUAL_WEIGHT = 5
"""The weight that most keywords of OS2KLE have."""
_GROUP, _MAIN = 5, 2
"""Characters of a number that name its group and its main group."""


@dataclass(frozen=True)
class Subject:
    """A number of the list; `words` are (keyword, weight)."""

    number: str
    title: str
    words: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Settings:
    """How the scores are made and added; chosen by cross-validation (decision 0036)."""

    weights: Weights = field(default_factory=Weights)
    power: float = 3.0
    title: float = 1.5
    keyword_power: float = 0.0
    whole: float = 0.6
    group: float = 0.2
    main: float = 0.2

    @property
    def greatest(self) -> float:
        """The score of a subject that is best in every part."""
        return 1 + self.whole + self.group + self.main


class Phrases:
    """The list's titles and keywords, each text once, and which subjects have it with what share.

    A title stays a phrase apart from a keyword that is spelled the same.
    """

    def __init__(self, subjects: Sequence[Subject], settings: Settings) -> None:
        self._settings = settings
        titles = [one.title for one in subjects]
        owners: dict[str, list[tuple[int, int]]] = {}
        spelled: dict[str, str] = {}
        for at, one in enumerate(subjects):
            for word, weight in one.words:
                key = word.casefold()
                spelled.setdefault(key, word)
                owners.setdefault(key, []).append((at, weight))
        self.texts = (*titles, *spelled.values())
        self._owners = list(owners.values())
        self._titles = len(titles)

    def owned(self) -> tuple[Integers, Integers, Floats]:
        """Phrase, subject and share of each pair, by phrase."""
        count = self._titles
        phrases, subjects = list(range(count)), list(range(count))
        shares = [self._settings.title] * count
        for phrase, owners in enumerate(self._owners, start=count):
            for subject, weight in owners:
                phrases.append(phrase)
                subjects.append(subject)
                strength = (max(1, weight) / _USUAL_WEIGHT) ** self._settings.keyword_power
                shares.append(strength / len(owners) ** 0.5)
        return (
            np.array(phrases, dtype=np.int64),
            np.array(subjects, dtype=np.int64),
            np.array(shares, dtype=np.float64),
        )


def places(numbers: Sequence[str]) -> tuple[Integers, Integers]:
    """For each number the place of its group, and of its main group, among all of them."""
    groups, mains = (
        np.unique([number[:length] for number in numbers], return_inverse=True)[1]
        for length in (_GROUP, _MAIN)
    )
    return groups.astype(np.int64), mains.astype(np.int64)
