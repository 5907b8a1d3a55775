# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Pages of a list that is not counted to its end, held against Django's paginator, which does."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kodeks.casework.models import Unit
from kodeks.web import paging


def asked(side: object = None):
    return RequestFactory().get("/", {} if side is None else {"side": str(side)})


@given(
    total=st.integers(0, 2600),
    number=st.integers(1, 140),
    size=st.sampled_from((1, 7, 25, 50, 1000)),
)
def test_each_page_holds_what_a_paginator_that_counts_gives(
    total: int, number: int, size: int
) -> None:
    page = paging.page(asked(number), range(1, total + 1), size=size)
    other = Paginator(range(1, total + 1), size).get_page(number)
    assert list(page) == list(other)
    assert (page.number, page.first, page.last) == (
        other.number, other.start_index(), other.end_index()
    )  # fmt: skip
    assert page.follows == other.has_next()
    assert page.is_one_of_several == (other.paginator.num_pages > 1)
    if page.pages is None:
        # Not counted: there are more rows than it says, and it has counted as far as it promises.
        assert paging.COUNTED <= page.total.number < total
        assert page.last <= page.total.number
    else:
        assert page.pages == other.paginator.num_pages
        assert page.total == paging.Total(total)
        assert total <= paging.COUNTED or not page.follows


@pytest.mark.parametrize("side", ["", "x", "0", "-1", "1.0", "٣", "³", "9" * 30, " 2", "1e3"])
def test_a_number_that_is_none_is_the_first_page(side: str) -> None:
    assert paging.page(asked(side), range(100)).number == 1


def test_without_a_number_it_is_the_first_page() -> None:
    assert list(paging.page(asked(), range(100), size=3)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("total", "text"),
    [(0, "0"), (7, "7"), (1000, "1.000"), (1001, "mere end 1.000"), (200_000, "mere end 1.000")],
)
def test_the_total_is_said_in_danish(total: int, text: str) -> None:
    assert str(paging.count(range(total))) == text


@pytest.mark.django_db
def test_the_database_counts_no_further_than_it_must() -> None:
    Unit.objects.bulk_create(
        Unit(code=f"u{number:04}", name="Enhed") for number in range(paging.COUNTED + 60)
    )
    units = Unit.objects.filter(code__startswith="u").order_by("code")

    def statements(side: int) -> tuple[paging.Page, list[str]]:
        with CaptureQueriesContext(connection) as captured:
            page = paging.page(asked(side), units)
        return page, [one["sql"] for one in captured.captured_queries]

    page, (rows, counted) = statements(2)
    assert [unit.code for unit in page][::24] == ["u0025", "u0049"]
    assert "LIMIT 26 OFFSET 25" in rows
    assert "COUNT" in counted
    assert f"LIMIT {paging.COUNTED + 1}" in counted
    assert "ORDER BY" not in counted
    # Beyond what is counted the next row says enough, and at the end there is nothing to count.
    page, (rows,) = statements(41)
    assert str(page.total) == "mere end 1.025"
    page, (rows,) = statements(43)
    assert (str(page.total), len(page), page.follows) == ("1.060", 10, False)
    # After the end everything is counted, to find the last page.
    page, (_, everything, _) = statements(900)
    assert page.number == 43
    assert "LIMIT" not in everything
