# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether the same matter was handled alike: shares of like pairs, by where they came and went.

People are never ranked: of persons only one number is told, how often two of them decide the same
where each decided one of two like matters.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kodeks.inquiries.engine.pairing import Pair
from kodeks.statistics.shares import Share, difference, share

LEAST_PAIRS = 10
"""Fewer like pairs than that tell nothing of a group, and may tell of a person."""


@dataclass(frozen=True, kw_only=True)
class Handled:
    """One inquiry as it was handled: `label` and `unit` that were decided, `by` the number of who
    did, `groups` by attribute, `sure` whether the engine was sure of its topic (None: no
    suggestion), `days` from receipt to answer (None: not answered)."""

    label: str
    unit: str
    by: str
    groups: Mapping[str, str]
    sure: bool | None
    days: float | None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One group of an attribute: the share, and the median days to answer where it has one."""

    attribute: str
    group: str
    share: Share
    days: float | None = None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The most difference between two groups of an attribute, in percentage points with its 95 %
    interval. Of many groups the two that lie farthest apart do so by chance as well."""

    value: float
    low: float
    high: float
    higher: str
    lower: str


@dataclass(frozen=True, kw_only=True)
class Uniformity:
    """`alike` are the figures of like pairs; `sure` of suggestions, with the `gaps` between groups
    of an attribute; `apart` the pairs that were decided differently, most alike first."""

    inquiries: int
    pairs: int
    alike: tuple[Figure, ...]
    sure: tuple[Figure, ...]
    gaps: Mapping[str, Gap]
    apart: tuple[Pair, ...]


def uniformity(handled: Sequence[Handled], found: Sequence[Pair]) -> Uniformity:
    """The figures of `found` pairs of `handled`."""
    sure = _sure(handled)
    return Uniformity(
        inquiries=len(handled),
        pairs=len(found),
        alike=tuple(_alike(handled, found)),
        sure=tuple(sure),
        gaps=_gaps(sure),
        apart=tuple(
            pair for pair in found if handled[pair.first].label != handled[pair.second].label
        ),
    )


def _alike(handled: Sequence[Handled], found: Sequence[Pair]) -> list[Figure]:
    same: dict[tuple[str, str], list[bool]] = defaultdict(list)
    days: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for pair in found:
        one, other = handled[pair.first], handled[pair.second]
        equal = one.label == other.label
        same["all", ""].append(equal)
        same["person", "one" if one.by == other.by else "two"].append(equal)
        for unit in {one.unit, other.unit}:
            same["unit", unit].append(equal)
        for attribute in sorted(one.groups.keys() & other.groups.keys()):
            between = {one.groups[attribute], other.groups[attribute]}
            for group in between:
                same[attribute, group].append(equal)
            if len(between) > 1:
                same[f"{attribute}, between", ""].append(equal)
        for place in (pair.first, pair.second):
            if (waited := handled[place].days) is not None:
                for attribute, group in handled[place].groups.items():
                    days[attribute, group][place] = waited
    return [
        Figure(
            attribute=attribute,
            group=group,
            share=share(count=sum(equal), total=len(equal)),
            days=_median(days.get((attribute, group), {})),
        )
        for (attribute, group), equal in sorted(same.items())
        if len(equal) >= LEAST_PAIRS or attribute == "all"
    ]


def _median(days: Mapping[int, float]) -> float | None:
    return statistics.median(days.values()) if len(days) >= LEAST_PAIRS else None


def _sure(handled: Sequence[Handled]) -> list[Figure]:
    sure: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in handled:
        if one.sure is not None:
            sure["all", ""].append(one.sure)
            for attribute, group in one.groups.items():
                sure[attribute, group].append(one.sure)
    return [
        Figure(attribute=attribute, group=group, share=share(count=sum(found), total=len(found)))
        for (attribute, group), found in sorted(sure.items())
        if len(found) >= LEAST_PAIRS
    ]


def _gaps(sure: Sequence[Figure]) -> dict[str, Gap]:
    groups: dict[str, list[Figure]] = defaultdict(list)
    for one in sure:
        groups[one.attribute].append(one)
    return {name: _gap(some) for name, some in groups.items() if len(some) > 1}


def _gap(groups: Sequence[Figure]) -> Gap:
    higher = max(groups, key=lambda one: one.share.value)
    lower = min(groups, key=lambda one: one.share.value)
    found = difference(higher.share, lower.share)
    return Gap(
        value=100 * found.value,
        low=100 * max(0.0, found.low),
        high=100 * found.high,
        higher=higher.group,
        lower=lower.group,
    )
