# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""KLE subjects suggested for texts, from the list that counts on a day."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from kodeks.casework import kle
from kodeks.casework.engine import facets, reasons
from kodeks.casework.engine.index import KleIndex
from kodeks.casework.engine.phrases import Subject
from kodeks.casework.models import KleKeyword, KleRelease, KleSubject
from kodeks.language import embeddings

COLUMNS = ("id", "rank", "kle", "score", "reason")
FACET_COLUMNS = ("facet", "facet_reason")


@dataclass(frozen=True, kw_only=True)
class SubjectList:
    """The subjects to choose among; `imported_from` is the first day of a list that was taken in,
    None where there is none and the program's own short list counts."""

    subjects: tuple[Subject, ...]
    imported_from: datetime.date | None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One suggestion for one text. Rank 1 without a number says that nothing can be suggested."""

    id: str
    rank: int
    kle: str
    score: float
    reason: str
    facet: facets.FacetSuggestion

    def fields(self, *, with_facet: bool) -> tuple[str, ...]:
        """The row's fields under `COLUMNS`, and under `FACET_COLUMNS` where they are wanted."""
        plain = (self.id, str(self.rank), self.kle, f"{self.score:.4f}", self.reason)
        return (*plain, self.facet.code, self.facet.reason) if with_facet else plain


def subjects_on(day: datetime.date) -> SubjectList:
    """The list that counts on the day, with its keywords and the municipality's own numbers."""
    valid = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    titles = dict(
        KleSubject.objects.filter(valid).order_by("valid_from").values_list("number", "title")
    )
    release = KleRelease.objects.filter(valid_from__lte=day).last()
    if release is None:
        listed = (kle.find(number=entry.number, on=day) for entry in kle.ENTRIES)
        titles = {entry.number: entry.title for entry in listed if entry is not None} | titles
    words: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, word, weight in KleKeyword.objects.filter(release=release).values_list(
        "number", "word", "weight"
    ):
        words[number].append((word, weight))
    return SubjectList(
        subjects=tuple(
            Subject(number, title, tuple(words.get(number, ())))
            for number, title in sorted(titles.items())
        ),
        imported_from=None if release is None else release.valid_from,
    )


def rows(
    texts: Sequence[tuple[str, str]],
    among: SubjectList,
    *,
    top: int,
    on: datetime.date,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Row]:
    """The `top` suggestions for each (id, text), best first; at least one row for each text.

    `progress` is told the number of texts done, each thousand. Raises EmbeddingError where what
    gives words their meaning is not installed.
    """
    index = KleIndex(among.subjects, words=embeddings.word_points())
    answers = index.suggest((text for _, text in texts), top=top)
    for done, ((key, text), found) in enumerate(zip(texts, answers, strict=True), start=1):
        facet = facets.suggest(text, on=on)
        for rank, one in enumerate(found, start=1):
            yield Row(
                id=key,
                rank=rank,
                kle=one.number,
                score=one.score,
                reason=reasons.reason(one),
                facet=facet,
            )
        if not found:
            why = reasons.NOTHING if text.strip() else reasons.EMPTY
            yield Row(id=key, rank=1, kle="", score=0.0, reason=why, facet=facet)
        if done % 1000 == 0:
            progress(done)
