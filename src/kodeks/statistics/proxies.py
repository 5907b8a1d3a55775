# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Fields that give a protected attribute away, though they are called something else.

Each field is tried for how well it tells the groups apart:

- numbers by the best AUC of one group against the rest (Hanley and McNeil 1982), as 2 |AUC - 1/2|;
- categories by Cramér's V (Cramér 1946);
- texts by V of the word that tells most, where a case has a word or not.

All lie from 0 (tells nothing) to 1. What chance gives is found by giving the attribute to the cases
in another order, again and again; the probabilities are then adjusted for the number of fields
(Holm 1979). For words the best of all words is taken in each order (Westfall and Young 1993), so
that a large vocabulary finds nothing by being large.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kodeks.statistics.inputs import Floats, Grouping, Integers, draws_of, same_length
from kodeks.statistics.shares import FigureError

LEAST_CASES_WITH_WORD = 5
MOST_WORDS = 2_000
_TOLD_WORDS = 10
_ROUNDING = 1e-12

Strength = Callable[[Integers], Floats]
"""Codes of the groups (n,) -> how strongly each feature of a field tells them apart (features,)."""


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """How well one field tells the groups of the attribute apart.

    `by_chance` is what 95 of 100 random orders stay below; `probability` that chance does as well
    as the field, adjusted for the number of fields. `words` are those of a text that tell most,
    each beyond `by_chance`.
    """

    field: str
    kind: str
    strength: float
    by_chance: float
    probability: float
    words: tuple[str, ...] = ()

    def gives_away(self, *, least: float = 0.1, most_probability: float = 0.05) -> bool:
        """Whether the field stands in for the attribute: more than chance, and enough to matter."""
        return self.strength >= least and self.probability <= most_probability


def search(
    *,
    protected: Sequence[str],
    numbers: Mapping[str, ArrayLike] | None = None,
    categories: Mapping[str, Sequence[str]] | None = None,
    texts: Mapping[str, Sequence[Collection[str]]] | None = None,
    seed: int,
    draws: int = 200,
) -> tuple[Proxy, ...]:
    """Try every field, the strongest first. All have n cases; a text is the words of each case.

    Raises FigureError when lengths differ, a number is missing, no field is given, or the
    attribute has fewer than two groups.
    """
    grouping = Grouping.of(protected)
    if len(grouping.names) < 2:
        raise FigureError("Den beskyttede oplysning har kun én gruppe. Der er intet at røbe.")
    fields = [
        *((name, "number", _numbers(grouping, name, one)) for name, one in (numbers or {}).items()),
        *(
            (name, "category", _categories(grouping, name, one))
            for name, one in (categories or {}).items()
        ),
    ]
    words = {name: _words(grouping, name, one) for name, one in (texts or {}).items()}
    tried = [*fields, *((name, "text", strength) for name, (_, strength) in words.items())]
    if not tried:
        raise FigureError("Der er ingen felter at undersøge.")
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(grouping.codes) for _ in range(draws_of(draws))]
    found = []
    for name, kind, strength in tried:
        each = strength(grouping.codes)
        best = float(each.max(initial=0.0))
        chance = np.array([strength(order).max(initial=0.0) for order in orders])
        at_least = int((chance >= best - _ROUNDING).sum())
        limit = float(np.quantile(chance, 0.95))
        told = _told(words[name][0], each, limit) if kind == "text" else ()
        probability = (at_least + 1) / (draws + 1)
        found.append(
            Proxy(
                field=name,
                kind=kind,
                strength=best,
                by_chance=limit,
                probability=probability,
                words=told,
            )
        )
    return tuple(sorted(_holm(found), key=lambda one: (-one.strength, one.field)))


def _numbers(grouping: Grouping, name: str, values: ArrayLike) -> Strength:
    column = np.asarray(values, dtype=np.float64)
    same_length(**{"grupper": len(grouping), name: len(column)})
    if not np.isfinite(column).all():
        raise FigureError(f"Feltet {name} mangler tal i nogle af sagerne.")
    ranks = _ranks(column)
    size = np.bincount(grouping.codes).astype(np.float64)
    rest = len(column) - size

    def strength(codes: Integers) -> Floats:
        sums = np.bincount(codes, weights=ranks, minlength=len(size))
        auc = (sums - size * (size + 1) / 2) / (size * rest)
        return np.asarray(np.abs(2 * auc - 1))

    return strength


def _ranks(column: Floats) -> Floats:
    """Ranks from 1; equal numbers share the mean of theirs."""
    _, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


def _categories(grouping: Grouping, name: str, values: Sequence[str]) -> Strength:
    column = Grouping.of(values)
    same_length(**{"grupper": len(grouping), name: len(column)})
    groups, size = len(grouping.names), len(column.names)

    def strength(codes: Integers) -> Floats:
        pairs = np.bincount(column.codes * groups + codes, minlength=size * groups)
        return np.array([_cramer(pairs.reshape(size, groups))])

    return strength


def _cramer(table: NDArray[np.int64]) -> float:
    """V of a contingency table; 0 where one of the two has a single value."""
    total = table.sum()
    least = min(table.shape) - 1
    if least == 0:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    chi = float(((table - expected) ** 2 / expected).sum())
    return float(np.sqrt(chi / (total * least)))


def _words(
    grouping: Grouping, name: str, texts: Sequence[Collection[str]]
) -> tuple[tuple[str, ...], Strength]:
    same_length(**{"grupper": len(grouping), name: len(texts)})
    seen = Counter(word for text in texts for word in set(text))
    known = sorted(
        (word for word, cases in seen.items() if LEAST_CASES_WITH_WORD <= cases < len(texts)),
        key=lambda word: (-seen[word], word),
    )[:MOST_WORDS]
    place = {word: number for number, word in enumerate(known)}
    has = np.zeros((len(texts), len(known)), dtype=np.float32)
    for row, text in enumerate(texts):
        has[row, [place[word] for word in set(text) if word in place]] = 1
    with_word = has.sum(axis=0, dtype=np.float64)
    size = np.bincount(grouping.codes).astype(np.float64)

    def strength(codes: Integers) -> Floats:
        member = np.zeros((len(size), len(codes)), dtype=np.float32)
        member[codes, np.arange(len(codes))] = 1
        # 2 x groups tables of all words at once; V is then the root of chi squared over n.
        expected = np.outer(size, with_word) / len(codes)
        gap = (member @ has - expected) ** 2
        chi = gap / expected + gap / (size[:, None] - expected)
        return np.asarray(np.sqrt(chi.sum(axis=0) / len(codes)))

    return tuple(known), strength


def _told(known: Sequence[str], each: Floats, limit: float) -> tuple[str, ...]:
    order = np.argsort(-each, kind="stable")[:_TOLD_WORDS]
    return tuple(known[place] for place in order.tolist() if each[place] > limit)


def _holm(found: Sequence[Proxy]) -> list[Proxy]:
    """Adjusted step by step: the smallest by the number of fields, the next by one less."""
    order = sorted(range(len(found)), key=lambda place: found[place].probability)
    adjusted, most = dict[int, float](), 0.0
    for step, place in enumerate(order):
        most = max(most, min(1.0, found[place].probability * (len(found) - step)))
        adjusted[place] = most
    return [
        Proxy(**{**vars(one), "probability": adjusted[place]}) for place, one in enumerate(found)
    ]
