# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Deadlines that may run and that no case has yet, as the solutions know of them.

A solution may have a module `deadlines` with `unsettled(user)`, which gives mappings with the
fields of `Line` (`due_at` where the law counts hours), `count_unsettled(user)`, and
`pages(deadline)`: titles and addresses of its own pages on which a case's deadline is met.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kodeks.kernel.models import User
from kodeks.workbench import solutions


@dataclass(frozen=True, kw_only=True)
class Line:
    """One such deadline; `about` is how what it comes from begins, `url` where a person settles
    it."""

    due_on: dt.date
    title: str
    about: str
    source: str
    counted_from: dt.date
    url: str
    due_at: dt.datetime | None = None


def lines(user: User) -> list[Line]:
    """Those that the person may see, due first. Raises TypeError for unknown fields."""
    found = [
        Line(**line) for module in solutions.modules("deadlines") for line in module.unsettled(user)
    ]
    return sorted(found, key=lambda line: (line.due_on, line.url))


def count(user: User) -> int:
    """How many of them there are."""
    return sum(module.count_unsettled(user) for module in solutions.modules("deadlines"))
