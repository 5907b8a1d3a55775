# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The port for what is known of days beforehand: weather, markets, festivals, holidays.

The setting KODEKS_WASTE_KNOWN_DAYS names the classes, which are made without arguments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class KnownDay:
    """What is known of a day on the clock at home: numbers by column, any unit.

    bin: the bin that it holds for, as a market on one square; empty for the whole town. A bin's own
    number goes before the town's. A column that is not there is not known.
    """

    day: dt.date
    bin: str = ""
    values: Mapping[str, float] = field(default_factory=dict)


class KnownDays(Protocol):
    """A weather service, a calendar of events, a file: what a forecast may know of the days it is
    learned from and of those ahead.

    Of past days it says what was known before them (the forecast of rain, not the rain), else the
    model learns to trust what it will not have. A service that does not answer gives no days: then
    each day counts as an ordinary one.
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """What the numbers are called, always the same and in the same order; a model that was
        learned with them is not used with others."""

    def days(self, *, since: dt.date, until: dt.date) -> Iterable[KnownDay]:
        """What is known of the days from `since` to `until`, both among them. Of several about the
        same day and bin the last counts."""
