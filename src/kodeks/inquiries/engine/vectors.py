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
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine import counting
from kodeks.inquiries.engine.cleaning import (
    FIRST_VERSION,
    FOURTH_VERSION,
    NEWEST,
    THIRD_VERSION,
    Reading,
)
from kodeks.inquiries.engine.pieces import Laid, Pieces
from kodeks.language import tokens
from kodeks.language.spelling import Speller

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Item = TypeVar("Item")

_TOGETHER = 256
"""Texts that are counted together."""
_MOST_KNOWN = 50_000
"""Pieces of texts that a call remembers."""
LEADING = 3
"""How many times what stands in a text's lead is counted, in a model that has one."""


@dataclass(frozen=True)
class Document:
    """One text as features.

    `indices` (n,) increase; `counts` (n,) say how often each feature occurs; `values` (n,) are the
    TF-IDF weights. `word_ids` pairs each unigram and bigram with its feature (-1 when unknown).
    `numbers` are those of its pieces in `known`. `lead` is how many words, and how many pieces,
    stand where each is counted `LEADING` times.
    """

    indices: Integers
    counts: Integers
    values: Floats
    word_ids: Integers
    known: Pieces
    numbers: Sequence[int]
    lead: tuple[int, int] = (0, 0)

    # Only who explains an answer asks for these, so they are made when they are asked for.
    @property
    def words(self) -> list[str]:
        """The words in order, as they were written; as they are looked up where two letters that
        are one, such as "aa", were all of a word, which is none then."""
        found = []
        for number in self.numbers:
            written = tokens.words(self.known.written[number])
            read = tokens.words(self.known.read[number])
            found += written if len(written) == len(read) else read
        return found

    @property
    def chunks(self) -> list[str]:
        """The blank-separated pieces as they were written."""
        return [self.known.written[number] for number in self.numbers]

    @property
    def chunk_ids(self) -> list[Integers]:
        """The features of each piece's character n-grams."""
        ids, ends = self.known.grams.of(np.array(self.numbers, dtype=np.int64))
        return np.split(ids, ends[1:-1]) if self.numbers else []


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
        commonness = [-float(self.idf[i]) for i in single.values()]
        by_fingers = self.reading.version > FOURTH_VERSION
        return Speller(list(single), commonness, by_fingers=by_fingers)

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
        alike = self.reading.alike(clean)
        spelled = {
            word: self.reading.spelled(word)
            for word in set(tokens.words(alike))
            if not (spares and is_word(word))
        }
        corrected = self._corrected(spelled.values())
        # One that the vocabulary has not by any slip is left as it is.
        known = {word: corrected[one] for word, one in spelled.items() if corrected[one] != one}
        return tokens.replaced(alike, known)

    def documents(self, texts: Iterable[str]) -> Iterator[Document]:
        """Each text as a Document, in order.

        Some texts are counted together, for speed; none of them changes what another gives. What
        is known of pieces is forgotten with the call, and when it is much.
        """
        known = Pieces()
        rest = iter(texts)
        while some := list(itertools.islice(rest, _TOGETHER)):
            if len(known) > _MOST_KNOWN:
                known = Pieces()
            yield from self._documents(some, known)

    def _documents(self, texts: Sequence[str], known: Pieces) -> Iterator[Document]:
        numbers = [known.numbers(self.reading.clean(text).split()) for text in texts]
        self._learn(known.new(), known)
        words, word_ends = _laid_out(known.words, numbers)
        pairs = self._pairs.of(words)
        lead = self.lead
        often = [some + some[:lead] * (LEADING - 1) for some in numbers] if lead else numbers
        grams, gram_ends = _laid_out(known.grams, often)
        leads = [(0, 0)] * len(texts)
        if lead:
            begun = [some[:lead] for some in numbers]
            _, ends = _laid_out(known.words, begun)
            leads = [
                (end - start, len(some))
                for some, (start, end) in zip(begun, itertools.pairwise(ends), strict=True)
            ]
        word_ids, present = [], []
        for row, (start, end) in enumerate(itertools.pairwise(word_ends)):
            ids = np.concatenate([words[start:end], pairs[start : max(start, end - 1)]])
            again = _again(ids, leads[row][0]) if lead else []
            word_ids.append(ids)
            present.append([ids[ids >= 0], *again, grams[gram_ends[row] : gram_ends[row + 1]]])
        found = counting.counted(present, self.idf, len(self.words))
        for row, (indices, counts, values) in enumerate(found):
            of_text = (word_ids[row], known, numbers[row], leads[row])
            yield Document(indices, counts, values, *of_text)

    def _learn(self, chunks: Sequence[str], known: Pieces) -> None:
        if not chunks:
            return
        # No word reaches over a blank, so all pieces are read at once, and each word once.
        spelled = self.reading.each_spelled(chunks)
        words = list(map(tokens.words, spelled))
        corrected = self._corrected(itertools.chain.from_iterable(words))
        read = tokens.each_replaced(spelled, corrected)
        # A word is corrected to one word.
        found = map(corrected.__getitem__, itertools.chain.from_iterable(words))
        ids = [self._word_ids.get(word, -1) for word in found]
        of_words = np.array(ids, dtype=np.int64), np.array(list(map(len, words)), dtype=np.int64)
        known.learn(chunks, read, of_words, self._grams.of(read))

    def _corrected(self, words: Iterable[str]) -> dict[str, str]:
        """Words in the spelling that is looked up, each as the vocabulary has it."""
        found = {word: word for word in words}
        if self.reading.version > FIRST_VERSION:
            found |= self._speller.read_all(found.keys() - self._word_ids.keys())
        return found


def _laid_out(laid: Laid, texts: Sequence[Sequence[int]]) -> tuple[Integers, list[int]]:
    """What is laid out of the pieces of the texts, end to end, and where each text begins and the
    last one ends."""
    found, ends = laid.of(np.array(_joined(texts), dtype=np.int64))
    return found, ends[np.cumsum([0, *map(len, texts)])].tolist()


def _again(ids: Integers, lead: int) -> list[Integers]:
    """The words of a lead of so many and their pairs, as many times as they count beside the once
    of all features. `ids` are those of a text's words and then of their pairs."""
    count = (len(ids) + 1) // 2
    own = np.concatenate([ids[:lead], ids[count : count + max(0, lead - 1)]])
    return [own[own >= 0]] * (LEADING - 1)


def _joined(lists: Iterable[Iterable[Item]]) -> list[Item]:
    return list(itertools.chain.from_iterable(lists))


def idf_of(document_frequency: Integers, texts: int) -> Floats:
    """Smoothed inverse document frequency, as scikit-learn's `smooth_idf`."""
    return np.asarray(np.log((1 + texts) / (1 + document_frequency)) + 1.0, dtype=np.float64)
