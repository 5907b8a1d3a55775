# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A list of KLE as an index: for a text, the subjects it points to and by which of its words.

Each title and each keyword is a phrase of its own, a vector of features (see `features`) with
weight x idf x (1 + ln count) and length 1, where idf counts the subjects that have the feature. A
text is compared with every phrase; from the cosines come four scores of a subject, each divided by
the best subject's:

- *near*: its phrases' cosines to the third power, so that one good phrase beats many poor ones; a
  phrase of n subjects gives each 1 / sqrt(n), times (weight / 5) to a small power;
- *whole*: the cosine with the sum of its phrases;
- *group* and *main*: the squared cosines of all phrases in its group and in its main group.

Their weighted sum is the score (decision 0036). Every part is a sum over the features of the text,
so what each word gives is known exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kodeks.casework.engine.features import Extractor, Known, Sources
from kodeks.casework.engine.phrases import Floats, Integers, Phrases, Settings, Subject, places
from kodeks.language.compounds import Splitter

_LEAST_IDF = 0.3


@dataclass(frozen=True)
class Suggestion:
    """A subject that a text points to.

    `score` is 1 for one that is best in every way, and compares the suggestions of one text; it is
    no probability. `words` are words of the text with their share of the score, greatest first;
    the shares of all words add up to 1. `nearest` is the phrase of the subject that is most like
    the text.
    """

    number: str
    title: str
    score: float
    words: tuple[tuple[str, float], ...]
    nearest: str


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


@dataclass(frozen=True)
class _Text:
    """A text's postings: for each, the phrase, the value (text x phrase) and the feature's place
    in `sources`."""

    phrases: Integers
    values: Floats
    features: Integers
    sources: list[Sources]


class KleIndex:
    """An index of a list; made once, then asked for any number of texts. It can be kept (see
    `packing`) and gives the same answers, bit for bit, when it is made of what was kept."""

    def __init__(self, subjects: Sequence[Subject], settings: Settings | None = None) -> None:
        settings = settings or Settings()
        phrases = Phrases(subjects, settings)
        self._begin(subjects, settings, phrases.texts, phrases.owned())
        self._fill()

    @classmethod
    def of_kept(cls, kept: Kept) -> KleIndex:
        """The index that gave `kept`, without reading the list's phrases again."""
        index = cls.__new__(cls)
        index._begin(kept.subjects, kept.settings, kept.phrases, kept.owned)
        index._names = {name: at for at, name in enumerate(kept.names)}
        index._idf, index._lengths = kept.idf, kept.lengths
        index._postings, index._values, index._starts = kept.postings, kept.values, kept.starts
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
        lengths = np.sqrt(_sums(row_ids, values**2, len(self._phrases)))
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
        return subject_of[_ranges(starts, times)], np.repeat(columns, times)

    def _whole_lengths(self, rows: Integers, columns: Integers, values: Floats) -> Floats:
        """The length of each subject's sum of phrases; 1 for one without any feature."""
        phrase_of, _, _ = self._owned
        times = np.searchsorted(phrase_of, rows, side="right") - np.searchsorted(phrase_of, rows)
        of_subject, features = self._by_subject(rows, columns)
        keys, place = np.unique(of_subject * len(self._names) + features, return_inverse=True)
        sums = _sums(place, np.repeat(values, times), len(keys))
        lengths = np.sqrt(_sums(keys // len(self._names), sums**2, len(self._subjects)))
        return np.where(lengths > 0, lengths, 1.0)

    def suggest(self, texts: Iterable[str], *, top: int = 5) -> Iterator[list[Suggestion]]:
        """For each text the `top` subjects it points to, best first; none where no word of it is
        like any of the list. Each text is answered by itself."""
        known: Known = {}
        for text in texts:
            found = self._read(text, known)
            parts = self._parts(found)
            yield [] if parts is None else self._named(found, parts, top)

    def scores(self, text: str, known: Known) -> Floats | None:
        """The score of each subject, in the order of the list; None where nothing is alike."""
        parts = self._parts(self._read(text, known))
        return None if parts is None else parts.total

    def _read(self, text: str, known: Known) -> _Text:
        features = self._extractor.asked(text, known)
        ids = [self._names[name] for name in features if name in self._names]
        sources = [found for name, found in features.items() if name in self._names]
        columns = np.array(ids, dtype=np.int64)
        counts = np.array([len(found) for found in sources], dtype=np.float64)
        values = (1 + np.log(counts)) * self._idf[columns]
        starts = self._starts[columns]
        times = self._starts[columns + 1] - starts
        places = _ranges(starts, times)
        return _Text(
            phrases=self._postings[places],
            values=self._values[places] * np.repeat(values, times),
            features=np.repeat(np.arange(len(columns)), times),
            sources=sources,
        )

    def _parts(self, text: _Text) -> _Parts | None:
        likeness = _sums(text.phrases, text.values, len(self._phrases))
        if not likeness.any():
            return None
        # The text's own length is left out: all parts are divided by the best subject's.
        likeness /= likeness.max()
        phrase_of, subject_of, shares = self._owned
        count = len(self._subjects)
        owned = likeness[phrase_of]
        powers = owned**self._settings.power * shares
        squares = owned**2 * shares
        of_subject = _sums(subject_of, squares, count)
        group, main = (_sums(place, of_subject, count)[place] for place in self._places)
        return _Parts(
            likeness=likeness,
            powers=powers,
            owned=owned,
            squares=squares,
            near=_sums(subject_of, powers, count),
            whole=_sums(subject_of, owned, count) / self._lengths,
            group=group,
            main=main,
            settings=self._settings,
        )

    def _named(self, text: _Text, parts: _Parts, top: int) -> list[Suggestion]:
        total = parts.total
        ranked = np.argsort(-total, kind="stable")[:top]
        return [self._suggestion(text, parts, int(at)) for at in ranked if total[at] > 0]

    def _suggestion(self, text: _Text, parts: _Parts, at: int) -> Suggestion:
        phrase_of, subject_of, _ = self._owned
        total = float(parts.total[at])
        of_phrase = self._of_phrases(parts, at)
        gives = np.divide(
            of_phrase, parts.likeness, out=np.zeros_like(of_phrase), where=parts.likeness > 0
        )
        # A phrase's part is shared by the features in proportion to what each gives its cosine.
        weights = text.values * gives[text.phrases]
        sums = _sums(text.features, weights, len(text.sources))
        sums /= max(float(sums.sum()), np.finfo(float).tiny)
        mine = phrase_of[subject_of == at]
        return Suggestion(
            number=self._subjects[at].number,
            title=self._subjects[at].title,
            score=total / self._settings.greatest,
            words=_by_word(text.sources, sums),
            nearest=self._phrases[int(mine[np.argmax(parts.likeness[mine])])],
        )

    def _of_phrases(self, parts: _Parts, at: int) -> Floats:
        """What each phrase gives the subject's score."""
        phrase_of, subject_of, _ = self._owned
        settings = self._settings
        own = subject_of == at
        gives = own * (
            parts.powers / parts.near.max()
            + parts.owned * (settings.whole / self._lengths[at] / parts.whole.max())
        )
        for place, weight, part in zip(
            self._places, (settings.group, settings.main), (parts.group, parts.main), strict=True
        ):
            gives += (place == place[at])[subject_of] * parts.squares * (weight / part.max())
        return _sums(phrase_of, gives, len(self._phrases))


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """A text's likeness to each phrase; for each pair of phrase and subject the likeness, its power
    and its square, with the pair's share; and the four parts of each subject's score."""

    likeness: Floats
    owned: Floats
    powers: Floats
    squares: Floats
    near: Floats
    whole: Floats
    group: Floats
    main: Floats
    settings: Settings

    @property
    def total(self) -> Floats:
        return np.asarray(
            self.near / self.near.max()
            + self.settings.whole * self.whole / self.whole.max()
            + self.settings.group * self.group / self.group.max()
            + self.settings.main * self.main / self.main.max()
        )


def _sums(places: Integers, values: Floats, count: int) -> Floats:
    """The sum of the values of each place below `count`."""
    return np.bincount(places, values, minlength=count).astype(np.float64, copy=False)


def _ranges(starts: Integers, times: Integers) -> Integers:
    """start, start + 1, ... for each start, so many times."""
    ends = np.cumsum(times)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) - np.repeat(ends - times, times) + np.repeat(starts, times))


def _by_word(sources: list[Sources], shares: Floats) -> tuple[tuple[str, float], ...]:
    """Each word's share: a feature's is parted evenly among the places and the words it is of."""
    found: dict[str, float] = {}
    for occurrences, share in zip(sources, shares.tolist(), strict=True):
        for words in occurrences:
            for word in words:
                found[word] = found.get(word, 0.0) + share / len(occurrences) / len(words)
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
