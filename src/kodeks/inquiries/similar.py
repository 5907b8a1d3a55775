# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Answered inquiries like the one that somebody is to answer: remembered, found, and forgotten.

Nothing is suggested here, so nothing is decided about: a person looks in the archive, and what they
see is in an order. The texts that are compared are read under a permit all the same, and it is the
released model that compares, so that the stop and the law hold here too (decision 0041).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from kodeks.casework.models import Case, Document, InboxItem
from kodeks.inquiries import selectors
from kodeks.inquiries.engine import likeness
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.models import Answered, Inquiry
from kodeks.inquiries.releases import SOURCE, SYSTEM, TEXT
from kodeks.kernel import api as kernel
from kodeks.language import guard

PURPOSE = "answering"
ANSWERED = "answered"
"""The field of the card that holds earlier inquiries' texts."""
MOST = 5
CANDIDATES = 50
"""That many are compared by the model."""
_BETWEEN = "\x1e"
"""Between the texts that are read together; no text that was taken in has it (`_joined`)."""


@dataclass(frozen=True, kw_only=True)
class Similar:
    """An answered inquiry; `document_id` is the answer that was sent from here, if one was."""

    inquiry_id: uuid.UUID
    topic: str
    text: str = field(repr=False)
    answered_on: dt.date
    days: int
    document_id: uuid.UUID | None


def remember(*, item: InboxItem, inquiry: Inquiry, document: Document | None) -> None:
    """Keep that the inquiry is answered, for those who answer later ones; once for an item."""
    standing = selectors.standing_of(inquiry)
    if standing is None or inquiry.erased_at is not None:
        return
    Answered.objects.get_or_create(
        item=item,
        defaults={
            "inquiry": inquiry,
            "case": item.case,
            "topic": selectors.topic_of(standing),
            "received_on": timezone.localdate(inquiry.received_at),
            "answered_on": timezone.localdate(),
            "document": document,
            "terms": list(likeness.terms(inquiry.text)),
        },
    )


def forget(case: Case) -> None:
    """Nobody finds it any more, once the kernel has it erased."""
    Answered.objects.filter(case=case).update(terms=[])


def like(inquiry: Inquiry, *, user: kernel.User) -> list[Similar]:
    """The most alike that the person may see, the closest first; at most `MOST`.

    Raises kernel Refused or SystemStopped.
    """

    def work(permit: kernel.Permit) -> list[Similar]:
        subject = selectors.subject_of(inquiry)
        found: list[Answered] = []

        def fetch(_: kernel.Subject, fields: Sequence[str]) -> Mapping[str, kernel.Value]:
            found.extend(_candidates(inquiry, user=user))
            values = {TEXT: inquiry.text, ANSWERED: _joined(found)}
            now = timezone.now()
            return {name: kernel.Value(text=values[name], fetched_at=now) for name in fields}

        reading = permit.read(subject=subject, source=SOURCE, fields=(TEXT, ANSWERED), fetch=fetch)
        if not found:
            return []
        texts = [guard.visible(one) for one in reading.datum(ANSWERED).value.text.split(_BETWEEN)]
        scores = permit.predict(
            load=TriageModel.of_bytes,
            compute=lambda model: likeness.closeness(model, reading.text(TEXT), texts),
        )
        order = sorted(range(len(found)), key=lambda at: -scores[at])
        return [_similar(found[at]) for at in order[:MOST]]

    return kernel.under_permit(system=SYSTEM, purpose=PURPOSE, work=work)


def _candidates(inquiry: Inquiry, *, user: kernel.User) -> list[Answered]:
    """Those that share its rarest words, one for each inquiry; of what the person may see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT answered_id FROM inquiries_alike(%s::bigint[], %s)",
            [list(likeness.terms(inquiry.text)), 2 * CANDIDATES],
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = Answered.objects.visible_to(user, roles=selectors.CASEWORKERS)
    rows = rows.filter(id__in=ids, inquiry__erased_at=None).exclude(inquiry=inquiry)
    rows = rows.select_related("inquiry", "topic").defer("terms")
    place = {number: at for at, number in enumerate(ids)}
    newest: dict[uuid.UUID, Answered] = {}
    for row in sorted(rows, key=lambda one: place[one.id]):
        newest.setdefault(row.inquiry_id, row)
    return list(newest.values())[:CANDIDATES]


def _joined(found: Sequence[Answered]) -> str:
    return _BETWEEN.join(one.inquiry.text.replace(_BETWEEN, " ") for one in found)


def _similar(row: Answered) -> Similar:
    return Similar(
        inquiry_id=row.inquiry_id,
        topic=row.topic.title,
        text=row.inquiry.text,
        answered_on=row.answered_on,
        days=row.days,
        document_id=row.document_id,
    )
