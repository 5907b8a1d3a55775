# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the points are told from, and how a moment is written in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime

from kodeks.casework import corrections
from kodeks.kernel.insight import Insight
from kodeks.kernel.replaying import Replay
from kodeks.workbench.matters import Found

ERASED = "Det er slettet."


@dataclass(frozen=True, kw_only=True)
class Told:
    """A matter in its solution's words with the kernel's records about it."""

    found: Found
    records: Insight
    erased: bool
    replay: Replay | None
    corrections: tuple[corrections.Told, ...]

    @property
    def objectable(self) -> bool:
        """Whether there is a suggestion or a decision to object to."""
        records = self.records
        return not self.erased and (records.recommendation or records.decision) is not None


def moment(at: dt.datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")
