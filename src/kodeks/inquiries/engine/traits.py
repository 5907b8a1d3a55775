# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What kind of text an inquiry is, in a few words that tell nothing of who wrote it.

They are what supervision compares from one time to another (kodeks.statistics.drift): texts that
become longer, or that use words the model has never seen, come before wrong suggestions do.
"""

from __future__ import annotations

from collections.abc import Mapping

from kodeks.inquiries.engine.vectors import Vectoriser

LENGTH, KNOWN_WORDS = "length", "known_words"
_LENGTHS = (0, 10, 20, 50, 100)
_SHARES = (0, 25, 50, 75, 90)


def traits_of(vectoriser: Vectoriser, text: str) -> Mapping[str, str]:
    """`length` in words, and `known_words` in percent, each as the range that it lies in."""
    (document,) = vectoriser.documents([text])
    total = len(document.words)
    known = int((document.word_ids[:total] >= 0).sum())
    share = 100 * known // total if total else 0
    return {LENGTH: _range(total, _LENGTHS, ""), KNOWN_WORDS: _range(share, _SHARES, "100")}


def _range(value: int, starts: tuple[int, ...], end: str) -> str:
    place = max(number for number, start in enumerate(starts) if value >= start)
    if place + 1 < len(starts):
        return f"{starts[place]}-{starts[place + 1] - 1}"
    return f"{starts[place]}-{end}" if end else f"{starts[place]}+"
