# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from __future__ import annotations

import numpy as np
import pytest
from tests.support import sensor_town
from tests.support.sensor_town import Bin, Town

HOURLY = Town(noise=3.0, interval=3600, rate=35.0)


@pytest.fixture(scope="session")
def faulty() -> dict[str, list[Bin]]:
    """Labelled: two hourly bins for each kind of fault, of faults that count.

    They begin in a bin less than half full, as a full one hides most. Not a lean that no sensor
    tells of: what jumps down then looks like a partial emptying.
    """
    made: dict[str, list[Bin]] = {}
    for place, kind in enumerate(sensor_town.KINDS):
        draw = np.random.default_rng(7_000 + place)
        made[kind] = []
        while len(made[kind]) < 2:
            bin = sensor_town.faulty(draw, kind, HOURLY)
            low = bin.level[np.searchsorted(bin.series.time, bin.begin) - 1] < 50
            if bin.matters and bin.form != "no flag" and low:
                made[kind].append(bin)
    return made


@pytest.fixture(scope="session")
def healthy() -> list[Bin]:
    draw = np.random.default_rng(7_100)
    return [sensor_town.clean(draw) for _ in range(8)]
