# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Messages a CPU second, from bytes to checked readings, beside json.loads alone as the floor.

    python benchmarks/waste/decoding.py [--seconds 3]

Each message is a ChirpStack v4 uplink of about 750 bytes; they are all different (device, counter,
time, distance), so nothing can be remembered. Stored is not here: see the ingester's own benchmark.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import json
import platform
import random
import time
from collections.abc import Callable

from kodeks.waste.engine.payloads.keys import key_of
from kodeks.waste.engine.payloads.library import library, shipped
from kodeks.waste.engine.payloads.taking import Ground, take

MESSAGES = 5_000
RECEIVED = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


def message(at: int, random_: random.Random) -> tuple[str, bytes]:
    """The topic and the bytes of one uplink of one of 500 EM400."""
    device = f"24e124713d{at % 500:06x}"
    distance = random_.randrange(30, 4500)
    temperature = random_.randrange(-100, 350)
    data = (
        b"\x01\x75\x5c\x03\x67"
        + temperature.to_bytes(2, "little", signed=True)
        + b"\x04\x82"
        + distance.to_bytes(2, "little")
        + b"\x05\x00\x00"
    )
    when = (RECEIVED - dt.timedelta(seconds=random_.randrange(86_400))).isoformat(
        timespec="microseconds"
    )
    event = {
        "deduplicationId": f"3ac7e3c4-4401-4b8d-9386-{at:012x}",
        "time": when,
        "deviceInfo": {
            "tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
            "tenantName": "Eksempelkøbing",
            "applicationId": "ca739e26-7b67-4f14-b69e-d568c22a5a75",
            "applicationName": "Skraldespande",
            "deviceProfileId": "605d08d4-65f5-4d2c-8a5a-3d2457662f79",
            "deviceProfileName": "EM400-UDL",
            "deviceName": f"Spand {at % 500}",
            "devEui": device,
            "tags": {},
        },
        "devAddr": "00189440",
        "adr": True,
        "dr": 5,
        "fCnt": at // 500,
        "fPort": 85,
        "confirmed": False,
        "data": base64.b64encode(data).decode(),
        "rxInfo": [
            {
                "gatewayId": "0016c001f153a14c",
                "uplinkId": 4217106255,
                "rssi": -36,
                "snr": 10.5,
                "context": "E3OWOQ==",
            }
        ],
        "txInfo": {
            "frequency": 867100000,
            "modulation": {
                "lora": {"bandwidth": 125000, "spreadingFactor": 7, "codeRate": "CR_4_5"}
            },
        },
    }
    topic = f"application/ca739e26-7b67-4f14-b69e-d568c22a5a75/device/{device}/event/up"
    return topic, json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def rate(
    work: Callable[[str, bytes], object], made: list[tuple[str, bytes]], least: float
) -> float:
    """Messages a CPU second, the best of the rounds that fit in `least` CPU seconds."""
    best, spent = 0.0, 0.0
    while spent < least:
        began = time.process_time()
        for topic, content in made:
            work(topic, content)
        took = time.process_time() - began
        spent += took
        best = max(best, len(made) / took)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="CPU seconds for each figure")
    seconds = parser.parse_args().seconds
    random_ = random.Random(11)
    made = [message(at, random_) for at in range(MESSAGES)]
    ground = Ground(library=library(shipped()))
    keys = set()
    for topic, content in made:
        taken = take(content=content, ground=ground, received=RECEIVED, topic=topic)
        assert len(taken.readings) == 1, taken
        assert not taken.refused, taken
        assert taken.readings[0].distance_mm is not None
        keys.add(key_of(taken.readings[0]))
    assert len(keys) == MESSAGES

    def whole(topic: str, content: bytes) -> object:
        taken = take(content=content, ground=ground, received=RECEIVED, topic=topic)
        return key_of(taken.readings[0])

    floor = rate(lambda _, content: json.loads(content), made, seconds)
    ours = rate(whole, made, seconds)
    mean = sum(len(content) for _, content in made) / len(made)
    print(f"Python {platform.python_version()}, {MESSAGES} messages of {mean:.0f} bytes")
    print(f"json.loads alone          {floor:10,.0f} messages a CPU second")
    print(f"decoded, checked, keyed   {ours:10,.0f} messages a CPU second")
    print(f"share of the time that is json.loads: {ours / floor:.0%}")


if __name__ == "__main__":
    main()
