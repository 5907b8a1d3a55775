# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kodeks.robots.retry import Policy


@given(st.integers(1, 10_000))
def test_the_wait_doubles_up_to_the_longest_and_half_of_it_is_random(attempts: int) -> None:
    policy = Policy(first_wait=1.0, longest_wait=600.0)
    whole = min(600.0, 2.0 ** min(attempts - 1, 60))
    assert whole / 2 <= policy.wait(attempts) <= whole


def test_runs_that_failed_together_do_not_come_back_together() -> None:
    policy = Policy()
    assert len({policy.wait(10) for _ in range(20)}) > 10
