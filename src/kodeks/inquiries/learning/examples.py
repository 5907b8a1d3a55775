# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can be learned from: inquiries as they stand decided, and sets that were taken in by hand.

Not in it: what has been erased, matters where the citizen's objection was upheld or waits, topics
that are no longer on the list, and days that a person left out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from kodeks.casework import corrections
from kodeks.inquiries import files, selectors
from kodeks.inquiries.learning import sets
from kodeks.inquiries.learning.terms import Terms
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.releases import SYSTEM
from kodeks.inquiries.suggesting import OUT_OF_SCOPE
from kodeks.kernel import api as kernel
from kodeks.language import guard

FROM_SET, FOLLOWED = "set", "followed"
HOWS = ("followed", "same", "other", "own", "reversed", FROM_SET)
"""How a label came to be: as kernel.Outcome has it, or it was taken in by hand."""
INDEPENDENT = frozenset({"same", "own"})
"""Decided by people who had not seen what the system suggested."""
LEAST = 2
"""Texts about a topic, without which it cannot be learned."""
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Example:
    """A text with its topic. `id` and `standing` are the inquiry and the decision that stands, or
    the set and the row; `at` is when it was decided, None in a set."""

    id: str
    standing: str
    text: str = field(repr=False)
    label: str
    how: str
    at: dt.datetime | None
    channel: str = ""
    district: str = ""

    @property
    def teaches(self) -> bool:
        """Whether it is learned from what the topic looks like: not where the suggestion was only
        followed (decision 0039)."""
        return self.how != FOLLOWED


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is learned from, and what is kept back to try the new model on: the last days'
    decisions. `left_out` counts, by reason, what is in neither."""

    learned: tuple[Example, ...]
    kept_back: tuple[Example, ...]
    left_out: Mapping[str, int]


def found(*, until: dt.datetime, terms: Terms) -> Found:
    """Everything that was decided before `until`, parted by the day of the decision."""
    left_out: Counter[str] = Counter()
    topics = set(Topic.objects.values_list("label", flat=True))
    first_day = until - dt.timedelta(days=terms.days)
    learned = [one for one in _of_sets() if _is_listed(one, topics, left_out)]
    kept_back: list[Example] = []
    for one in decided(until=until, left_out=left_out):
        if one.at is None or not _is_listed(one, topics, left_out):
            continue
        if terms.leaves_out(timezone.localdate(one.at)):
            left_out["period"] += 1
        else:
            (learned if one.at < first_day else kept_back).append(one)
    known = Counter(one.label for one in learned if one.teaches)
    enough = [one for one in learned if one.label == OUT_OF_SCOPE or known[one.label] >= LEAST]
    left_out["few"] += len(learned) - len(enough)
    return Found(learned=tuple(enough), kept_back=tuple(kept_back), left_out=dict(+left_out))


def decided(
    *,
    until: dt.datetime,
    left_out: Counter[str] | None = None,
    by: kernel.User | None = None,
) -> Iterator[Example]:
    """The decided inquiries that may be learned from, the oldest decision first; those where what
    stands is the person's, if given."""
    gone = Counter() if left_out is None else left_out
    objected = corrections.objected_to(subject_type=selectors.SUBJECT)
    some: list[kernel.Outcome] = []
    for outcome in kernel.standing_outcomes(system=SYSTEM, until=until, by=by):
        if outcome.subject_id in objected:
            gone["objection"] += 1
            continue
        some.append(outcome)
        if len(some) == _AT_ONCE:
            yield from _with_texts(some, gone)
            some = []
    yield from _with_texts(some, gone)


def digest(examples: Sequence[Example]) -> str:
    """SHA-256 (hex) of what is learned from: which texts, as they read now, with which topics."""
    whole = hashlib.sha256()
    for one in examples:
        text = hashlib.sha256(one.text.encode("utf-8", "replace")).hexdigest()
        line = json.dumps([one.id, one.standing, one.label, text], ensure_ascii=False)
        whole.update(f"{line}\n".encode("utf-8", "replace"))
    return whole.hexdigest()


def groups_of(examples: Sequence[Example]) -> dict[str, list[str]]:
    """What they can be divided by; the model never sees it."""
    rows = [files.TrainingRow(one.text, one.label, one.channel, one.district) for one in examples]
    return files.groups_of(rows)


def counts(examples: Sequence[Example]) -> dict[str, Any]:
    """How many there are in all, and by how they came to be."""
    hows = Counter(one.how for one in examples)
    return {"rows": len(examples), "hows": {how: hows[how] for how in HOWS if hows[how]}}


def _is_listed(one: Example, topics: set[str], left_out: Counter[str]) -> bool:
    if one.label in topics:
        return True
    left_out["topic"] += 1
    return False


def _with_texts(some: Sequence[kernel.Outcome], gone: Counter[str]) -> Iterator[Example]:
    rows = Inquiry.objects.filter(id__in=[one.subject_id for one in some], erased_at=None)
    inquiries = {str(row.id): row for row in rows}
    for one in some:
        inquiry = inquiries.get(one.subject_id)
        if inquiry is None:
            gone["erased"] += 1
            continue
        yield Example(
            id=one.subject_id,
            standing=str(one.id),
            # As the model in operation gets it: what a reader sees, with CPR numbers masked.
            text=guard.visible(inquiry.text),
            label=str(one.outcome["label"]),
            how=one.how,
            at=one.decided_at,
            channel=inquiry.get_channel_display(),
            district=inquiry.district,
        )


def _of_sets() -> Iterator[Example]:
    for one in sets.present():
        for number, row in enumerate(sets.rows_of(one), start=1):
            label = OUT_OF_SCOPE if row.label.casefold() == "oos" else row.label
            yield Example(
                id=str(one.id),
                standing=str(number),
                text=guard.visible(row.text),
                label=label,
                how=FROM_SET,
                at=None,
                channel=row.channel,
                district=row.district,
            )
