# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A list of KLE as an index: for a text, the subjects it points to and by which of its words.

Each title and each keyword is a phrase of its own, a vector of features (see `features`) with
weight x idf x (1 + ln count) and length 1, where idf counts the subjects that have the feature. A
text is compared with every phrase; the cosines are made into scores of a subject in several ways
(see `scoring`), and their sum is its score. Every way is a sum over phrases and so over the
features of the text, so what each word gives is known exactly (decisions 0036 and 0052).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kodeks.casework.engine import scoring
from kodeks.casework.engine.features import Extractor, Known, Sources
from kodeks.casework.engine.neighbours import Rows, ranges
from kodeks.casework.engine.phrases import Floats, Integers, Phrases, Settings, Subject, places
from kodeks.casework.engine.scoring import Scores, sums
from kodeks.casework.engine.sense import Asked, Sense
from kodeks.language.compounds import Splitter
from kodeks.language.word_points import Words

_LEAST_IDF = 0.3


@dataclass(frozen=True)
class Suggestion:
    """A subject that a text points to.

    `score` is 1 for one that could not be better in any way, and compares the suggestions of one
    text; it is no probability. `words` are words of the text with their share of the score,
    greatest first; the shares of all words add up to 1, and a word whose meaning speaks against has
    one below 0. `meaning` is how much of the score the words' meaning gives; the rest is given by
    words and parts of words that the list has. `nearest` is the phrase of the subject that is most
    like the text.
    """

    number: str
    title: str
    score: float
    words: tuple[tuple[str, float], ...]
    nearest: str
    meaning: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What an index is made of: the numbers and titles, how it scores, its phrases with who has
    each (see `Phrases.owned`), its features by place, and the arrays of `KleIndex`: `idf` and
    `starts` by feature, `lengths` by subject, `postings` and `values` by posting."""

    subjects: tuple[Subject, ...]
    settings: Settings
    phrases: tuple[str, ...]
    owned: tuple[Integers, Integers, Floats]
    names: tuple[str, ...]
    idf: Floats
    lengths: Floats
    postings: Integers
    values: Floats
    starts: Integers
    sense: Sense | None


@dataclass(frozen=True)
class _Text:
    """A text's postings: for each, the phrase, the value (text x phrase) and the feature's place
    in `sources`; the length of the text's features that the list has; and what its words
    mean."""

    phrases: Integers
    values: Floats
    features: Integers
    sources: list[Sources]
    length: float
    asked: Asked | None


class KleIndex:
    """An index of a list; made once, then asked for any number of texts. It can be kept (see
    `packing`) and gives the same answers, bit for bit, when it is made of what was kept."""

    def __init__(
        self,
        subjects: Sequence[Subject],
        settings: Settings | None = None,
        *,
        words: Words | None = None,
    ) -> None:
        """`words` gives points of words; without it the words' meaning counts for nothing."""
        settings = settings or Settings()
        phrases = Phrases(subjects, settings)
        self._begin(subjects, settings, phrases.texts, phrases.owned())
        self._fill()
        self._sense = None if words is None else Sense.learn(words, phrases.texts)

    @classmethod
    def of_kept(cls, kept: Kept) -> KleIndex:
        """The index that gave `kept`, without reading the list's phrases again."""
        index = cls.__new__(cls)
        index._begin(kept.subjects, kept.settings, kept.phrases, kept.owned)
        index._names = {name: at for at, name in enumerate(kept.names)}
        index._idf, index._lengths = kept.idf, kept.lengths
        index._postings, index._values, index._starts = kept.postings, kept.values, kept.starts
        index._sense = kept.sense
        return index

    @property
    def kept(self) -> Kept:
        """All that the index is made of; the keywords' weights have gone into it."""
        return Kept(
            subjects=tuple(Subject(one.number, one.title) for one in self._subjects),
            settings=self._settings,
            phrases=self._phrases,
            owned=self._owned,
            names=tuple(self._names),
            idf=self._idf,
            lengths=self._lengths,
            postings=self._postings,
            values=self._values,
            starts=self._starts,
            sense=self._sense,
        )

    def _begin(
        self,
        subjects: Sequence[Subject],
        settings: Settings,
        phrases: tuple[str, ...],
        owned: tuple[Integers, Integers, Floats],
    ) -> None:
        self._settings = settings
        self._subjects = tuple(subjects)
        self._phrases = phrases
        self._extractor = Extractor(Splitter(phrases))
        self._owned = owned
        self._places = places([one.number for one in subjects])

    def _fill(self) -> None:
        """The postings: each feature's phrases with their values, one feature after another."""
        known: Known = {}
        names: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        counts: list[int] = []
        for row, text in enumerate(self._phrases):
            for name, sources in self._extractor.features(text, known).items():
                rows.append(row)
                columns.append(names.setdefault(name, len(names)))
                counts.append(len(sources))
        row_ids = np.array(rows, dtype=np.int64)
        column_ids = np.array(columns, dtype=np.int64)
        self._names = names
        self._idf = self._idf_of(row_ids, column_ids)
        values = (1 + np.log(np.array(counts, dtype=np.float64))) * self._idf[column_ids]
        lengths = np.sqrt(sums(row_ids, values**2, len(self._phrases)))
        values /= lengths[row_ids]
        order = np.argsort(column_ids, kind="stable")
        self._postings = row_ids[order]
        self._values = values[order]
        self._starts = np.searchsorted(column_ids[order], np.arange(len(names) + 1))
        self._lengths = self._whole_lengths(row_ids, column_ids, values)

    def _idf_of(self, rows: Integers, columns: Integers) -> Floats:
        """Each feature's weight x idf, of the subjects that have it."""
        has_subject, has_feature = self._by_subject(rows, columns)
        pairs = np.unique(has_subject * len(self._names) + has_feature) % max(1, len(self._names))
        frequency = np.bincount(pairs, minlength=len(self._names))
        idf = np.log((1 + len(self._subjects)) / (1 + frequency)) + _LEAST_IDF
        kinds = [self._settings.weights.of(name) for name in self._names]
        return np.asarray(idf * np.array(kinds, dtype=np.float64))

    def _by_subject(self, rows: Integers, columns: Integers) -> tuple[Integers, Integers]:
        """The entries once for each subject that has the phrase: subject and feature."""
        phrase_of, subject_of, _ = self._owned
        starts = np.searchsorted(phrase_of, rows)
        ends = np.searchsorted(phrase_of, rows, side="right")
        times = ends - starts
        return subject_of[ranges(starts, times)], np.repeat(columns, times)

    def _whole_lengths(self, rows: Integers, columns: Integers, values: Floats) -> Floats:
        """The length of each subject's sum of phrases; 1 for one without any feature."""
        phrase_of, _, _ = self._owned
        times = np.searchsorted(phrase_of, rows, side="right") - np.searchsorted(phrase_of, rows)
        of_subject, features = self._by_subject(rows, columns)
        keys, place = np.unique(of_subject * len(self._names) + features, return_inverse=True)
        whole = sums(place, np.repeat(values, times), len(keys))
        lengths = np.sqrt(sums(keys // len(self._names), whole**2, len(self._subjects)))
        return np.where(lengths > 0, lengths, 1.0)

    def suggest(self, texts: Iterable[str], *, top: int = 5) -> Iterator[list[Suggestion]]:
        """For each text the `top` subjects it points to, best first; none where no word of it is
        like any of the list. Each text is answered by itself."""
        known: Known = {}
        for text in texts:
            found = self._read(text, known)
            scores = self._scores(found)
            yield [] if scores is None else self._named(found, scores, top)

    def numbers(self, texts: Iterable[str], *, top: int = 5) -> Iterator[list[str]]:
        """As `suggest`, the numbers alone: for measuring, where no one asks for the words."""
        known: Known = {}
        for text in texts:
            scores = self._scores(self._read(text, known))
            yield (
                []
                if scores is None
                else [self._subjects[at].number for at in _ranked(scores.total, top)]
            )

    def _read(self, text: str, known: Known) -> _Text:
        features = self._extractor.asked(text, known)
        ids = [self._names[name] for name in features if name in self._names]
        sources = [found for name, found in features.items() if name in self._names]
        columns = np.array(ids, dtype=np.int64)
        counts = np.array([len(found) for found in sources], dtype=np.float64)
        values = (1 + np.log(counts)) * self._idf[columns]
        starts = self._starts[columns]
        times = self._starts[columns + 1] - starts
        places = ranges(starts, times)
        return _Text(
            phrases=self._postings[places],
            values=self._values[places] * np.repeat(values, times),
            features=np.repeat(np.arange(len(columns)), times),
            sources=sources,
            length=float(np.sqrt(np.sum(values**2))),
            asked=None if self._sense is None else self._sense.read(text),
        )

    def _scores(self, text: _Text) -> Scores | None:
        products = sums(text.phrases, text.values, len(self._phrases))
        if not products.any():
            return None
        return scoring.scores(
            products, text.length, text.asked, lists=self._lists, settings=self._settings
        )

    @cached_property
    def _lists(self) -> scoring.Lists:
        rows = Rows.of_postings(
            self._postings, self._values, self._starts, count=len(self._phrases)
        )
        return scoring.Lists(
            owned=self._owned,
            places=self._places,
            lengths=self._lengths,
            rows=rows,
            sense=self._sense,
        )

    def _named(self, text: _Text, scores: Scores, top: int) -> list[Suggestion]:
        return [self._suggestion(text, scores, at) for at in _ranked(scores.total, top)]

    def _suggestion(self, text: _Text, scores: Scores, at: int) -> Suggestion:
        phrase_of, subject_of, _ = self._owned
        by_features, by_meaning = scores.of_phrases(at)
        likeness = scores.by_features
        gives = np.divide(by_features, likeness, out=np.zeros_like(likeness), where=likeness > 0)
        # A phrase's part is shared by the features in proportion to what each gives its cosine.
        shares = sums(text.features, text.values * gives[text.phrases], len(text.sources))
        found = _by_word(text.sources, shares)
        meaning = 0.0
        if text.asked is not None and self._sense is not None and by_meaning.any():
            given = self._sense.by_word(text.asked, by_meaning)
            meaning = float(given.sum())
            for word, share in zip(text.asked.words, given.tolist(), strict=True):
                found[word] = found.get(word, 0.0) + share
        total = max(sum(found.values()), np.finfo(float).tiny)
        words = [(word, share / total) for word, share in found.items()]
        mine = phrase_of[subject_of == at]
        return Suggestion(
            number=self._subjects[at].number,
            title=self._subjects[at].title,
            score=float(scores.total[at]) / self._settings.greatest,
            words=tuple(sorted(words, key=lambda pair: (-pair[1], pair[0]))),
            nearest=self._phrases[int(mine[np.argmax(scores.likeness[mine])])],
            meaning=meaning / total,
        )


def _ranked(total: Floats, top: int) -> list[int]:
    """The places of the `top` greatest above 0, greatest first; among equals the first."""
    best = np.argsort(-total, kind="stable")[:top]
    return [int(at) for at in best if total[at] > 0]


def _by_word(sources: list[Sources], shares: Floats) -> dict[str, float]:
    """Each word's share: a feature's is parted evenly among the places and the words it is of."""
    found: dict[str, float] = {}
    for occurrences, share in zip(sources, shares.tolist(), strict=True):
        for words in occurrences:
            for word in words:
                found[word] = found.get(word, 0.0) + share / len(occurrences) / len(words)
    return found
