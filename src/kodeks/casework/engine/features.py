# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A text as features, each with the words of the text that it came from.

Five kinds: stems of words, parts of compounds, neighbouring words, references to laws and forms,
and pieces of 3 to 5 letters within words (which bear misspellings and compounds not known).
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kodeks.casework.engine import references
from kodeks.language import cpr, guard, identifiers, small_words, tokens
from kodeks.language.compounds import Splitter
from kodeks.language.stems import stem

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
LONGEST_WORD = 60
"""Letters of a word that is looked at; what is longer is no word of the Danish language."""
LONGEST_KEYWORD = 8
"""Words of a text that is read as a keyword is; a longer one is read as a letter."""

Sources = list[tuple[str, ...]]
"""For each time a feature occurs: the words it came from."""
Known = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Weights:
    """What a kind of features counts, chosen by cross-validation (decision 0036)."""

    words: float = 2.0
    parts: float = 1.0
    pairs: float = 1.0
    references: float = 2.0
    letters: float = 1.0

    def of(self, feature: str) -> float:
        """The weight of a feature, by the letter that it begins with."""
        return self._by_kind[feature[0]]

    @property
    def _by_kind(self) -> Mapping[str, float]:
        return {
            "w": self.words,
            "k": self.parts,
            "b": self.pairs,
            "r": self.references,
            "c": self.letters,
        }


@dataclass(frozen=True)
class Extractor:
    """Makes features of texts; `splitter` takes compounds apart."""

    splitter: Splitter

    def features(self, text: str, known: Known) -> dict[str, Sources]:
        """The features of a text. CPR numbers, addresses and what is hidden are left out first.

        `known` keeps what each word gives while many texts are read; begin with an empty one.
        """
        clean = prepared(text)
        return self._of_words(_words(clean), clean, known)

    def asked(self, text: str, known: Known) -> dict[str, Sources]:
        """The same of a text that is asked about: in a letter, unlike in a keyword, small words
        hold the others together, so they are left out."""
        clean = prepared(text)
        return self._of_words(_telling(_words(clean)), clean, known)

    def _of_words(self, words: list[str], clean: str, known: Known) -> dict[str, Sources]:
        found: dict[str, Sources] = {}
        for word in words:
            if word not in known:
                known[word] = self._word(word)
            _note(found, known[word], (word,))
        stems = list(map(stem, words))
        for (one, other), pair in zip(
            itertools.pairwise(words), itertools.pairwise(stems), strict=True
        ):
            _note(found, (f"b{pair[0]} {pair[1]}",), (one, other))
        for reference in references.find(clean):
            shown = " ".join(clean[reference.start : reference.end].split())
            _note(found, (f"r{one}" for one in reference.features), (shown,))
        return found

    def _word(self, word: str) -> tuple[str, ...]:
        parts = (f"k{stem(part)}" for part in self.splitter.parts(word))
        letters = (f"c{piece}" for piece in tokens.char_ngrams(word, 3, 5))
        return (f"w{stem(word)}", *parts, *letters)


def words_asked(text: str) -> list[str]:
    """The words of a text that is asked about, as `Extractor.asked` reads it; no numbers."""
    return [one for one in _telling(_words(prepared(text))) if one.isalpha()]


def words_listed(text: str) -> list[str]:
    """The words of a phrase of the list, as `Extractor.features` reads it; no numbers."""
    return [one for one in _words(prepared(text)) if one.isalpha()]


def _telling(words: list[str]) -> list[str]:
    telling = [word for word in words if not small_words.is_small(word)]
    return telling if len(words) > LONGEST_KEYWORD and telling else words


def _words(clean: str) -> list[str]:
    return [one for one in _TOKEN.findall(clean) if len(one) <= LONGEST_WORD]


def prepared(text: str) -> str:
    """What a reader sees of the text in lower case, without numbers that point at a person."""
    seen = guard.visible(text)
    return identifiers.remove(cpr.mask(seen).replace(cpr.MASK, " ")).lower()


def _note(found: dict[str, Sources], features: Iterable[str], words: tuple[str, ...]) -> None:
    for feature in features:
        found.setdefault(feature, []).append(words)
