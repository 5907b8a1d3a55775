# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The places that inquiries name, for showing on a map. No suggestion is made from them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When

from kodeks.casework.models import InboxItem
from kodeks.geography.gazetteer import Gazetteer
from kodeks.inquiries import selectors
from kodeks.inquiries.models import Inquiry, Place
from kodeks.kernel import api as kernel
from kodeks.web import maps

MOST = 5
"""Places that are kept of one inquiry, the first of the text."""


def find(inquiry: Inquiry) -> None:
    """Write down the places that the text names; in the caller's transaction."""
    _keep(inquiry, maps.gazetteer())


def find_again() -> int:
    """Look through all inquiries that wait or whose department has not answered, by the list as it
    is now. Returns in how many a place was found."""
    known = maps.gazetteer()
    count = 0
    found = Inquiry.objects.filter(_still_open(), erased_at=None).order_by("id")
    for inquiry in found.defer("sealed_original").iterator(chunk_size=500):
        with transaction.atomic():
            Place.objects.filter(inquiry=inquiry).delete()
            count += _keep(inquiry, known)
    return count


def on_map(*, user: kernel.User, district: str = "", urgent: bool = False) -> QuerySet[Place]:
    """The places of inquiries that wait or that a department has not answered, and that the person
    sees: urgent inquiries first, then the oldest."""
    seen = selectors.visible_to(user).filter(_still_open())
    if urgent:
        seen = seen.exclude(urgency="")
    found = Place.objects.filter(inquiry__in=seen.values("pk"))
    if district:
        found = found.filter(district=district)
    return (
        found.select_related("inquiry", "inquiry__case", "inquiry__joined")
        .defer("inquiry__sealed_original")
        .annotate(calm=Case(When(inquiry__urgency="", then=1), default=0))
        .order_by("calm", "inquiry__received_at", "inquiry_id", "number")
    )


def districts(*, user: kernel.User) -> list[str]:
    """The districts that there are places in."""
    found = on_map(user=user).exclude(district="").order_by("district")
    return list(found.values_list("district", flat=True).distinct())


def _still_open() -> Q:
    unanswered = InboxItem.objects.order_by().filter(handled_at=None, kind=selectors.SUBJECT)
    cases = unanswered.values("case")
    # What was laid on another's case waits with it: the hole is there as long as that one is open.
    return Q(decision_id=None) | Q(case__in=cases) | Q(joined__in=cases, case=None)


def _keep(inquiry: Inquiry, known: Gazetteer) -> bool:
    found = known.find(inquiry.text, near=inquiry.district)[:MOST] if known.names else ()
    Place.objects.bulk_create(
        Place(
            inquiry=inquiry, number=number, title=one.title[:200], kind=one.kind,
            district=one.district[:80], latitude=one.point.latitude, longitude=one.point.longitude,
        )
        for number, one in enumerate(found, start=1)
    )  # fmt: skip
    return bool(found)
