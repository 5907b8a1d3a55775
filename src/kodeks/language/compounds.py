# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Danish compounds taken apart by the evidence of a vocabulary: jordforureningsloven = jord +
forurening + loven.

A word is split where its parts are words of the vocabulary, and more common there than the whole:
the cut with the greatest geometric mean of the parts' frequencies counts, if that is greater than
the frequency of the whole (Koehn and Knight, Empirical Methods for Compound Splitting, EACL 2003).
Between parts may stand -s- or -e-. A beginning that is no word of its own (syge-) counts where
several words have it before a known one (after SECOS: Riedl and Biemann, NAACL 2016).
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from kodeks.language import tokens
from kodeks.language.stems import stem

_LINKS = ("", "s", "e")
_SHORTEST, _FIRST, _LAST = 7, 3, 4
"""Letters of a word that is split, of its first part and of its last."""
_BEGINNINGS = 3
"""So many words must have a beginning that is no word of its own."""
_RARE = 0.5
_NO_PARTS_TEXT = """
    af an der del die dig din ende end ering for fra god hen ind inge inger ing lige med mod ned
    ner old ond ord ring sam til ud und van ved vis else elser
"""
_NO_PARTS = frozenset(_NO_PARTS_TEXT.split()) - {"ord"}


class Splitter:
    """Takes words apart by the vocabulary of the texts that it was made from."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._forms: Counter[str] = Counter()
        for text in texts:
            found = tokens.words(text.lower())
            self._forms.update({one for one in found if one.isalpha() and len(one) >= _FIRST})
        self._stems: Counter[str] = Counter()
        for word, count in self._forms.items():
            self._stems[stem(word)] += count
        self._beginnings: Counter[str] = Counter(
            first
            for word in self._forms
            for first, last in _cuts(word)
            if stem(last) in self._stems
        )

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a lower-case word without the letters that link them; itself alone when it
        is no compound that the vocabulary knows."""
        if len(word) < _SHORTEST or not word.isalpha():
            return (word,)
        own = self._stems[stem(word)]
        best, chosen = float(own if own > 1 else 0), None
        for first, last in _cuts(word):
            count, name = self._first(first)
            evidence = (count * self._last(last)) ** 0.5 if count else 0.0
            if evidence > best:
                best, chosen = evidence, (name, last)
        if chosen is None:
            return (word,)
        return self.parts(chosen[0]) + self.parts(chosen[1])

    def _first(self, part: str) -> tuple[float, str]:
        """How common a first part is, and what it is without the link."""
        best, name = 0.0, part
        for link in _LINKS:
            base = part.removesuffix(link)
            if (link and base == part) or len(base) < _FIRST or base in _NO_PARTS:
                continue
            known = base in self._forms or base in self._stems
            count = self._stems[stem(base)] if known else 0
            if count > best and (len(base) > _FIRST or count >= _BEGINNINGS):
                best, name = float(count), base
        if not best and len(part) > _FIRST and self._beginnings[part] >= _BEGINNINGS:
            return self._beginnings[part] * _RARE, part
        return best, name

    def _last(self, part: str) -> float:
        """How common a last part is; a long one may be a compound itself."""
        count = self._stems[stem(part)]
        if count or len(part) < 2 * _LAST:
            return float(count)
        return _RARE if len(self.parts(part)) > 1 else 0.0


def _cuts(word: str) -> Iterator[tuple[str, str]]:
    for at in range(_FIRST, len(word) - _LAST + 1):
        if word[at:] not in _NO_PARTS:
            yield word[:at], word[at:]
