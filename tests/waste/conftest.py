# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from __future__ import annotations

import numpy as np
import pytest
from django.apps import apps
from tests.support import town_bins

from kodeks.waste.engine.forecast.calendar import no_days
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.slots import slots
from kodeks.waste.engine.training.hazards import learn


@pytest.fixture(autouse=True)
def _remembers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process knows by the newest numbers whether who may send has changed, and each test begins
    with the same ones."""
    monkeypatch.setattr(apps.get_app_config("waste"), "known", None)


@pytest.fixture(scope="session")
def town() -> np.ndarray:
    return town_bins.levels()


@pytest.fixture(scope="session")
def learned(town: np.ndarray) -> Hazards:
    """From the town's first 80 days."""
    until = (town_bins.FIRST + 80) * town_bins.DAY
    known = town_bins.history(town).before(until)
    return learn(slots(known, anchor=0, until=until, full=80.0), no_days)
