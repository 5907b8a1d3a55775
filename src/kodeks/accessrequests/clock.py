# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When an answer is due: rules of law as data, counted with the municipality's working days."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from kodeks.casework import deadlines


@dataclass(frozen=True, kw_only=True)
class Limit:
    """`working_days` or `months`; the other is 0. `source` is the paragraph."""

    working_days: int
    months: int
    source: str


LIMITS = {
    "offl": Limit(working_days=7, months=0, source="Offentlighedsloven § 36, stk. 2"),
    "fvl": Limit(working_days=7, months=0, source="Forvaltningsloven § 16, stk. 2"),
    "gdpr": Limit(
        working_days=0, months=1, source="Databeskyttelsesforordningens artikel 12, stk. 3"
    ),
}


def due(*, law: str, received_on: dt.date) -> dt.date:
    """The last day for an answer; the day of receipt does not count."""
    limit = LIMITS[law]
    if limit.months:
        return _months_after(received_on, limit.months)
    return deadlines.due(received=received_on, working_days=limit.working_days)


def _months_after(day: dt.date, months: int) -> dt.date:
    """The same date of a later month; its last day when it is shorter (Regulation 1182/71)."""
    months_in_all = day.year * 12 + day.month - 1 + months
    year, month = divmod(months_in_all, 12)
    last = calendar.monthrange(year, month + 1)[1]
    found = dt.date(year, month + 1, min(day.day, last))
    # A period that ends on a day off ends with the next working day (article 3, 4).
    while not deadlines.is_working_day(found):
        found += dt.timedelta(days=1)
    return found
