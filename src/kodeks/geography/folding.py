# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Words as they are compared: case, accents, aa, abbreviations, endings and one wrong letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", re.UNICODE)
_SHORT = {
    "gl": "gammel",
    "gml": "gammel",
    "ndr": "nordre",
    "nr": "nørre",
    "sdr": "sønder",
    "st": "store",
    "str": "store",
    "ll": "lille",
    "skt": "sankt",
    "kgs": "kongens",
    "v": "vester",
    "ø": "øster",
}
"""Abbreviations in names of streets (Dansk Sprognævn, Retskrivningsordbogen, and the address
register's own)."""
_ENDS_IN_VOWEL = ("n", "ns", "t", "ts", "s")
_ENDS_OTHERWISE = ("en", "ens", "et", "ets", "s")
STREETS = (
    "vej", "vejen", "gade", "gaden", "allé", "alle", "alléen", "stræde", "strædet", "vænge",
    "vænget", "plads", "pladsen", "torv", "torvet", "toft", "toften", "sti", "stien", "boulevard",
    "bakken", "parken", "kajen", "gyde", "gyden", "lunden", "haven", "høj", "passage", "passagen",
    "dal", "dalen", "kær", "kæret", "bro", "broen",
)  # fmt: skip
"""What names of streets end in: a name with one of these is one in lower case, too."""
_NOT_STREETS = frozenset({"vej", "vejen", "gade", "gaden", "plads", "pladsen", "torv", "torvet",
                          "sti", "stien", "bakken", "parken", "dal", "dalen", "bro", "broen",
                          "haven", "lunden", "høj"})  # fmt: skip
"""Words by themselves: a street that is called only that must be written with a capital."""


@dataclass(frozen=True)
class Token:
    """One word of a text, as it is compared, with its place in the text."""

    folded: str
    start: int
    end: int
    capital: bool


def tokens(text: str) -> Iterator[Token]:
    """The words of a text; numbers and signs stand between them."""
    for found in _WORD.finditer(text):
        word = found[0]
        yield Token(fold(word), found.start(), found.end(), word[0].isupper())


def fold(word: str) -> str:
    """Lower case, å for aa, no accents except those of Danish letters."""
    lowered = unicodedata.normalize("NFC", word).lower().replace("aa", "å")
    return "".join(_plain(sign) for sign in lowered)


def _plain(sign: str) -> str:
    if sign in "æøå":
        return sign
    base = unicodedata.normalize("NFD", sign)[0]
    return base if base.isalpha() else sign


def folded_name(name: str) -> str:
    """A name's words, with abbreviations written out, separated by blanks."""
    return " ".join(unshortened(token.folded) for token in tokens(name))


def unshortened(word: str) -> str:
    """The word that an abbreviation in a name stands for; other words stay."""
    return _SHORT.get(word, word)


def is_street_name(folded: str) -> bool:
    """Whether a name says itself that it is a street: »prøvegade«, but not »vejen«."""
    last = folded.rpartition(" ")[2]
    return last not in _NOT_STREETS and any(
        last.endswith(fold(end)) and len(last) > len(end) + 1 for end in STREETS
    )


def inflected(folded: str) -> Iterator[str]:
    """The name, and what it becomes with an article or a genitive: prøvegade, prøvegadens."""
    yield folded
    ends = _ENDS_IN_VOWEL if folded[-1:] in "aeiouyæøå" else _ENDS_OTHERWISE
    for end in ends:
        yield folded + end


def without_one(word: str) -> Iterator[str]:
    """The word, and the word without each of its signs: two words with one wrong, missing, extra or
    swapped letter between them share one of these (symmetric deletion, Garbe 2012)."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def is_one_apart(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing, extra, or two neighbours are swapped (restricted
    Damerau-Levenshtein distance at most 1)."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    head = next(
        (at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    if len(short) < len(long):
        return short[head:] == long[head + 1 :]
    if short[head + 1 :] == long[head + 1 :]:
        return True
    return (
        short[head : head + 2] == long[head : head + 2][::-1]
        and short[head + 2 :] == long[head + 2 :]
    )
