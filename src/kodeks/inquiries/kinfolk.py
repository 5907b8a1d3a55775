# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What came before an inquiry and may be the same: looked for under the permit of its suggestion.

Candidates are inquiries of the same sender, those whose signature shares a band with this one's,
and cases whose number stands in the text. The text of each is read by permit, about that inquiry;
what goes on is how alike they are, never a word of it, and only of what is something to this one.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from kodeks.casework.models import Case, CaseState
from kodeks.inquiries import selectors
from kodeks.inquiries.engine import kinship, shingles
from kodeks.inquiries.engine.kinship import Kin, Kind, Limits
from kodeks.inquiries.models import Inquiry, Likeness
from kodeks.inquiries.releases import EARLIER, SOURCE, TEXT
from kodeks.inquiries.rules import DUTY
from kodeks.kernel import api as kernel

MOST_OF_SENDER, MOST_ALIKE, MOST_NAMED = 5, 5, 3
_MOST_LOOKED_AT = 200
"""Of those that share a band, the newest: how many share most is counted among these."""
_RULE = re.compile(r"Én sag om hvert forhold, nr\. (\d+): (\w+)\b")
_CODES: Mapping[Kind, str] = {
    "named": "nævnt",
    "case": "sag",
    "again": "igen",
    "others": "andre",
}


@dataclass(frozen=True, kw_only=True)
class Relative:
    """A candidate as a person may see it, who may see it: an inquiry or a case."""

    kind: Kind
    text: str
    inquiry: Inquiry | None
    case: Case | None


def keep(inquiry: Inquiry) -> None:
    """Keep the signature by which an inquiry is found again; once."""
    bands = shingles.signature(shingles.pieces(inquiry.text))
    Likeness.objects.get_or_create(inquiry=inquiry, defaults={"bands": list(bands)})


def read(permit: kernel.Permit, inquiry: Inquiry, *, limits: Limits | None) -> kernel.Datum | None:
    """What is known of earlier ones, for the suggestion; None when nothing is anything to it, or
    the released model does not look. Raises kernel Refused or SystemStopped."""
    if limits is None:
        return None

    def fetch(_: kernel.Subject, fields: Sequence[str]) -> Mapping[str, kernel.Value]:
        found = _candidates(permit, inquiry, limits)
        kept = [found[one.number - 1] for one in kinship.judge(found, limits)]
        value = kernel.Value(text=kinship.as_text(kept), fetched_at=timezone.now())
        return {name: value for name in fields}

    reading = permit.read(
        subject=selectors.subject_of(inquiry), source=SOURCE, fields=(EARLIER,), fetch=fetch
    )
    found = reading.datum(EARLIER)
    return None if found.value.text == kinship.NONE else found


def considerations(earlier: str, *, limits: Limits | None) -> list[kernel.Consideration]:
    """What the earlier ones are to the inquiry, of the value that `read` gave ("" for none)."""
    if limits is None:
        return []
    return [
        kernel.Consideration(
            text=one.text,
            weight=one.weight,
            direction="for",
            rule=f"Én sag om hvert forhold, nr. {one.number}: {_CODES[one.kind]}, jf. {DUTY}",
        )
        for one in kinship.judge(kinship.of_text(earlier), limits)
    ]


def is_about_kin(consideration: dict[str, str]) -> bool:
    """Whether a consideration of a recommendation's body is one of these."""
    return _RULE.match(consideration.get("rule", "")) is not None


def relatives(recommendation: kernel.Recommendation, *, user: kernel.User) -> list[Relative]:
    """The candidates of a recommendation that the person may see and that are there still."""
    value = next(
        (one["value"] for one in recommendation.body["data_used"] if one["field"] == EARLIER), ""
    )
    lines = kinship.of_text(str(value))
    kinds = {code: kind for kind, code in _CODES.items()}
    found: list[Relative] = []
    for one in recommendation.body["considerations"]:
        match = _RULE.match(one.get("rule", ""))
        if match is None or not 1 <= int(match[1]) <= len(lines):
            continue
        seen = _seen(lines[int(match[1]) - 1], user)
        if seen is not None:
            inquiry, case = seen
            relative = Relative(
                kind=kinds[match[2]], text=str(one["text"]), inquiry=inquiry, case=case
            )
            found.append(relative)
    return found


def _seen(line: Kin, user: kernel.User) -> tuple[Inquiry | None, Case | None] | None:
    """The inquiry and its case, or the case alone; None where the person does not see it."""
    if line.what == "Sag":
        cases = Case.objects.visible_to(user, roles=selectors.CASEWORKERS)
        case = cases.filter(id=line.id, erased_at=None).first()
        return None if case is None else (None, case)
    try:
        found = selectors.inquiry(uuid.UUID(line.id), user=user)
    except (Inquiry.DoesNotExist, ValueError):
        return None
    return None if found.erased_at is not None else (found, selectors.case_of(found))


def _candidates(permit: kernel.Permit, inquiry: Inquiry, limits: Limits) -> list[Kin]:
    named = _named(inquiry)
    own = shingles.pieces(inquiry.text)
    mine = bytes(inquiry.sender_index) if inquiry.sender_index else None
    found = []
    # The newest first, always: two workers that wait for each other's inquiries would never end.
    for other in _earlier(inquiry, own, limits):
        text = _text_of(permit, other)
        case = selectors.case_of(other)
        found.append(
            Kin(
                what="Henvendelse",
                id=str(other.id),
                days=_days(other.received_at, inquiry.received_at),
                same_sender=mine is not None and _is_of(other, mine),
                likeness=round(shingles.likeness(own, shingles.pieces(text)), 4),
                is_open=case is not None and case.state != CaseState.CLOSED,
            )
        )
    return [*named, *found]


def _earlier(inquiry: Inquiry, own: shingles.Pieces, limits: Limits) -> list[Inquiry]:
    before = Inquiry.objects.filter(erased_at=None).filter(
        Q(registered_at__lt=inquiry.registered_at)
        | Q(registered_at=inquiry.registered_at, id__lt=inquiry.id)
    )
    chosen: set[object] = set()
    if inquiry.sender_index:
        of_sender = before.filter(sender_index=bytes(inquiry.sender_index))
        chosen |= set(
            of_sender.order_by("-registered_at", "-id").values_list("id", flat=True)[
                :MOST_OF_SENDER
            ]
        )
    chosen |= set(_alike(inquiry, own, limits))
    return list(
        before.filter(id__in=chosen)
        .select_related("case", "joined")
        .order_by("-registered_at", "-id")
    )


def _alike(inquiry: Inquiry, own: shingles.Pieces, limits: Limits) -> list[object]:
    bands = shingles.signature(own)
    since = inquiry.received_at - dt.timedelta(days=limits.days + 1)
    shared = (
        Likeness.objects.filter(bands__overlap=list(bands), inquiry__received_at__gte=since)
        .exclude(inquiry=inquiry)
        .order_by("-inquiry__registered_at")
        .values_list("inquiry_id", "bands")[:_MOST_LOOKED_AT]
    )
    mine = set(bands)
    ranked = sorted(shared, key=lambda row: -len(mine.intersection(row[1])))
    return [number for number, _ in ranked[:MOST_ALIKE]]


def _named(inquiry: Inquiry) -> list[Kin]:
    """Cases whose number, here or in the ESDH system, stands in the text."""
    numbers = kinship.numbers_in(inquiry.text)[:MOST_NAMED]
    if not numbers:
        return []
    cases = Case.objects.filter(erased_at=None).filter(
        Q(number__in=numbers) | Q(journal_entries__esdh_case_id__in=numbers)
    )
    return [
        Kin(
            what="Sag",
            id=str(case.id),
            days=_days(case.opened_at, inquiry.received_at),
            same_sender=False,
            likeness=0.0,
            is_open=case.state != CaseState.CLOSED,
            named=True,
        )
        for case in cases.distinct().order_by("-number")[:MOST_NAMED]
    ]


def _text_of(permit: kernel.Permit, other: Inquiry) -> str:
    """The other inquiry's text, read by permit and written down as read about it."""

    def fetch(_: kernel.Subject, fields: Sequence[str]) -> Mapping[str, kernel.Value]:
        value = kernel.Value(text=other.text, fetched_at=other.registered_at)
        return {name: value for name in fields}

    reading = permit.read(
        subject=selectors.subject_of(other), source=SOURCE, fields=(TEXT,), fetch=fetch
    )
    return reading.text(TEXT)


def _is_of(other: Inquiry, index: bytes) -> bool:
    return other.sender_index is not None and bytes(other.sender_index) == index


def _days(earlier: dt.datetime, later: dt.datetime) -> int:
    between = timezone.localdate(later) - timezone.localdate(earlier)
    return max(between.days, 0)
