# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What would have given another suggestion: words without which the model, asked again, changes.

Only what the model itself confirms is told (CJEU C-203/22; Wachter et al. 2017). Words are taken
out in the order of how much they spoke for the suggestion, until it changes or the words run out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Triage

MOST_WORDS = 3


@dataclass(frozen=True)
class Change:
    """Without these words of the text, the suggestion would have been `label`."""

    words: tuple[str, ...]
    label: str


def change(model: TriageModel, text: str, found: Triage) -> Change | None:
    """The first change that the model confirms; None when up to three words change nothing.

    To ask for a text's meaning is dear, so a model that knows it is asked without all of the words
    first, and of fewer words only where that gives another suggestion.
    """
    variants = list(_shorter(text, found))
    if model.meaning is None:
        answers = model.triage([left for _, left in variants], explained=False)
        return _first(variants, answers, found)
    (last,) = model.triage([left for _, left in variants[-1:]], explained=False) or [found]
    if last.label == found.label:
        return None
    fewer = (model.triage([left], explained=False)[0] for _, left in variants[:-1])
    return _first(variants, itertools.chain(fewer, [last]), found)


def _first(
    variants: Iterable[tuple[tuple[str, ...], str]], answers: Iterable[Triage], found: Triage
) -> Change | None:
    for (taken, _), answer in zip(variants, answers, strict=True):
        if answer.label != found.label and not answer.out_of_scope:
            return Change(taken, answer.label)
    return None


def _shorter(text: str, found: Triage) -> Iterator[tuple[tuple[str, ...], str]]:
    """The text without its strongest word, without the strongest two, and so on."""
    left = text
    taken: tuple[str, ...] = ()
    for one in found.considerations:
        if one.direction != "for" or not one.word or len(taken) == MOST_WORDS:
            continue
        shorter = re.sub(rf"(?<!\w){re.escape(one.word)}(?!\w)", " ", left, flags=re.IGNORECASE)
        if shorter != left:
            left, taken = shorter, (*taken, one.word)
            yield taken, left
