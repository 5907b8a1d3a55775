# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A list of KLE as phrases, who has each of them, and how the scores are weighed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kodeks.casework.engine.features import Weights

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
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
    """How the scores are made and added (see `scoring`); chosen by cross-validation (decisions 0036
    and 0052). Who has a keyword together with others has it by its weight there, to
    `keyword_power`: the weights run from 1 to 1,000."""

    weights: Weights = field(default_factory=Weights)
    power: float = 3.0
    title: float = 1.5
    keyword_power: float = 0.25
    near: float = 0.0
    whole: float = 0.25
    group: float = 0.0
    main: float = 0.0
    solved: float = 1.3
    solved_group: float = 0.45
    solved_main: float = 0.7
    neighbours: int = 100
    solved_power: float = 1.5
    ridge: float = 0.8
    bend: float = 0.01
    meaning: float = 0.5

    @property
    def greatest(self) -> float:
        """The score of a subject that could not be better in any way."""
        ways = self.near + self.whole + self.group + self.main
        if not self.bend:
            return ways
        ways += self.solved + self.solved_group + self.solved_main
        return ways * math.log1p(1 / self.bend)


BEFORE = MappingProxyType(
    {
        "near": 1.0,
        "solved": 0.0,
        "solved_group": 0.0,
        "solved_main": 0.0,
        "neighbours": 0,
        "solved_power": 1.0,
        "ridge": 1.0,
        "bend": 0.0,
        "meaning": 0.0,
    }
)
"""What settings that were kept before decision 0052 do not name: how scores were made then."""


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
            strengths = [max(1, weight) ** self._settings.keyword_power for _, weight in owners]
            usual = sum(strengths) / len(strengths)
            for (subject, _), strength in zip(owners, strengths, strict=True):
                phrases.append(phrase)
                subjects.append(subject)
                shares.append(strength / usual / len(owners) ** 0.5)
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
