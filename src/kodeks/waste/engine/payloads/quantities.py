# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The quantities that a reading holds, their units, and the limits that physics sets them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

Limits = Mapping[str, tuple[float, float]]

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "distance_mm": "mm",
        "level_pct": "%",
        "temperature_c": "°C",
        "battery_pct": "%",
        "battery_v": "V",
    }
)
"""The quantities that are numbers, with the unit each is in."""
LIMITS: Limits = MappingProxyType(
    {
        "distance_mm": (0.0, 20_000.0),
        "level_pct": (0.0, 100.0),
        # A fire is hotter than a sensor bears; 327.67 is what many send when they have no number.
        "temperature_c": (-60.0, 300.0),
        "battery_pct": (0.0, 100.0),
        "battery_v": (0.0, 60.0),
    }
)
"""What no sensor can rightly go beyond, both ends included; a sensor's table may be narrower."""
TILT = "tilt"
ALARMS = ("alert", "burning", "distance_alarm", "moved", "temperature_alarm", "vandalized", "lid")
"""What a sensor or a platform may warn of."""
MEASURED = ("distance_mm", "level_pct")
"""The quantities that say how full a bin is."""
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "distance_mm": "Afstanden",
        "level_pct": "Niveauet",
        "temperature_c": "Temperaturen",
        "battery_pct": "Batteriet",
        "battery_v": "Batteriets spænding",
        "tilt": "Hældningen",
    }
)


def number(value: Any) -> float | None:
    """The value as a finite number, or None. True and False are no numbers."""
    kind = type(value)
    if kind is int:
        return float(value) if -(2**53) <= value <= 2**53 else None
    if kind is float and math.isfinite(value):
        found: float = value
        return found
    return None


def outside(quantity: str, value: float, own: Limits) -> str:
    """The Danish sentence when a number is beyond its limits, else ""."""
    low, high = LIMITS[quantity]
    if quantity in own:
        low, high = own[quantity]
    if low <= value <= high:
        return ""
    unit, it = UNITS[quantity], "Det" if quantity in ("level_pct", "battery_pct") else "Den"
    return (
        f"{WORDS[quantity]} er {_said(value)} {unit}. {it} skal være fra {_said(low)} til "
        f"{_said(high)} {unit}."
    )


def _said(value: float) -> str:
    return f"{value:g}".replace(".", ",")
