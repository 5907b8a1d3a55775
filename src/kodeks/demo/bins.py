# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Litter bins of Eksempelkøbing, with invented sensors and six weeks of what they said.

The messages are as a LoRaWAN network sends them and come in by the same door. Rates and hours of
the day are those that the waste guide measured in a real town.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from django.utils import timezone

from kodeks.demo import municipality
from kodeks.kernel import releases as kernel_releases
from kodeks.kernel import selectors
from kodeks.kernel.models import User
from kodeks.waste import bins, ingesting, months, releases, rollups, rounds, schedules
from kodeks.waste.engine.notices import rules
from kodeks.waste.messages import Message
from kodeks.waste.models import Bin, Reading
from kodeks.waste.noticing import SYSTEM
from kodeks.waste.sources import BROKER

VERSION = "demo-1"
COUNT = 16
DAYS = 42
_EVERY_HOURS = 2
_SEED = 7
_SENSOR = "milesight-em400"
_EMPTY_MM, _FULL_MM = 1000, 200
_BY = "anders"
_SENT_TOGETHER = 500
_WEEKDAY = np.array([0.01, 0.56, 0.94, 1.56, 1.59, 1.15])
_WEEKEND = np.array([0.58, 0.89, 0.43, 1.50, 2.17, 0.62])
_DEAD, _HOT, _STUCK = 5, 9, 13
"""The places of three bins: one is silent, one is warm, and one sensor has stopped moving."""


@dataclass(frozen=True)
class _Town:
    """Where the bins stand, how much comes into each a day (%), and when somebody comes."""

    codes: tuple[str, ...]
    rates: np.ndarray
    weekdays: tuple[str, ...]


def register(*, readings: bool = True) -> None:
    """Card, manager, evidence, bins, what they said and a model; needs the owner role. Safe to
    repeat. Without `readings` there are no bins, and the model has its limits only."""
    months.make()
    municipality.take_into_use(SYSTEM, room="kodeks.waste")
    if readings and not Bin.objects.exists():
        _speak(_stand())
    release()


def release() -> None:
    """The model, learned from what the bins said, signed by technician and manager."""
    if selectors.system_state(SYSTEM).release is not None:
        return
    releases.propose(
        version=VERSION,
        rules=rules.shipped(),
        author=User.objects.get(username="anders"),
        signer=municipality.signer("anders"),
    )
    kernel_releases.approve(
        system=SYSTEM,
        version=VERSION,
        approver=User.objects.get(username="merete"),
        signer=municipality.signer("merete"),
    )


def look() -> int:
    """The first round, so that the pages have something to show; how many bins it saw."""
    rollups.make_due()
    return rounds.look()


def _stand() -> _Town:
    """Bins at addresses of the invented town, each with a sensor and fixed days."""
    draw = np.random.default_rng(_SEED)
    text = (files("kodeks.demo") / "geography" / "adresser.csv").read_text(encoding="utf-8")
    every = list(csv.DictReader(text.splitlines()))
    places = every[:: max(1, len(every) // COUNT)][:COUNT]
    rates = np.clip(29.0 * np.exp(draw.normal(0, 0.55, len(places))), 5.0, 90.0)
    codes, weekdays = [], []
    since = timezone.now() - dt.timedelta(days=DAYS + 1)
    for number, place in enumerate(places):
        code = f"prøvespand-{number + 1:02d}"
        bins.put(
            code=code,
            place=f"{place['name']} {place['number']}",
            district=place["district"],
            latitude=float(place["latitude"]),
            longitude=float(place["longitude"]),
            litres=int(draw.choice([60, 100, 140])),
            set_by=_BY,
        )
        bins.place(
            device=_eui(number),
            bin_code=code,
            sensor=_SENSOR,
            empty_mm=float(_EMPTY_MM),
            full_mm=float(_FULL_MM),
            since=since,
            set_by=_BY,
        )
        codes.append(code)
        weekdays.append(_days_for(rates[number]))
    for code, days in zip(codes, weekdays, strict=True):
        schedules.put(code=code, weekdays=days, time="07:00", set_by=_BY)
    return _Town(tuple(codes), rates, tuple(weekdays))


def _days_for(rate: float) -> str:
    """As a municipality without sensors plans: the bins that fill fast are met daily."""
    for least, days in ((25.0, "1-7"), (16.0, "1,3,5,6"), (0.0, "2,5")):
        if rate >= least:
            return days
    raise AssertionError("a rate is not negative")


def _speak(town: _Town) -> None:
    if Reading.objects.exists():
        return
    lot: list[Message] = []
    for message in _messages(town):
        lot.append(message)
        if len(lot) == _SENT_TOGETHER:
            ingesting.take(messages=lot)
            lot = []
    ingesting.take(messages=lot)


def _messages(town: _Town) -> Iterator[Message]:
    """In the order in which they were sent."""
    draw = np.random.default_rng(_SEED + 1)
    now = timezone.now().replace(second=0, microsecond=0)
    count = len(town.codes)
    level = draw.uniform(0, 40, count)
    plan = [schedules.weekdays_of(text) for text in town.weekdays]
    for step in range(DAYS * 24 // _EVERY_HOURS, 0, -1):
        at = now - dt.timedelta(hours=(step - 1) * _EVERY_HOURS + 0.2)
        home = timezone.localtime(at)
        profile = (_WEEKEND if home.weekday() >= 5 else _WEEKDAY)[home.hour // 4]
        grown = town.rates * _EVERY_HOURS / 24 * profile
        level = np.minimum(level + grown * draw.gamma(2.0, 0.5, count), 100.0)
        for one in range(count):
            comes = plan[one] >> home.weekday() & 1 and 7 <= home.hour < 7 + _EVERY_HOURS
            if comes and draw.random() > 0.04:
                level[one] = draw.uniform(0, 4)
        seen = np.clip(level + draw.normal(0, 2.0, count), 0, 100)
        warm = 9 + 6 * np.sin((home.hour - 9) / 24 * 2 * np.pi) + draw.normal(0, 0.5, count)
        if step <= 1:
            warm[_HOT] = 76.0
        if step * _EVERY_HOURS <= 60:
            seen[_STUCK] = 37.0
        counter = DAYS * 24 // _EVERY_HOURS - step
        for one in range(count):
            is_silent = one == _DEAD and step * _EVERY_HOURS <= 72
            if not is_silent and draw.random() > 0.02:
                yield _uplink(one, counter, at, seen[one], warm[one])


def _uplink(one: int, counter: int, at: dt.datetime, level: float, warm: float) -> Message:
    distance = round(_EMPTY_MM - (_EMPTY_MM - _FULL_MM) * level / 100)
    content = (
        b"\x01\x75\x5c\x03\x67"
        + round(warm * 10).to_bytes(2, "little", signed=True)
        + b"\x04\x82"
        + distance.to_bytes(2, "little")
    )
    event = {
        "deviceInfo": {"devEui": _eui(one), "deviceProfileName": "EM400-UDL"},
        "devAddr": f"0018{one:04x}",
        "fCnt": counter,
        "fPort": 85,
        "time": at.isoformat(),
        "data": base64.b64encode(content).decode(),
    }
    return Message(
        source=BROKER,
        content=json.dumps(event).encode(),
        topic=f"application/1/device/{_eui(one)}/event/up",
        received=timezone.now(),
    )


def _eui(number: int) -> str:
    return f"24e124713dee{number:04x}"
