# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What would have given another suggestion: words without which the model, asked again, changes.

Only what the model itself confirms is told (CJEU C-203/22; Wachter et al. 2017). Words are taken
out in the order of how much they spoke for the suggestion, until it changes or the words run out.
"""

from __future__ import annotations

import re
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
    """The first change that the model confirms; None when up to three words change nothing."""
    left = text
    taken: list[str] = []
    for one in found.considerations:
        if one.direction != "for" or not one.word or len(taken) == MOST_WORDS:
            continue
        shorter = re.sub(rf"(?<!\w){re.escape(one.word)}(?!\w)", " ", left, flags=re.IGNORECASE)
        if shorter == left:
            continue
        left = shorter
        taken.append(one.word)
        (answer,) = model.triage([left], explained=False)
        if answer.label != found.label and not answer.out_of_scope:
            return Change(tuple(taken), answer.label)
    return None
