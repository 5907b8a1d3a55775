# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which words speak for a label: the model's weights, given back to the words of the text.

The model is linear, so the score is a sum over features. A feature's part is shared by its
occurrences, those in a text's lead as often as they are counted; a pair of words gives half to
each, a character n-gram gives its part to the words of the piece it lies in. Nothing is estimated:
the words' parts add up to the score.
"""

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine.results import Consideration
from kodeks.inquiries.engine.vectors import LEADING, Document
from kodeks.language import tokens

Floats = NDArray[np.float64]

MOST_FOR, LEAST_FOR, MOST_AGAINST = 6, 3, 3
_LEAST = 1e-6
LONGEST = 80
"""Letters of a word that is named; a longer one is no word, and would not fit a sentence."""

# Small words carry weight in any model but tell a reader nothing; they are named last.
_SMALL_WORDS_TEXT = """
    af alle alt anden andet andre at blev blive bliver da de dem den denne der deres det dette dig
    din disse dog du efter eller en end er et for fordi fra få får går har have havde her hos hun
    hvad hvem hver hvis hvor hvordan hvornår hvorfor han ham hans hendes ikke ind ja jeg jer jo
    kan kom kommer kunne man mange med meget men mig min mine mit mod må ned nej noget nogle nok
    nu når og også om op os over på sammen selv sig sin sine sit skal skulle som sådan ta tage ud
    under var ved vi vil ville vor været vores være
"""
_SMALL_WORDS = frozenset(_SMALL_WORDS_TEXT.split())


def word_parts(document: Document, parts: Floats) -> dict[str, Floats]:
    """Each word's share of `parts`.

    `parts` (n, columns) are the features' contributions to some scores, in the order of
    `document.indices`; the answer maps a word to its (columns,) share.
    """
    each = parts / document.counts[:, None]
    shares: dict[str, Floats] = {}
    _share_words(document, each, shares)
    _share_chunks(document, each, shares)
    return shares


def _share_words(document: Document, each: Floats, shares: dict[str, Floats]) -> None:
    count = len(document.words)
    if not count:
        return
    weights, lead = _look_up(document, each, document.word_ids), document.lead[0]
    weights[:lead] *= LEADING
    weights[count : count + max(0, lead - 1)] *= LEADING
    pairs = weights[count:] / 2
    weights = weights[:count]
    weights[:-1] += pairs
    weights[1:] += pairs
    for word, weight in zip(document.words, weights, strict=True):
        _add(shares, word, weight)


def _share_chunks(document: Document, each: Floats, shares: dict[str, Floats]) -> None:
    lengths = [len(ids) for ids in document.chunk_ids]
    if not sum(lengths):
        return
    found = _look_up(document, each, np.concatenate(document.chunk_ids))
    ends = np.cumsum(lengths)
    sums = np.vstack([np.zeros(found.shape[1]), np.cumsum(found, axis=0)])
    totals = sums[ends] - sums[ends - lengths]
    totals[: document.lead[1]] *= LEADING
    for chunk, total in zip(document.chunks, totals, strict=True):
        words = tokens.words(chunk)
        letters = sum(map(len, words))
        for word in words:
            _add(shares, word, total * (len(word) / letters))


def _look_up(document: Document, each: Floats, ids: NDArray[np.int64]) -> Floats:
    if not len(document.indices):
        return np.zeros((len(ids), each.shape[1]))
    position = np.minimum(np.searchsorted(document.indices, ids), len(document.indices) - 1)
    return np.asarray(np.where((ids >= 0)[:, None], each[position], 0.0))


def _add(shares: dict[str, Floats], word: str, weight: Floats) -> None:
    shares[word] = shares[word] + weight if word in shares else weight


def considerations(
    shares: dict[str, Floats], *, label: str, runner_up: str, whole: Floats
) -> tuple[Consideration, ...]:
    """Up to six words for `label` and three for `runner_up`, heaviest first, and at last what the
    text as a whole says.

    The columns of `shares` are: for the label above the mean label, and for the runner-up
    above the label; `whole` (2,) is the same for the text's meaning, which is no sum over words, 0
    in a model of words only. Words with digits, and what is too long to be one, are left out.
    """
    named = {word: share for word, share in shares.items() if _may_name(word)}
    in_favour = _heaviest({word: share[0] for word, share in named.items()}, MOST_FOR, LEAST_FOR)
    chosen = {word for word, _ in in_favour}
    rest = {word: share[1] for word, share in named.items() if word not in chosen}
    against = _heaviest(rest, MOST_AGAINST, 1)
    if not in_favour and not against and not whole.any():
        text = "Modellen kender ingen af ordene i teksten"
        return (Consideration(text, 0.0, "against"),)
    return tuple(
        [
            Consideration(f"Ordet »{word}« taler for {label}", w, "for", word)
            for word, w in in_favour
        ]
        + [
            Consideration(f"Ordet »{word}« taler snarere for {runner_up}", w, "against", word)
            for word, w in against
        ]
        + _of_whole(whole, label, runner_up)
    )


def _of_whole(whole: Floats, label: str, runner_up: str) -> list[Consideration]:
    found = []
    if whole[0] > _LEAST:
        text = f"Tekstens mening som helhed taler for {label}"
        found.append(Consideration(text, float(whole[0]), "for"))
    if whole[1] > _LEAST:
        text = f"Tekstens mening som helhed taler snarere for {runner_up}"
        found.append(Consideration(text, float(whole[1]), "against"))
    return found


def _heaviest(weights: dict[str, np.float64], most: int, least: int) -> list[tuple[str, float]]:
    ranked = sorted(
        ((word, float(weight)) for word, weight in weights.items() if weight > _LEAST),
        key=lambda pair: (-pair[1], pair[0]),
    )
    telling = [pair for pair in ranked if pair[0] not in _SMALL_WORDS][:most]
    if len(telling) < least:
        small = [pair for pair in ranked if pair[0] in _SMALL_WORDS]
        telling += small[: least - len(telling)]
    return telling


def _may_name(word: str) -> bool:
    return len(word) <= LONGEST and not any(map(str.isdigit, word))
