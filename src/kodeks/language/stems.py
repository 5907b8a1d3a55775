# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A light stemmer for Danish: endings of nouns, adjectives and verbs are cut off, nothing else.

It knows no words. Two forms of a word get one stem often enough for search, and a stem is nothing
to show a reader. After the Danish stemmer of Snowball (M. Porter), with fewer endings.
"""

_ENDINGS_TEXT = "ernes erne eres enes ens ets ene ers ere est en et er es e s"
_ENDINGS = tuple(_ENDINGS_TEXT.split())
_VOWELS = frozenset("aeiouyæøå")
_SHORTEST_WORD, _SHORTEST_STEM = 5, 3


def stem(word: str) -> str:
    """The stem of a lower-case word; words with digits and of up to four letters are their own."""
    if len(word) < _SHORTEST_WORD or not word.isalpha():
        return word
    ending = next((one for one in _ENDINGS if _may_cut(word, one)), "")
    cut = word[: len(word) - len(ending)]
    doubled = len(cut) > _SHORTEST_STEM and cut[-1] == cut[-2] and cut[-1] not in _VOWELS
    return cut[:-1] if doubled else cut


def _may_cut(word: str, ending: str) -> bool:
    if not word.endswith(ending) or word.endswith("ss"):
        return False
    rest = word[: len(word) - len(ending)]
    return len(rest) >= _SHORTEST_STEM and not _VOWELS.isdisjoint(rest)
