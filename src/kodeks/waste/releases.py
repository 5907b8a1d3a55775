# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The model on its way into operation: learned from the municipality's own bins under a permit, and
signed by its author; the manager approves with `kodeks release approve`."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from kodeks.codex.keys import Signer
from kodeks.kernel import api as kernel
from kodeks.waste import days_ahead, home_clock, learning
from kodeks.waste.engine.bin_model import BinModel
from kodeks.waste.engine.errors import TooLittle
from kodeks.waste.engine.forecast.calendar import NOTHING, Calendar
from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.models import Model
from kodeks.waste.engine.forecast.quality import DAYS_AHEAD, Quality
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.notices.rules import Rules
from kodeks.waste.known_days import calendar
from kodeks.waste.models import Bin
from kodeks.waste.noticing import CALENDAR, FIELDS, KNOWN_DAYS, SENSORS, SYSTEM

LEARNING = "improvement"
MOST_DAYS = 400
"""Days of readings that are learned from at most, those in the archive among them."""
TOO_LITTLE = "too_little"
_NO_GROUPS = "Modellen bruger ingen oplysninger om mennesker."


@dataclass(frozen=True)
class Learned:
    """What was proposed: how many bins and readings it learned from, and whether that was enough
    for a forecast (else the limits work on what is measured alone)."""

    bins: int
    readings: int
    has_forecast: bool
    metrics: Mapping[str, str]
    """What the manager is shown: how good the forecast was on the last weeks, learned without
    them, beside each bin's habit, or that too little was seen to say."""


def propose(
    *,
    version: str,
    rules: Rules,
    author: kernel.User,
    signer: Signer,
    phase: str = "development",
) -> Learned:
    """Learn, seal and sign as the author (needs the owner role).

    Raises kernel Refused when something is missing, and WasteError and TableError.
    """
    permit = kernel.ask(system=SYSTEM, purpose=LEARNING, phase=phase, user=author)
    now = timezone.now()
    judged = learning.judged_bins(now, days=MOST_DAYS)
    history = learning.history_of(judged) if judged else History.of(bins=[], time=[], level=[])
    digest = hashlib.sha256()
    for array in (history.at, history.time, history.level):
        digest.update(np.ascontiguousarray(array).tobytes())
    permit.read_dataset(
        source=SENSORS,
        fields=("levels",),
        rows=max(len(history.time), 1),
        sha256=digest.hexdigest(),
    )
    known = _known(permit, history, now)
    forecast = _learned(history, now, full=rules.full_pct, known=known)
    tried = () if forecast is None else _tried(history, now, full=rules.full_pct, known=known)
    learned = Learned(
        len(history.bins),
        len(history.time),
        forecast is not None,
        _metrics(history, forecast, tried),
    )
    kernel.propose(
        system=SYSTEM,
        version=version,
        artefact=BinModel(rules, forecast).artefact.as_bytes(),
        permit_id=permit.id,
        inputs=[(source, name) for source, names in _inputs(known).items() for name in names],
        metrics=learned.metrics,
        groups=kernel.Groups(measured=[], reason=_NO_GROUPS),
        author=author,
        signer=signer,
    )
    return learned


def _known(permit: kernel.Permit, history: History, now: dt.datetime) -> Calendar:
    """What the municipality's file says of the days that are learned from and of those ahead."""
    port = days_ahead.port()
    if port is None or not len(history.time):
        return NOTHING
    names = {code: learning.name_of(id_) for id_, code in Bin.objects.values_list("id", "code")}
    until = home_clock.seconds(now + dt.timedelta(days=days_ahead.AFTER))
    found = calendar(port, since=int(history.time.min()), until=until, names=names)
    digest = hashlib.sha256(repr((found.columns, found.bin)).encode())
    for array in (found.day, found.value):
        digest.update(np.ascontiguousarray(array).tobytes())
    permit.read_dataset(
        source=CALENDAR,
        fields=KNOWN_DAYS[CALENDAR],
        rows=max(len(found.day), 1),
        sha256=digest.hexdigest(),
    )
    return found


def _inputs(known: Calendar) -> Mapping[str, tuple[str, ...]]:
    return {**FIELDS, **KNOWN_DAYS} if known.columns else FIELDS


def _learned(history: History, now: dt.datetime, *, full: float, known: Calendar) -> Model | None:
    """None where too little has been seen to learn from."""
    if not history.bins:
        return None
    # The training library is loaded where something is learned, and nowhere else.
    from kodeks.waste.engine.training.refitting import refit

    try:
        return refit(history, until=home_clock.seconds(now), full=full, known=known)
    except TooLittle:
        return None


def _tried(history: History, now: dt.datetime, *, full: float, known: Calendar) -> Quality:
    from kodeks.waste.engine.training.held_out import held_out

    return held_out(history, until=home_clock.seconds(now), full=full, known=known)


def _days_of(history: History) -> int:
    """From the first reading to the last: the archive may hold fewer than MOST_DAYS."""
    if not len(history.time):
        return 0
    return round(int(history.time.max() - history.time.min()) / DAY)


def _metrics(history: History, forecast: Model | None, tried: Quality) -> Mapping[str, str]:
    """Where too little was seen it is said, and no number stands there."""
    found = {
        "bins": str(len(history.bins)),
        "readings": str(len(history.time)),
        "learned_days": str(_days_of(history)),
        "has_forecast": "0" if forecast is None else "1",
    }
    return found | figures_of(tried)


def figures_of(tried: Quality) -> Mapping[str, str]:
    """As they stand with a release: by hours ahead, or that too little was seen."""
    found: dict[str, str] = {}
    for days, one in zip(DAYS_AHEAD, tried, strict=False):
        ahead = f"{24 * days}h"
        if one is None:
            found[f"held_out_{ahead}"] = TOO_LITTLE
            continue
        found[f"held_out_{ahead}"] = str(one.moments)
        found[f"brier_{ahead}"] = f"{one.brier:.4f}"
        found[f"brier_usual_{ahead}"] = f"{one.usual:.4f}"
        found[f"ece_{ahead}"] = f"{one.ece:.4f}"
    return found
