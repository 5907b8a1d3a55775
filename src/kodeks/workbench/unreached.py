# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Citizens who have not been told that what they sent has come, as the solutions know of them.

A solution's module `deadlines` has `unreached(user)`, which gives mappings with the fields of
`Line`, and `count_unreached(user)`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kodeks.kernel.models import User
from kodeks.workbench import solutions


@dataclass(frozen=True, kw_only=True)
class Line:
    """One of them: how what they wrote begins, why nothing was sent, what a person can do, and
    where."""

    received_at: dt.datetime
    about: str
    channel: str
    why: str
    do: str
    url: str


def lines(user: User) -> list[Line]:
    """Some of those that the person may see, in each solution's own order. Raises TypeError for
    unknown fields."""
    return [
        Line(**line) for module in solutions.modules("deadlines") for line in module.unreached(user)
    ]


def count(user: User) -> int:
    """How many of them there are."""
    return sum(module.count_unreached(user) for module in solutions.modules("deadlines"))
