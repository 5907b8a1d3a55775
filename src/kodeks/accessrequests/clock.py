# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When an answer is due: the law that was asked by, counted as casework counts all deadlines."""

from __future__ import annotations

import datetime as dt

from kodeks.casework import deadlines
from kodeks.casework.deadlines import Term

LIMITS = {
    "offl": Term(amount=7, unit="working_days", source="Offentlighedsloven § 36, stk. 2"),
    "fvl": Term(amount=7, unit="working_days", source="Forvaltningsloven § 16, stk. 2"),
    "gdpr": Term(
        amount=1, unit="months", source="Databeskyttelsesforordningens artikel 12, stk. 3"
    ),
}


def due(*, law: str, received_on: dt.date) -> dt.date:
    """The last day for an answer; the day of receipt does not count."""
    return deadlines.last_day(started_on=received_on, term=LIMITS[law])
