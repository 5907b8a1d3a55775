# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How alike two inquiries are: by the words they share, and by what the model takes them to be
about.

Candidates are found by stems (`terms`), which an index can hold, and put in order by the released
model (`closeness`): the cosine of their TF-IDF vectors, which know parts of words, and a share of
the Bhattacharyya coefficient of their topics' chances. A. Bhattacharyya, Bull. Calcutta Math. Soc.
35 (1943), 99-109. `benchmarks/inquiries/similar.py --choose` tries how much that share is to be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine.calibration import softmax
from kodeks.inquiries.engine.cleaning import NEWEST
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.vectors import Document
from kodeks.language import small_words, stems, tokens

Floats = NDArray[np.float64]
MOST_TERMS = 120
"""Of one text; what it says after that many different words changes little."""
TOPIC_SHARE = 0.3
"""How much likeness of topics counts beside the cosine of words, which is 0 to 1."""


def stems_of(text: str) -> tuple[str, ...]:
    """The different stems of the text's words in their order, at most `MOST_TERMS`, without small
    words, numbers that point at one person, and CPR numbers."""
    words = (one for one in tokens.words(NEWEST.clean(text)) if not small_words.is_small(one))
    return tuple(dict.fromkeys(stems.stem(one) for one in words))[:MOST_TERMS]


def terms(text: str) -> tuple[int, ...]:
    """The stems as numbers of 64 bits (signed), as an index keeps them: no words stand in it."""
    return tuple(_number(one) for one in stems_of(text))


def closeness(model: TriageModel, text: str, others: Sequence[str]) -> Floats:
    """How alike each of `others` (n,) is to `text`: (n,), higher is closer, at most
    1 + `TOPIC_SHARE`."""
    first, *rest = model.vectoriser.documents([text, *others])
    own = dict(zip(first.indices.tolist(), first.values.tolist(), strict=True))
    about = _topics(model, first)
    return np.fromiter(_each(model, own, about, rest), dtype=np.float64, count=len(rest))


def _each(
    model: TriageModel, own: dict[int, float], about: Floats, rest: Sequence[Document]
) -> Iterator[float]:
    for one in rest:
        shared = sum(
            own.get(index, 0.0) * value
            for index, value in zip(one.indices.tolist(), one.values.tolist(), strict=True)
        )
        # Two blocks of norm 1 each: words, and parts of words.
        yield shared / 2 + TOPIC_SHARE * float(about @ _topics(model, one))


def _topics(model: TriageModel, document: Document) -> Floats:
    """The square roots of the chances of the topics by the words alone: (labels,), norm 1."""
    rows = model.weights[document.indices]
    scores = document.values.astype(np.float32) @ rows + model.intercepts
    return np.asarray(np.sqrt(softmax(scores[:-1].astype(np.float64), model.temperature)))


def _number(stem: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(stem.encode(), digest_size=8).digest(), "big", signed=True
    )


def shared(text: str, others: Sequence[str]) -> list[float]:
    """For each of `others` the words (as stems) it shares with `text`, each counted by how few of
    the others have it: 0 when it shares none. To put a handful of approved texts in order."""
    own = set(stems_of(text))
    sets = [set(stems_of(one)) for one in others]
    found = []
    for one in sets:
        common = own & one
        found.append(sum(1 / sum(stem in each for each in sets) for stem in sorted(common)))
    return found
