# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A second ear for what is urgent: it weighs all words of a text, where the rules hear their own.

A small model of words, learned from invented texts of several hands, which is a file of the program
(decision 0068). It says »perhaps« only: its signs move a text forward in people's queue as the
rules' do, and start no clock of the law.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from kodeks.inquiries.engine.model import TriageModel

CALM = "calm"
FILE = "urgency_model.safetensors"
HEARD_FROM = 0.93
"""How likely it must be that a text is not calm: what 3 to 5 % of a town's everyday mail reach,
where it is of hands that the ear has not learned from (`urgency_model.py`)."""
_WORDS = 3


@dataclass(frozen=True)
class Heard:
    """What it may be (`kind`: emergency, child or death), and the words that speak most for it, as
    they stand in the text, with dots between them."""

    kind: str
    words: str


def hears(text: str) -> Heard | None:
    """What a text may tell of, when it is likely enough that it is not calm."""
    model = _model()
    (chances,) = model.chances([text])
    by_label = dict(zip(model.labels, chances.tolist(), strict=True))
    if 1.0 - by_label.pop(CALM) < HEARD_FROM:
        return None
    kind = max(by_label, key=lambda label: by_label[label])
    (answer,) = model.triage([text])
    if answer.label != kind:
        return Heard(kind, "")
    found = [one.word for one in answer.considerations if one.direction == "for" and one.word]
    lowered = text.lower()
    return Heard(kind, " … ".join(sorted(found[:_WORDS], key=lambda word: lowered.find(word))))


@cache
def _model() -> TriageModel:
    path = resources.files(__package__).joinpath(FILE)
    return TriageModel.of_bytes(path.read_bytes())
