# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a model sends the same matter the same way, whoever wrote it, from where and how.

Each text is answered as it is and changed in each of the ways of `changing`. The *route* is what a
person is shown: the topic, or that it is about none. A change is drawn by the text's own key, so
that it can be made again and need not be kept.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kodeks.inquiries.engine import changing
from kodeks.inquiries.engine.results import Triage
from kodeks.statistics.shares import Share, share

Answer = Callable[[Sequence[str]], Sequence[Triage]]
OUTSIDE = ""
"""The route of a text about no topic."""
WANTED = {"typos": 0.95}
WANTED_ELSE = 0.99


@dataclass(frozen=True, kw_only=True)
class Line:
    """What came of one way of changing, "" for all ways of its kind together: the share of the
    texts with the same route as before, and the share that is sure of its topic."""

    kind: str
    way: str
    same: Share
    sure: Share


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A text of which a change moved the route: its place, and the topic before and after."""

    place: int
    kind: str
    way: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Metamorphic:
    """`sure` is the share of the texts as they are that is sure of its topic."""

    texts: int
    sure: Share
    lines: tuple[Line, ...]
    moved: tuple[Moved, ...]


def changed(text: str, *, key: str, kind: str, way: str) -> str:
    """The text in other clothes; the same key gives the same ones."""
    draw = random.Random(f"{key} {kind} {way}")  # noqa: S311 - names and slips, no secret
    return changing.CHANGES[kind][way](text, draw)


def measured(
    texts: Sequence[str],
    keys: Sequence[str],
    *,
    answer: Answer,
    seen: Callable[[str], str] = str,
    progress: Callable[[int], None] = lambda done: None,
) -> Metamorphic:
    """Every way of changing on every text (at least one). `seen` is what of a text comes to the
    model; `progress` is told how many texts are answered."""
    before = answer([seen(text) for text in texts])
    lines: list[Line] = []
    moved: list[Moved] = []
    done = len(texts)
    progress(done)
    for kind, ways in changing.CHANGES.items():
        same_all = sure_all = 0
        for way in ways:
            after = answer(
                [
                    seen(changed(text, key=key, kind=kind, way=way))
                    for text, key in zip(texts, keys, strict=True)
                ]
            )
            found = [
                Moved(place=place, kind=kind, way=way, before=route(one), after=route(other))
                for place, (one, other) in enumerate(zip(before, after, strict=True))
                if route(one) != route(other)
            ]
            moved += found
            same, sure = len(texts) - len(found), sum(one.way == "label" for one in after)
            same_all, sure_all = same_all + same, sure_all + sure
            lines.append(_line(kind, way, same, sure, len(texts)))
            done += len(texts)
            progress(done)
        lines.append(_line(kind, "", same_all, sure_all, len(texts) * len(ways)))
    sure_before = sum(one.way == "label" for one in before)
    return Metamorphic(
        texts=len(texts),
        sure=share(count=sure_before, total=len(texts)),
        lines=tuple(lines),
        moved=tuple(moved),
    )


def route(found: Triage) -> str:
    """What a person is shown."""
    return OUTSIDE if found.out_of_scope else found.label


def wanted(kind: str) -> float:
    """The share of texts that is to keep its route."""
    return WANTED.get(kind, WANTED_ELSE)


def _line(kind: str, way: str, same: int, sure: int, total: int) -> Line:
    return Line(
        kind=kind,
        way=way,
        same=share(count=same, total=total),
        sure=share(count=sure, total=total),
    )
