# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Flip tests: the same case with a protected attribute, or what stands in for it, changed.

What may not weigh must not move the suggestion (counterfactual testing, Garg et al. 2019,
"Counterfactual Fairness in Text Classification through Robustness").
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kodeks.statistics.bootstrap import Estimate
from kodeks.statistics.shares import FigureError, share

C = TypeVar("C")


@dataclass(frozen=True, kw_only=True)
class Flips:
    """Of `tried` cases that could be flipped, `changed` got another suggestion.

    `share` has a Wilson interval, None when no case could be flipped. `examples` are places of
    cases that changed, the first first.
    """

    tried: int
    changed: int
    share: Estimate | None
    examples: tuple[int, ...]


def flip_test(
    *,
    cases: Sequence[C],
    flip: Callable[[C], Sequence[C]],
    suggest: Callable[[Sequence[C]], Sequence[Hashable]],
    most_examples: int = 10,
) -> Flips:
    """Ask `suggest` about each case and its variants; all must get the same suggestion.

    `flip` gives the variants of a case, none where it has nothing to flip. `suggest` answers for
    many cases at once, and is asked twice in all.

    Raises FigureError when `suggest` does not give one answer for each case.
    """
    variants = [tuple(flip(case)) for case in cases]
    places = [place for place, found in enumerate(variants) if found]
    if not places:
        return Flips(tried=0, changed=0, share=None, examples=())
    before = _answers(suggest, [cases[place] for place in places])
    after = iter(_answers(suggest, [one for place in places for one in variants[place]]))
    changed = [
        place
        for place, answer in zip(places, before, strict=True)
        # A list and not a generator: each case must take its own answers, and all of them.
        if any([next(after) != answer for _ in variants[place]])
    ]
    found = share(count=len(changed), total=len(places))
    return Flips(
        tried=len(places),
        changed=len(changed),
        share=Estimate(value=found.value, low=found.low, high=found.high),
        examples=tuple(changed[:most_examples]),
    )


def _answers(
    suggest: Callable[[Sequence[C]], Sequence[Hashable]], cases: list[C]
) -> Sequence[Hashable]:
    answers = suggest(cases)
    if len(answers) != len(cases):
        raise FigureError(f"Der kom {len(answers)} forslag til {len(cases)} sager.")
    return answers
