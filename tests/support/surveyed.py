# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What both gates see in the way of a system; they must agree."""

from __future__ import annotations

import datetime as dt

from kernel_stage import today

from kodeks.kernel import authority, codices

DAY = dt.timedelta(days=1)


def both(stage, slug: str, *, phase: str = "operation", purpose: str = "triage") -> list[str]:
    """The obstacles that the database sees; the policies allow when there are none."""
    found = stage.obstacles(slug, phase=phase, purpose=purpose)
    verdict = authority.judge_run(codices.in_force(), system=slug, phase=phase, purpose=purpose)
    codes = set(verdict.codes)
    if "no_owner" in found:
        # Where nobody answers, the database does not ask whether they have confirmed it.
        codes.discard("not_attested")
    assert codes == {SAME_RULE.get(one, one) for one in found}
    assert verdict.allowed == (found == [])
    return found


SAME_RULE = {"barred": "no_basis", "autonomy": "no_basis"}
"""Where the database tells apart what the policies see as one."""


def days(until: dt.date) -> int:
    return (until - today()).days
