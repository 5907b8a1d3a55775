# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a call has learned of the blank-separated pieces of its texts.

Most pieces stand in many texts, so each is read once. Their features are numbers laid end to end in
a few long arrays, and not an object for each piece: a call has tens of thousands, and who collects
what is no longer used would look through all of them again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Laid:
    """Lists of numbers laid end to end, of which some are asked for at once."""

    def __init__(self) -> None:
        self._numbers = np.zeros(1024, dtype=np.int64)
        self._ends = np.zeros(1024, dtype=np.int64)
        """Where the list before each ends; the first is 0."""
        self._lists = 0

    def add(self, numbers: Integers, lengths: Integers) -> None:
        """More lists, given end to end."""
        begin = int(self._ends[self._lists])
        self._numbers = _with_room(self._numbers, begin + len(numbers))
        self._numbers[begin : begin + len(numbers)] = numbers
        first, self._lists = self._lists + 1, self._lists + len(lengths)
        self._ends = _with_room(self._ends, self._lists + 1)
        self._ends[first : self._lists + 1] = begin + np.cumsum(lengths)

    def of(self, places: Integers) -> tuple[Integers, Integers]:
        """The lists at the places end to end, and where each begins and the last one ends."""
        begins = self._ends[places]
        lengths = self._ends[places + 1] - begins
        ends = np.concatenate([[0], np.cumsum(lengths)])
        # How far each list stands from where it is laid.
        away = np.repeat(begins - ends[:-1], lengths)
        return self._numbers[away + np.arange(len(away))], ends


class _Numbers(dict[str, int]):
    """A number for each piece that is asked for, in the order in which they are first met."""

    def __init__(self) -> None:
        self.new: list[str] = []

    def __missing__(self, piece: str) -> int:
        self[piece] = number = len(self)
        self.new.append(piece)
        return number


class Pieces:
    """The pieces that are known, by number."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self.written: list[str] = []
        self.read: list[str] = []
        """As each is looked up."""
        self.words, self.grams = Laid(), Laid()
        """Of each piece the features of its words (-1 when unknown) and of its n-grams."""

    def __len__(self) -> int:
        return len(self.written)

    def numbers(self, pieces: Iterable[str]) -> list[int]:
        """Of each of the pieces; those that were not known have to be learned next (`new`)."""
        return list(map(self._numbers.__getitem__, pieces))

    def new(self) -> list[str]:
        """Those that have a number and were not given yet, in the order of their numbers."""
        new, self._numbers.new = self._numbers.new, []
        return new

    def learn(
        self,
        pieces: Sequence[str],
        read: Sequence[str],
        words: tuple[Integers, Integers],
        grams: tuple[Integers, Integers],
    ) -> None:
        """What `new` gave; the features of their words and of their n-grams are given end to end,
        with how many each piece has."""
        self.written += pieces
        self.read += read
        self.words.add(*words)
        self.grams.add(*grams)


def _with_room(numbers: Integers, size: int) -> Integers:
    """The array, or one of more than double the length that begins with it."""
    if size <= len(numbers):
        return numbers
    longer = np.zeros(2 * size, dtype=np.int64)
    longer[: len(numbers)] = numbers
    return longer
