# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A long list, a page at a time, without counting all of it.

To count what a person sees of 200,000 cases takes longer than to show 25 of them, and nobody reads
the number. So rows are counted up to `COUNTED`, and the page says »mere end 1.000« beyond that. A
page that is asked for by its number is shown however deep it lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE = "side"
"""The parameter with the page's number, from 1."""
COUNTED = 1000
"""As far as rows are counted."""

Rows = QuerySet[Any] | Sequence[Any]


@dataclass(frozen=True)
class Total:
    """How many rows there are: `number`, or `more` than that."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"mere end {grouped(self.number)}" if self.more else grouped(self.number)


@dataclass(frozen=True, kw_only=True)
class Page:
    """The rows of one page of a list; `number` and `size` (most rows on a page) are from 1."""

    rows: Sequence[Any]
    number: int
    size: int
    total: Total

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def first(self) -> int:
        """The place of the page's first row in the list, from 1; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * self.size + len(self.rows)

    @property
    def follows(self) -> bool:
        """Whether another page comes after this one."""
        return self.total.more or self.last < self.total.number

    @property
    def pages(self) -> int | None:
        """How many pages the list has; None when it is not counted to its end."""
        return None if self.total.more else max(1, -(-self.total.number // self.size))

    @property
    def is_one_of_several(self) -> bool:
        return self.pages != 1


def page(request: HttpRequest, found: Rows, *, size: int = 25) -> Page:
    """The page of the list that the request asks for: the first when it names none, the last when
    it names one after that. A QuerySet must have an order."""
    asked = request.GET.get(PAGE, "")
    # Ten digits are more rows than a database counts; int() takes other signs than these.
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 9 else 1
    number = max(1, number)
    rows = _rows(found, number, size)
    if not rows and number > 1:
        # After the end. This alone counts everything: only an old or a made-up link leads here.
        everything = found.count() if isinstance(found, QuerySet) else len(found)
        number = max(1, -(-everything // size))
        rows = _rows(found, number, size)
    before = (number - 1) * size
    if len(rows) <= size:
        total = Total(before + len(rows))
    elif before + size >= COUNTED:
        total = Total(before + size, more=True)
    else:
        total = count(found)
    return Page(rows=rows[:size], number=number, size=size, total=total)


def count(found: Rows) -> Total:
    """How many rows there are, counted up to `COUNTED`."""
    some = found.order_by()[: COUNTED + 1].count() if isinstance(found, QuerySet) else len(found)
    return Total(min(some, COUNTED), more=some > COUNTED)


def grouped(number: int) -> str:
    """The number as it is written in Danish: 1.000."""
    return f"{number:,}".replace(",", ".")


def _rows(found: Rows, number: int, size: int) -> Sequence[Any]:
    """The page's rows, and one more if another page follows."""
    before = (number - 1) * size
    return list(found[before : before + size + 1])
