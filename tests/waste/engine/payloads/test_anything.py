# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whatever comes: readings and refusals, or an error of ours. Nothing else ever."""

from __future__ import annotations

import contextlib
import json
import math
from typing import Any

import pytest
from bin_messages import (
    DEVICE,
    GROUND,
    RECEIVED,
    aarhus,
    bigbelly,
    chirpstack,
    container,
    join,
    taken,
    ttn,
)
from hypothesis import example, given
from hypothesis import strategies as st

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads.foreign import AHEAD, EARLIEST
from kodeks.waste.engine.payloads.quantities import LIMITS
from kodeks.waste.engine.payloads.results import Taken
from kodeks.waste.engine.payloads.taking import take

TOPICS = (
    "",
    f"application/1/device/{DEVICE}/event/up",
    f"application/1/device/{DEVICE}/event/join",
    "v3/a@ttn/devices/d/up",
    "andet",
)
REAL: tuple[Any, ...] = (
    chirpstack(),
    chirpstack(b"", object={"distance": 7}),
    join(),
    ttn(),
    aarhus(),
    container(),
    {"id": "n", "type": "Notification", "data": [container()]},
    {"assets": [bigbelly(), bigbelly(reason="ALERT")]},
    {"payload": chirpstack(), "decoded": {"distance": 1}},
)
NAMES = sorted(
    {name for one in REAL for name in (one[0] if isinstance(one, list) else one)}
    | {"devEui", "value", "@value", "observedAt", "metadata", "f_cnt", "session_key_id", "dev_eui"}
)
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["\ud800", "2026-11-27T11:00:00Z", "9999-12-31T23:59:59-14:00", DEVICE, ""]),
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(NAMES), below, max_size=5)
    ),
    max_leaves=12,
)


def sound(content: bytes, topic: str = "") -> None:
    """Take it; what comes of it must be within every limit, and fit to store."""
    try:
        found = take(content=content, ground=GROUND, received=RECEIVED, topic=topic)
    except WasteError:
        return
    assert type(found) is Taken
    for reading in found.readings:
        assert EARLIEST <= reading.at <= RECEIVED + AHEAD
        for quantity, (low, high) in LIMITS.items():
            value = getattr(reading, quantity)
            assert value is None or (math.isfinite(value) and low <= value <= high)
        assert reading.tilt in (None, True, False)
        (reading.device + reading.session).encode()
    for refused in found.refused:
        assert refused.code
        assert refused.reason.endswith(".")
        assert len(refused.value) <= 200
        (refused.device + refused.value + refused.reason).encode()


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below: list[tuple[Any, ...]] = []
    if isinstance(value, dict):
        below = [path for name, one in value.items() for path in _paths(one, (*at, name))]
    elif isinstance(value, list):
        below = [path for index, one in enumerate(value) for path in _paths(one, (*at, index))]
    return [at, *below]


PLACES = [(real, path) for real in REAL for path in _paths(real) if path]


@given(place=st.sampled_from(PLACES), value=ANY, topic=st.sampled_from(TOPICS))
def test_any_value_in_any_place_of_a_real_message(
    place: tuple[Any, tuple[Any, ...]], value: Any, topic: str
) -> None:
    real, path = place
    message = json.loads(json.dumps(real))
    inner = message
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    sound(json.dumps(message).encode(), topic)


@given(value=ANY, topic=st.sampled_from(TOPICS))
def test_any_json(value: Any, topic: str) -> None:
    sound(json.dumps(value).encode(), topic)


@given(
    real=st.sampled_from(REAL),
    at=st.integers(0, 700),
    sign=st.binary(max_size=3),
    cut=st.integers(0, 700),
    topic=st.sampled_from(TOPICS),
)
def test_a_real_message_that_was_mutated_and_cut(
    real: Any, at: int, sign: bytes, cut: int, topic: str
) -> None:
    raw = json.dumps(real).encode()
    sound(raw[:at] + sign + raw[at + len(sign) :], topic)
    sound(raw[:cut], topic)


@given(data=st.binary(max_size=60), profile=st.sampled_from(["EM400-UDL", "EM310-UDL", "DL-MBX"]))
def test_any_payload_in_a_real_message(data: bytes, profile: str) -> None:
    message = chirpstack(data, profile=profile, fPort=1 if profile == "DL-MBX" else 85)
    sound(json.dumps(message).encode())


@given(raw=st.binary(max_size=100), topic=st.sampled_from(TOPICS))
@example(raw=b"\xef\xbb\xbf{}", topic="")
@example(raw=b"[]", topic="")
@example(raw=b"PK\x03\x04", topic="")
@example(raw=b'{"assets": [1e999]}', topic="")
def test_any_bytes(raw: bytes, topic: str) -> None:
    sound(raw, topic)


@pytest.mark.parametrize("depth", [10, 900, 50_000])
@pytest.mark.parametrize("way", ['{"a":', "[", '{"object":{"distance":'])
def test_deep_nesting(depth: int, way: str) -> None:
    sound((way * depth + "1").encode())
    opened = way.count("{"), way.count("[")
    closed = "}" * opened[0] + "]" * opened[1]
    sound((way * depth + "1" + closed * depth).encode())


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5_000, "1" * 400, "1.0e-999", "-0"])
def test_huge_numbers(number: str) -> None:
    for real in REAL:
        text = json.dumps(real)
        for old in ("2116", "0.57", "-36", '"fCnt": 4', '"latestFullness": 4', '"f_cnt": 17'):
            name, _, _ = old.rpartition(" ")
            sound(text.replace(old, f"{name} {number}").encode())


def test_surrogates_and_signs_that_cannot_be_stored() -> None:
    for bad in ("\ud800", "a\x00b", "\u202e", "x" * 121, "\n"):
        for message in (
            chirpstack(deviceInfo={"devEui": bad, "deviceProfileName": bad}),
            chirpstack(devAddr=bad),
            container(id=bad),
            container(fillingLevel=bad),
            {"assets": [bigbelly(serialNumber=bad), bigbelly(latestFullness=bad)]},
        ):
            sound(json.dumps(message).encode())
            with contextlib.suppress(WasteError):
                assert not any(bad in one.device for one in taken(message).readings)
