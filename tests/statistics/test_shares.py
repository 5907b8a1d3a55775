# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Wilson's interval, against scipy's and against what an interval must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from kodeks.statistics.shares import FigureError, difference, share

counts = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.floats(0.5, 0.999)


@given(counts, levels)
def test_it_is_scipys(counted: tuple[int, int], level: float) -> None:
    count, total = counted
    found = share(count=count, total=total, level=level)
    theirs = binomtest(count, total).proportion_ci(level, method="wilson")
    assert found.low == pytest.approx(theirs.low, abs=1e-9)
    assert found.high == pytest.approx(theirs.high, abs=1e-9)


@given(counts)
def test_the_share_lies_in_its_interval(counted: tuple[int, int]) -> None:
    found = share(count=counted[0], total=counted[1])
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.value == counted[0] / counted[1]


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 95, float("nan")])
def test_a_level_that_is_none_is_refused(level: float) -> None:
    with pytest.raises(FigureError, match="mellem 0 og 1"):
        share(count=1, total=2, level=level)


@pytest.mark.parametrize(("count", "total"), [(0, 0), (1, 0), (-1, 5), (6, 5)])
def test_counts_that_cannot_be_are_refused(count: int, total: int) -> None:
    with pytest.raises(FigureError):
        share(count=count, total=total)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_the_interval_is_as_published(count, total, low, high):
    found = share(count=count, total=total)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_a_difference_is_newcombes() -> None:
    """His first example, by method 10: 56 of 70 and 48 of 80."""
    found = difference(share(count=56, total=70), share(count=48, total=80))
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(counts, counts)
def test_a_difference_lies_in_its_interval(one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = (share(count=count, total=total) for count, total in (one, other))
    found, turned = difference(first, second), difference(second, first)
    assert -1 - 1e-9 <= found.low <= found.value <= found.high <= 1 + 1e-9
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
