# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What everybody may read of a request: never what was written, by whom, or just where.

Only requests that came in by Open311 are here, not inquiries that came by mail or letter.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from django.utils import timezone

from kodeks.casework.models import CaseState
from kodeks.connectors.models import Open311Request
from kodeks.inquiries import selectors
from kodeks.inquiries.models import Inquiry, Topic

MOST = 1_000
LONGEST_SPAN = dt.timedelta(days=90)
"""Both as GeoReport v2 has them."""
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One request; the position is rounded to 0.01 degree."""

    id: uuid.UUID
    is_open: bool
    service_code: str
    service_name: str
    agency: str
    requested_at: dt.datetime
    updated_at: dt.datetime
    expected_at: dt.datetime | None
    latitude: str
    longitude: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which requests; an empty collection means any. Either `ids` or a span of time."""

    ids: Collection[uuid.UUID] = ()
    codes: Collection[str] = ()
    statuses: Collection[str] = ()
    first: dt.datetime | None = None
    last: dt.datetime | None = None


def found(wanted: Wanted) -> list[Shown]:
    """The newest of them first, `MOST` at most. Without ids a span of `LONGEST_SPAN` at most."""
    rows = Open311Request.objects.all()
    if wanted.ids:
        rows = rows.filter(id__in=wanted.ids)
    else:
        first, last = _span(wanted.first, wanted.last)
        rows = rows.filter(requested_at__gte=first, requested_at__lte=last)
    if wanted.codes:
        rows = rows.filter(service_code__in=wanted.codes)
    if set(wanted.statuses) & {OPEN, CLOSED} and len(set(wanted.statuses)) == 1:
        closed = Inquiry.objects.filter(case__state=CaseState.CLOSED).values("id")
        is_open = OPEN in wanted.statuses
        rows = (
            rows.exclude(inquiry_id__in=closed) if is_open else rows.filter(inquiry_id__in=closed)
        )
    living = Inquiry.objects.filter(erased_at=None).values("id")
    chosen = list(rows.filter(inquiry_id__in=living).order_by("-requested_at", "-id")[:MOST])
    inquiries = (
        Inquiry.objects.select_related("case__unit")
        .only("id", "received_at", "case__state", "case__closed_at", "case__opened_at",
              "case__unit__name")
        .in_bulk([one.inquiry_id for one in chosen])
    )  # fmt: skip
    topics = {one.label: one for one in Topic.objects.select_related("unit")}
    # Many requests are of the same topic and day.
    expected = lru_cache(maxsize=None)(_expected)
    return [
        _shown(one, inquiries[one.inquiry_id], topics.get(one.service_code), expected)
        for one in chosen
        if one.inquiry_id in inquiries
    ]


def services() -> list[Topic]:
    """What can be asked for."""
    return list(Topic.objects.select_related("unit").order_by("title"))


def service(code: str) -> Topic | None:
    """One of them."""
    return selectors.topics().get(code)


def _span(first: dt.datetime | None, last: dt.datetime | None) -> tuple[dt.datetime, dt.datetime]:
    """As the standard has it: without dates the newest, and never more than the span."""
    if first is not None and last is None:
        last = first + LONGEST_SPAN
    last = last or timezone.now()
    earliest = last - LONGEST_SPAN
    return max(first, earliest) if first is not None else earliest, last


def _shown(
    row: Open311Request,
    inquiry: Inquiry,
    topic: Topic | None,
    expected: Callable[[dt.date, Topic], dt.datetime],
) -> Shown:
    case = inquiry.case
    agency = case.unit.name if case is not None else topic.unit.name if topic is not None else ""
    updated = row.requested_at if case is None else case.closed_at or case.opened_at
    return Shown(
        id=row.id,
        is_open=case is None or case.state != CaseState.CLOSED,
        service_code=row.service_code,
        service_name=topic.title if topic is not None else row.service_code,
        agency=agency,
        requested_at=row.requested_at,
        updated_at=updated,
        expected_at=None
        if topic is None
        else expected(timezone.localdate(row.requested_at), topic),
        latitude="" if row.latitude is None else str(row.latitude),
        longitude="" if row.longitude is None else str(row.longitude),
    )


def _expected(requested_on: dt.date, topic: Topic) -> dt.datetime:
    """The end of the last of the days of answering."""
    day = selectors.promise(topic, since=requested_on)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))
