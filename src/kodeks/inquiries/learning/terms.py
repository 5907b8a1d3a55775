# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Under which terms a candidate is judged: from the settings, kept with the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.conf import settings

from kodeks.inquiries.errors import InquiryError

Learns = Literal["", "words", "meaning"]
"""What the new model learns of: as the one in operation, words only, or words and meaning."""
AS_BEFORE: Learns = ""
WORDS: Learns = "words"
MEANING: Learns = "meaning"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """`days` before the run are kept for the comparison, of at least `least` decisions. Bounds are
    in percentage points. What was decided from `out_from` to `out_to` (both, as days) is left
    out. Of the last `releases` the oldest is compared with too."""

    days: int
    least: int
    least_group: int
    bound: int
    group_bound: int
    out_from: str = ""
    out_to: str = ""
    learns: Learns = AS_BEFORE
    releases: int = 0

    def leaves_out(self, day: dt.date) -> bool:
        """Whether what was decided on that day is not used."""
        return bool(self.out_from) and self.out_from <= day.isoformat() <= self.out_to

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def of_settings(
    *,
    out_from: dt.date | None = None,
    out_to: dt.date | None = None,
    learns: Learns = AS_BEFORE,
) -> Terms:
    """The terms of today. Raises InquiryError for a period that ends before it begins."""
    if (out_from is None) != (out_to is None) or (out_from and out_to and out_to < out_from):
        raise InquiryError(
            "Perioden, der skal udelades, mangler en dag eller slutter, før den begynder. Skriv "
            "første og sidste dag."
        )
    return Terms(
        days=settings.KODEKS_RETRAINING_DAYS,
        least=settings.KODEKS_RETRAINING_LEAST,
        least_group=settings.KODEKS_RETRAINING_LEAST_GROUP,
        bound=settings.KODEKS_RETRAINING_BOUND,
        group_bound=settings.KODEKS_RETRAINING_GROUP_BOUND,
        out_from=out_from.isoformat() if out_from else "",
        out_to=out_to.isoformat() if out_to else "",
        learns=learns,
        releases=settings.KODEKS_RETRAINING_RELEASES,
    )


def of_run(terms: Mapping[str, Any]) -> Terms:
    """The terms of a run's row."""
    return Terms(**terms)
