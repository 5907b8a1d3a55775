# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bins with sensors that may send, and their messages at the present time."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.utils import timezone
from tests.support.bin_messages import chirpstack, join

from kodeks.waste import bins, ingesting, rounds
from kodeks.waste.messages import Message, Outcome
from kodeks.waste.models import Notice, Quarantined, Reading
from kodeks.waste.sources import BROKER

EM400 = "milesight-em400"


def eui(number: int) -> str:
    return f"24e124713d{number:06x}"


def placed(count: int = 3, **changed: Any) -> list[str]:
    """So many EM400 in a bin each, 20 m from each other; their EUIs."""
    for number in range(count):
        bins.put(
            code=f"spand-{number}",
            district="Vest" if number % 2 else "Øst",
            latitude=55.6801 + number * 0.0002,
            longitude=12.5701,
            set_by="test",
        )
        about: dict[str, Any] = {
            "device": eui(number),
            "bin_code": f"spand-{number}",
            "sensor": EM400,
            "empty_mm": 1000.0,
            "full_mm": 200.0,
            "since": timezone.now() - dt.timedelta(days=100),
            "set_by": "test",
        }
        bins.place(**(about | changed))
    return [eui(number) for number in range(count)]


def data(distance: int = 600, temperature: float = 20.0) -> str:
    content = (
        b"\x01\x75\x5c\x03\x67"
        + round(temperature * 10).to_bytes(2, "little", signed=True)
        + b"\x04\x82"
        + distance.to_bytes(2, "little")
    )
    return base64.b64encode(content).decode()


def uplink(
    device: str,
    counter: int,
    *,
    ago: dt.timedelta = dt.timedelta(),
    session: str = "00189440",
    distance: int = 600,
    temperature: float = 20.0,
    source: str = BROKER,
    **changed: Any,
) -> Message:
    """A ChirpStack uplink that was heard `ago`, as the broker brings it."""
    now = timezone.now()
    event = chirpstack() | {
        "deviceInfo": {"devEui": device, "deviceProfileName": "EM400-UDL"},
        "devAddr": session,
        "fCnt": counter,
        "time": (now - ago).isoformat(),
        "data": data(distance, temperature),
    }
    return message(event | changed, device, source=source)


def joined(device: str, session: str, *, ago: dt.timedelta = dt.timedelta()) -> Message:
    at = (timezone.now() - ago).isoformat()
    event = join(deviceInfo={"devEui": device}, devAddr=session, time=at)
    return message(event, device, kind="join")


def message(
    event: dict[str, Any], device: str, *, kind: str = "up", source: str = BROKER
) -> Message:
    topic = f"application/1/device/{device}/event/{kind}" if source == BROKER else ""
    content = json.dumps(event).encode()
    return Message(source=source, content=content, topic=topic, received=timezone.now())


def took(*messages: Message | Iterable[Message]) -> Outcome:
    flat = [one for part in messages for one in ([part] if isinstance(part, Message) else part)]
    return ingesting.take(messages=flat)


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.stored, outcome.seen, outcome.quarantined


def reasons() -> list[str]:
    return list(Quarantined.objects.order_by("id").values_list("code", flat=True))


def stored() -> int:
    return Reading.objects.count()


def told(
    device: str,
    levels: Sequence[float],
    *,
    every: dt.timedelta = dt.timedelta(hours=2),
    temperature: float = 20.0,
    last_temperature: float | None = None,
    ends: dt.timedelta = dt.timedelta(minutes=5),
) -> None:
    """Let the device say these levels (percent), the last of them `ends` ago."""
    count = len(levels)
    warm = [temperature] * count
    if last_temperature is not None:
        warm[-1] = last_temperature
    took(
        uplink(
            device,
            place,
            ago=ends + (count - 1 - place) * every,
            distance=round(1000 - 8 * level),
            temperature=warm[place],
        )
        for place, level in enumerate(levels)
    )


def weeks(*, rate: float = 12.0, days: int = 20, last: float = 20.0) -> list[float]:
    """Levels each two hours of a bin that is emptied every other day, the last being `last`."""
    draw = np.random.default_rng(5)
    per = rate / 12
    found = [(per * (step % 24)) + draw.normal(0, 1.0) for step in range(days * 12)]
    return [min(max(one, 0.0), 100.0) for one in [*found[:-1], last]]


def asked() -> Notice:
    """A bin that is hot, about which people are asked."""
    (device,) = placed(1)
    told(device, weeks(), last_temperature=80.0)
    assert rounds.look() == 1
    return Notice.objects.get(ended_at=None)
