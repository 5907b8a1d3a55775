# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How often suggestions are followed, and what they are changed to."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from kodeks.statistics.routing import Routed, Routing, corrections, routing

DAY = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def routed(choice: str, *, suggested: str = "a", chosen: str = "b", way: str = "", days: int = 0):
    return Routed(
        at=DAY + dt.timedelta(days=days), unit="vej", choice=choice, suggested=suggested,
        chosen=chosen, way=way,
    )  # fmt: skip


def test_a_week_is_counted_by_its_decisions_and_ways() -> None:
    found = routing(
        matters=[
            routed("accept", chosen="a", way="label"),
            routed("accept", chosen="a", way="choose"),
            routed("other", way="label"),
            routed("own"),
            routed("accept", days=7),
        ],
        period_of=lambda at: at.isocalendar().week,
    )
    assert found[10] == Routing(
        decided=4, suggested=3, followed=2, by_way={"choose": (1, 1), "label": (2, 1)}
    )
    assert found[11] == Routing(decided=1, suggested=1, followed=1, by_way={"": (1, 1)})


def test_what_was_corrected_comes_with_the_most_frequent_first() -> None:
    found = corrections(
        [
            routed("other", chosen="c"),
            routed("other", chosen="b"),
            routed("other", chosen="b"),
            routed("reject", chosen="andet"),
            routed("other", chosen="a"),
            routed("accept", chosen="a"),
            routed("own", suggested="", chosen="b"),
        ]
    )
    assert found == [("a", "b", 2), ("a", "andet", 1), ("a", "c", 1)]


@given(
    st.lists(
        st.builds(
            routed,
            st.sampled_from(["accept", "other", "reject", "own"]),
            chosen=st.sampled_from("abc"),
            way=st.sampled_from(["", "label"]),
            days=st.integers(0, 20),
        )
    )
)
def test_periods_add_up_to_the_whole(matters: list[Routed]) -> None:
    parts = routing(matters=matters, period_of=lambda at: at.date())
    assert sum(one.decided for one in parts.values()) == len(matters)
    for one in parts.values():
        assert one.followed <= one.suggested <= one.decided
        assert one.suggested == sum(count for count, _ in one.by_way.values())
