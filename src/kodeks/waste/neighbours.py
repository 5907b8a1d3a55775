# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The neighbour check: is a sensor as warm as those around it?

Levels of neighbouring bins say little of each other, but the air is the same. A temperature far
from the neighbours' median is marked and never refused: a broken sensor is apart, and a fire is.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import defaultdict
from collections.abc import Mapping

from kodeks.waste.models import Session

Cell = tuple[int, int]
HEARD_WITHIN = dt.timedelta(hours=3)
LEAST = 4
"""Sensors in a cell, below which nobody can be said to be apart."""
FAR = 25.0
"""°C. A bin in the sun and one in the shade are not so far from each other."""
_ROWS, _COLUMNS = 100, 50
"""Cells to a degree: about 1.1 by 1.2 km in Denmark."""


def cell_of(latitude: float | None, longitude: float | None) -> Cell | None:
    """Which cell a place (degrees) lies in."""
    if latitude is None or longitude is None:
        return None
    return math.floor(latitude * _ROWS), math.floor(longitude * _COLUMNS)


def typical(cells: Mapping[int, Cell], *, now: dt.datetime) -> dict[Cell, float]:
    """The median of what the devices of each cell said last (°C), where enough have."""
    heard = Session.objects.filter(
        last_at__gt=now - HEARD_WITHIN, last_at__lte=now, temperature_c__isnull=False
    )
    found: dict[Cell, dict[int, float]] = defaultdict(dict)
    for device, warm in heard.order_by("last_at").values_list("device_id", "temperature_c"):
        if device in cells and warm is not None:
            found[cells[device]][device] = warm
    return {
        cell: statistics.median(those.values())
        for cell, those in found.items()
        if len(those) >= LEAST
    }


def is_apart(cell: Cell | None, warm: float | None, typical: Mapping[Cell, float]) -> bool:
    """Whether a temperature (°C) is far from what the neighbours said within the last hours."""
    if cell is None or warm is None or cell not in typical:
        return False
    return abs(warm - typical[cell]) > FAR
