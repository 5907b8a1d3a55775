# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When two readings are the same one, and what the counters say is missing."""

from __future__ import annotations

import datetime as dt

import pytest
from bin_messages import AT, DEVICE, bigbelly, chirpstack, taken

from kodeks.waste.engine.payloads.keys import BY_TIME, Key, follow, key_of
from kodeks.waste.engine.payloads.results import Reading


def reading(counter: int | None, session: str = "a", at: dt.datetime = AT) -> Reading:
    return Reading(device="d", at=at, source="test", session=session, counter=counter)


def test_the_same_uplink_by_two_ways_has_one_key() -> None:
    (first,) = taken(chirpstack()).readings
    (second,) = taken({"payload": chirpstack(time="2026-11-27T11:58:09Z")}).readings
    assert key_of(first) == key_of(second) == Key(DEVICE, "00189440", 4)


@pytest.mark.parametrize("changed", [{"fCnt": 5}, {"devAddr": "00189441"}])
def test_another_counter_or_session_is_another_reading(changed: dict[str, object]) -> None:
    (first,) = taken(chirpstack()).readings
    (second,) = taken(chirpstack(**changed)).readings
    assert key_of(first) != key_of(second)


def test_what_has_no_counter_is_keyed_by_its_time() -> None:
    asset = bigbelly(timestamp="1970-01-01T00:00:01Z") | {"timestamp": "2026-11-27T11:00:00Z"}
    first, again = taken({"assets": [asset, asset]}).readings
    assert key_of(first) == key_of(again)
    assert key_of(first).session == BY_TIME
    later = reading(None, at=AT + dt.timedelta(microseconds=1))
    assert key_of(later).number == key_of(reading(None)).number + 1


@pytest.mark.parametrize(
    ("last", "counter", "kind", "highest", "lost"),
    [
        (None, 7, "first", 7, 0),
        (7, 8, "next", 8, 0),
        (7, 7, "again", 7, 0),
        (7, 11, "gap", 11, 3),
        (7, 5, "late", 7, 0),
        (65535, 0, "next", 65536, 0),
        (65530, 3, "gap", 65539, 8),
        (65536 + 3, 5, "gap", 65541, 1),
        (65536 + 3, 3, "again", 65539, 0),
        (65536 + 3, 65534, "late", 65539, 0),
        (3 * 65536 + 9, 10, "next", 3 * 65536 + 10, 0),
        (70_000, 70_001, "next", 70_001, 0),
        (70_000, 69_998, "late", 70_000, 0),
        (2**32 - 1, 0, "next", 2**32, 0),
        (2**32 - 2, 1, "gap", 2**32 + 1, 2),
        (30_000, 2, "reset", 2, 0),
        (10, 60_000, "reset", 60_000, 0),
    ],
)
def test_a_counter_after_another(
    last: int | None, counter: int, kind: str, highest: int, lost: int
) -> None:
    step = follow(last=last, counter=counter)
    assert (step.kind, step.highest, step.lost) == (kind, highest, lost)
