# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What stands in the cells of tables of readings; what does not fit is told with its row.

Each raises WasteError with the number of the row, the header being row 1.
"""

from __future__ import annotations

import datetime as dt
import math
from zoneinfo import ZoneInfo

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads.rows import decimal

YEARS = range(2000, 2100)
HOME = ZoneInfo("Europe/Copenhagen")
_YES, _NO = ("1", "true", "ja"), ("", "0", "false", "nej")
_EPOCH = dt.datetime(1970, 1, 1)


def name(text: str, row: int) -> str:
    """What the bin is called."""
    if not text.strip():
        raise WasteError(f"I række {row} mangler skraldespandens navn (bin). Skriv det.")
    return text.strip()


def moment(text: str, column: str, row: int) -> int:
    """Seconds since 1970 on the clock at home, which is what people's weekdays go by."""
    try:
        when = dt.datetime.fromisoformat(text.strip())
        if when.tzinfo is not None:
            when = when.astimezone(HOME).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise WasteError(
            f"I række {row} er {column} ikke et tidspunkt. Skriv det som 2026-11-27T06:00."
        ) from None
    if when.year not in YEARS:
        # One slip of a key (1026) would else be a thousand years of days to look at.
        raise WasteError(f"I række {row} er {column} ikke mellem år 2000 og 2099. Ret det.")
    return int((when - _EPOCH).total_seconds())


def clock(moment: int) -> str:
    """The other way: as it is written, without a zone."""
    return (_EPOCH + dt.timedelta(seconds=moment)).isoformat()


def level(text: str, row: int) -> float:
    """Percent, NaN for an empty cell."""
    percent = number(text, "level_pct", row) if text.strip() else math.nan
    if percent < 0 or percent > 100:
        raise WasteError(
            f"I række {row} er level_pct ikke fra 0 til 100. Ret det, eller lad det stå tomt."
        )
    return percent


def number(text: str, column: str, row: int) -> float:
    """A number, with a comma or a point."""
    value = decimal(text)
    if not isinstance(value, float):
        raise WasteError(f"I række {row} er {column} ikke et tal. Ret det.")
    return value


def said(text: str, row: int) -> bool:
    """Whether the bin was emptied."""
    word = text.strip().lower()
    if word not in (*_YES, *_NO):
        raise WasteError(f"I række {row} er emptied hverken 1 eller 0. Ret det.")
    return word in _YES
