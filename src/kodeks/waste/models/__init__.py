# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The tables of this room. Nothing in them is about a person."""

from kodeks.waste.models.outlooks import (
    ForecastScore,
    Notice,
    Outlook,
    Round,
    Schedule,
    SensorLesson,
    SensorWorth,
)
from kodeks.waste.models.readings import (
    ArchivedMonth,
    Bin,
    BinDay,
    Device,
    DueDay,
    Placement,
    Quarantined,
    Reading,
    Session,
    Source,
)

__all__ = [
    "ArchivedMonth",
    "Bin",
    "BinDay",
    "Device",
    "DueDay",
    "ForecastScore",
    "Notice",
    "Outlook",
    "Placement",
    "Quarantined",
    "Reading",
    "Round",
    "Schedule",
    "SensorLesson",
    "SensorWorth",
    "Session",
    "Source",
]
