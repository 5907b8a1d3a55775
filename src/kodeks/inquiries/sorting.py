# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the inbox sorts by, written down with an inquiry's suggestion."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from itertools import islice

from kodeks.inquiries.engine.results import Way
from kodeks.inquiries.models import Inquiry, Sorting
from kodeks.kernel import api as kernel

_AT_ONCE = 5000
"""Inquiries that the database is asked about in one statement."""


def suggested(inquiry: Inquiry, recommendation_id: uuid.UUID, *, label: str, way: Way) -> str:
    """It has a suggestion now; in the transaction that issued it. Returns how people meet it."""
    how = kernel.how_presented(recommendation_id)
    given = {"label": label, "way": way, "how": how}
    Sorting.objects.update_or_create(inquiry=inquiry, defaults=given)
    return how


def way(inquiry: Inquiry) -> str:
    """How far the engine went for the inquiry; "" where it is not known."""
    return ways([str(inquiry.id)]).get(str(inquiry.id), "")


def ways(ids: Collection[str]) -> dict[str, str]:
    """How far the engine went for each of the inquiries (their numbers as text), where it is
    known."""
    known = Sorting.objects.exclude(way="").values_list("inquiry_id", "way")
    found: dict[str, str] = {}
    for some in _batched(ids, _AT_ONCE):
        found |= {str(number): way for number, way in known.filter(inquiry_id__in=some)}
    return found


def _batched(ids: Collection[str], size: int) -> Iterator[list[str]]:
    """The ids in lists of at most `size`."""
    rest = iter(ids)
    while some := list(islice(rest, size)):
        yield some
