# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""TF-IDF vectors in plain numpy, equal to scikit-learn's to 1e-9.

Two blocks stand side by side, as in a FeatureUnion of two TfidfVectorizers with sublinear_tf:
words 1-2 and character n-grams 2-5 inside word boundaries. Each block has Euclidean norm 1.
What does not belong to the matter (people, addresses, numbers, frames of mails) is removed first,
and a misspelt word is looked up as the word of the vocabulary that it is one slip away from.
What a text begins with, which is its title or a mail's subject where it has one, may count more.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine import counting
from kodeks.inquiries.engine.cleaning import FIRST_VERSION, NEWEST, THIRD_VERSION, Reading
from kodeks.language import tokens
from kodeks.language.spelling import Speller

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Item = TypeVar("Item")

_TOGETHER = 64
"""Texts that are counted together."""
_MOST_KNOWN = 50_000
"""Pieces of texts that a call remembers."""
LEADING = 3
"""How many times what stands in a text's lead is counted, in a model that has one."""


class Piece(NamedTuple):
    """A blank-separated piece of a text: as it was written and as it is looked up, the features of
    its words (-1 when unknown), and those of its character n-grams."""

    written: str
    read: str
    words: list[int]
    grams: Integers

    def named(self) -> list[str]:
        """Its words as they were written; as they are looked up where two letters that are one,
        such as "aa", were all of a word, which is none then."""
        found = tokens.words(self.written)
        return found if len(found) == len(self.words) else tokens.words(self.read)


@dataclass(frozen=True)
class Document:
    """One text as features.

    `indices` (n,) increase; `counts` (n,) say how often each feature occurs; `values` (n,) are the
    TF-IDF weights. `word_ids` pairs each unigram and bigram with its feature (-1 when unknown).
    `lead` is how many words, and how many pieces, stand where each is counted `LEADING` times.
    """

    indices: Integers
    counts: Integers
    values: Floats
    word_ids: Integers
    pieces: Sequence[Piece]
    lead: tuple[int, int] = (0, 0)

    # Only who explains an answer asks for these, so they are made when they are asked for.
    @property
    def words(self) -> list[str]:
        """The words in order, as they were written (`Piece.named`)."""
        return _joined([one.named() for one in self.pieces])

    @property
    def chunks(self) -> list[str]:
        """The blank-separated pieces as they were written."""
        return [one.written for one in self.pieces]

    @property
    def chunk_ids(self) -> list[Integers]:
        """The features of each piece's character n-grams."""
        return [one.grams for one in self.pieces]


@dataclass(frozen=True)
class Vectoriser:
    """A vocabulary with its weights: word terms first, then character n-grams, each sorted.

    `idf` has shape (len(words) + len(characters),). `reading` is how texts are read, and `lead` how
    many blank-separated pieces at the beginning count more.
    """

    words: tuple[str, ...]
    characters: tuple[str, ...]
    idf: Floats
    reading: Reading = NEWEST
    lead: int = 0

    @cached_property
    def _word_ids(self) -> dict[str, int]:
        return {term: i for i, term in enumerate(self.words) if " " not in term}

    @cached_property
    def _pairs(self) -> counting.Pairs:
        return counting.Pairs(self.words, self._word_ids)

    @cached_property
    def _grams(self) -> counting.Grams:
        return counting.Grams(self.characters, len(self.words))

    @cached_property
    def _speller(self) -> Speller:
        single = self._word_ids
        return Speller(list(single), [-float(self.idf[i]) for i in single.values()])

    @classmethod
    def fit(
        cls, texts: Sequence[str], *, min_df: int = 1, reading: Reading = NEWEST
    ) -> "Vectoriser":
        """Learn terms that occur in at least `min_df` texts; idf = ln((1+n)/(1+df)) + 1."""
        word_df: Counter[str] = Counter()
        character_df: Counter[str] = Counter()
        grams: dict[str, frozenset[str]] = {}
        for text in texts:
            chunks = [reading.spelled(chunk) for chunk in reading.clean(text).split()]
            words = tokens.words(" ".join(chunks))
            word_df.update(set(tokens.word_ngrams(words)))
            present: set[str] = set()
            for chunk in set(chunks):
                if chunk not in grams:
                    grams[chunk] = frozenset(tokens.char_ngrams(chunk))
                present |= grams[chunk]
            character_df.update(present)
        words_kept = sorted(term for term, df in word_df.items() if df >= min_df)
        characters_kept = sorted(term for term, df in character_df.items() if df >= min_df)
        df = [word_df[term] for term in words_kept]
        df += [character_df[term] for term in characters_kept]
        idf = idf_of(np.array(df), len(texts))
        return cls(tuple(words_kept), tuple(characters_kept), idf, reading)

    def read(self, text: str, *, is_word: Callable[[str], bool]) -> str:
        """What is read of `text` for its meaning: its misspelt words as they are looked up, but for
        those that `is_word` knows. A vocabulary of few texts lacks most words, and would take them
        for slips of those that it has."""
        clean = self.reading.clean(text)
        if self.reading.version == FIRST_VERSION:
            return clean
        spares = self.reading.version > THIRD_VERSION

        def looked_up(word: str) -> str:
            return word if spares and is_word(word) else self._looked_up(word, unless=word)

        return tokens.replaced(self.reading.alike(clean), looked_up)

    def documents(self, texts: Iterable[str]) -> Iterator[Document]:
        """Each text as a Document, in order.

        Some texts are counted together, for speed; none of them changes what another gives. What
        is known of pieces is forgotten with the call, and when it is much.
        """
        known: dict[str, Piece] = {}
        rest = iter(texts)
        while some := list(itertools.islice(rest, _TOGETHER)):
            if len(known) > _MOST_KNOWN:
                known.clear()
            yield from self._documents(some, known)

    def _documents(self, texts: Sequence[str], known: dict[str, Piece]) -> Iterator[Document]:
        chunks = [self.reading.clean(text).split() for text in texts]
        self._learn([c for c in dict.fromkeys(_joined(chunks)) if c not in known], known)
        pieces = [[known[chunk] for chunk in some] for some in chunks]
        word_ids = self._words_of(pieces)
        present = [
            [ids[ids >= 0], *(one.grams for one in some)]
            for ids, some in zip(word_ids, pieces, strict=True)
        ]
        leads = [(0, 0)] * len(pieces)
        if self.lead:
            leads = [_lead(some[: self.lead]) for some in pieces]
            for features, ids, lead in zip(present, word_ids, leads, strict=True):
                features += _again(ids, features[1:], lead)
        found = counting.counted(present, self.idf, len(self.words))
        for row, (indices, counts, values) in enumerate(found):
            yield Document(indices, counts, values, word_ids[row], pieces[row], leads[row])

    def _words_of(self, texts: Sequence[Sequence[Piece]]) -> list[Integers]:
        """The features of each text's words, and then of their pairs."""
        each = [_joined([one.words for one in pieces]) for pieces in texts]
        words = np.array(_joined(each), dtype=np.int64)
        pairs = self._pairs.of(words)
        ends = np.cumsum([0, *map(len, each)]).tolist()
        return [
            np.concatenate([words[start:end], pairs[start : max(start, end - 1)]])
            for start, end in itertools.pairwise(ends)
        ]

    def _learn(self, chunks: Sequence[str], known: dict[str, Piece]) -> None:
        spelled = [
            tokens.replaced(self.reading.spelled(chunk), self._looked_up) for chunk in chunks
        ]
        find = self._word_ids.get
        for chunk, read, grams in zip(chunks, spelled, self._grams.of(spelled), strict=True):
            known[chunk] = Piece(chunk, read, [find(word, -1) for word in tokens.words(read)], grams)

    def _looked_up(self, word: str, *, unless: str = "") -> str:
        """The word as the vocabulary spells it; one that it has not by any slip is left, folded or
        as `unless`."""
        if self.reading.version == FIRST_VERSION:
            return word
        spelled = self.reading.spelled(word)
        found = spelled if spelled in self._word_ids else self._speller.read(spelled)
        return found if found != spelled else unless or spelled


def _lead(pieces: Sequence[Piece]) -> tuple[int, int]:
    return sum(len(one.words) for one in pieces), len(pieces)


def _again(ids: Integers, chunk_ids: Sequence[Integers], lead: tuple[int, int]) -> list[Integers]:
    """The features of a lead, as many times as they count beside the once of all features. `ids`
    are those of the words and then of their pairs."""
    words, pieces = lead
    count = (len(ids) + 1) // 2
    own = np.concatenate([ids[:words], ids[count : count + max(0, words - 1)]])
    return [own[own >= 0], *chunk_ids[:pieces]] * (LEADING - 1)


def _joined(lists: Iterable[list[Item]]) -> list[Item]:
    return list(itertools.chain.from_iterable(lists))


def idf_of(document_frequency: Integers, texts: int) -> Floats:
    """Smoothed inverse document frequency, as scikit-learn's `smooth_idf`."""
    return np.asarray(np.log((1 + texts) / (1 + document_frequency)) + 1.0, dtype=np.float64)
