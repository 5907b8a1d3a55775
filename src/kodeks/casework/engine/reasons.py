# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A suggestion of a KLE subject in words: which of the text's words led to it."""

from collections.abc import Sequence

from kodeks.casework.engine.index import Suggestion

MOST_WORDS = 4
LEAST_SHARE = 0.25
"""Of the strongest word's share: what a word must give to be named."""
LEAST_MEANING = 10
"""Per cent of the score: what the words' meaning must give to be told."""
NOTHING = "Ingen ord i teksten ligner ord på listen. Vælg selv et emne."
EMPTY = "Teksten er tom. Vælg selv et emne."


def reason(suggestion: Suggestion) -> str:
    """In Danish: the words that count most, the list's phrase that is nearest, and how much is due
    to what words mean rather than to words that the list has."""
    words = named(suggestion.words)
    quoted = [f"»{word}«" for word in words]
    listed = " og ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
    points = "Ordet" if len(words) == 1 else "Ordene"
    said = f"{points} {listed} peger på »{suggestion.title}«."
    if suggestion.nearest.casefold() != suggestion.title.casefold():
        said = f"{said} Listen har »{suggestion.nearest}«."
    share = round(suggestion.meaning * 100)
    if share < LEAST_MEANING:
        return said
    return f"{said} {share} % af forslaget kommer af, hvad ordene betyder."


def named(words: Sequence[tuple[str, float]]) -> list[str]:
    """The words to name, of words with their shares, greatest first. At least one is named."""
    chosen: list[str] = []
    for word, share in words:
        within = any(word in other.split() for other in chosen)
        if share < LEAST_SHARE * words[0][1] or len(chosen) == MOST_WORDS:
            break
        if not within:
            chosen.append(word)
    return chosen
