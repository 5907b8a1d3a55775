# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How much two sets of marked stretches of one text have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Spans = Iterable[tuple[int, int]]
"""Slices of a text, from the first place to the one after the last; they may overlap."""


def f1(first: Mapping[str, Spans], second: Mapping[str, Spans]) -> float:
    """Twice the characters marked in both over the characters marked in each, from 0 to 1.

    Marks have a kind, and a character is common where it has the same kind in both. 1 when nothing
    is marked in either. C. J. van Rijsbergen, "Information Retrieval" (1979), chapter 7: the
    harmonic mean of precision and recall, whichever of the two is held to be right.
    """
    one = {kind: _joined(spans) for kind, spans in first.items()}
    other = {kind: _joined(spans) for kind, spans in second.items()}
    marked = sum(map(_length, one.values())) + sum(map(_length, other.values()))
    if not marked:
        return 1.0
    common = sum(_common(one[kind], other[kind]) for kind in one.keys() & other.keys())
    return 2 * common / marked


def _joined(spans: Spans) -> list[tuple[int, int]]:
    """The same characters as stretches that do not touch, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _length(spans: Iterable[tuple[int, int]]) -> int:
    return sum(end - start for start, end in spans)


def _common(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int:
    at = there = total = 0
    while at < len(one) and there < len(other):
        start, end = max(one[at][0], other[there][0]), min(one[at][1], other[there][1])
        total += max(0, end - start)
        if one[at][1] <= other[there][1]:
            at += 1
        else:
            there += 1
    return total
