# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What LoRaWAN's servers and OS2iot send: one message, one reading."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest
from bin_messages import (
    AT,
    DEVICE,
    GROUND,
    RECEIVED,
    aarhus,
    chirpstack,
    container,
    join,
    taken,
    ttn,
)

from kodeks.waste.engine.payloads.results import Joined, Reading, Unusable, Uplink
from kodeks.waste.engine.payloads.taking import Ground, uplinks

UP = f"application/1/device/{DEVICE}/event/up"


def only(content: object, **how: Any) -> Reading:
    found = taken(content, **how)
    assert not found.refused
    (reading,) = found.readings
    return reading


def uplink(content: bytes | str) -> Uplink:
    raw = content.encode() if isinstance(content, str) else content
    (found,) = uplinks(content=raw, zone=GROUND.zone, received=RECEIVED)
    assert isinstance(found, Uplink)
    return found


@pytest.mark.parametrize("topic", ["", UP, "kommune/spande"])
def test_chirpstack(topic: str) -> None:
    assert only(chirpstack(), topic=topic) == Reading(
        device=DEVICE,
        at=AT,
        source="chirpstack",
        distance_mm=2116,
        temperature_c=25.7,
        battery_pct=92,
        tilt=True,
        counter=4,
        session="00189440",
        sensor="milesight-em400",
    )


def test_who_heard_it_and_the_port_stand_on_the_uplink() -> None:
    import json

    found = uplink(json.dumps(chirpstack()))
    assert (found.port, found.deduplication[:8]) == (85, "3ac7e3c4")
    (gateway,) = found.gateways
    assert (gateway.id, gateway.rssi, gateway.snr) == ("0016c001f153a14c", -36, 10.5)


@pytest.mark.parametrize("topic", ["", UP.replace("/up", "/join")])
def test_a_join_is_a_new_session(topic: str) -> None:
    found = taken(join(), topic=topic)
    assert found.joined == (Joined(device=DEVICE, session="01020304", at=AT, source="chirpstack"),)
    assert not found.readings


def test_the_register_goes_before_the_platforms_profile() -> None:
    ground = Ground(library=GROUND.library, devices={DEVICE: "milesight-em310-udl"})
    reading = only(chirpstack(b"\x03\x82\x64\x00"), ground=ground)
    assert (reading.sensor, reading.distance_mm) == ("milesight-em310-udl", 100)


def test_an_alarm_is_told() -> None:
    reading = only(chirpstack(bytes.fromhex("836758020184821e0001")))
    assert reading.alarms == ("distance_alarm", "temperature_alarm")
    assert (reading.temperature_c, reading.distance_mm) == (60.0, 30)


def test_a_fire_too_hot_to_measure_is_still_an_alarm() -> None:
    found = taken(chirpstack(bytes.fromhex("8367ac0d01")))
    assert [one.what for one in found.refused] == ["temperature_c"]
    assert found.readings[0].alarms == ("temperature_alarm",)


def test_a_measurement_that_failed_is_unknown_and_not_empty() -> None:
    data = bytes.fromhex("02012f00020bb1")
    reading = only(chirpstack(data, profile="DL-MBX", fPort=1))
    assert (reading.failed, reading.distance_mm, reading.battery_v) == (True, None, 2.993)


def test_a_message_without_data_still_counts() -> None:
    reading = only(chirpstack(b""))
    assert (reading.failed, reading.distance_mm, reading.counter) == (False, None, 4)


def test_what_the_platform_read_is_used_where_there_are_no_bytes() -> None:
    read = {"distance": 700, "battery": 50, "position": "normal"}
    reading = only(chirpstack(b"", object=read))
    assert (reading.distance_mm, reading.battery_pct, reading.tilt) == (700, 50, False)


def test_unread_bytes_are_kept_with_their_place() -> None:
    assert only(chirpstack(bytes.fromhex("017550abcd01"))).unread == (3, bytes.fromhex("abcd01"))


@pytest.mark.parametrize(
    ("changed", "code", "what"),
    [
        ({"data": base64.b64encode(bytes.fromhex("0367b80b 04826400")).decode()}, "", ""),
        ({"data": base64.b64encode(bytes.fromhex("0367b90b 04826400")).decode()},
         "limit", "temperature_c"),
        ({"data": base64.b64encode(bytes.fromhex("0367a8fd 04826400")).decode()}, "", ""),
        ({"data": base64.b64encode(bytes.fromhex("0367a7fd 04826400")).decode()},
         "limit", "temperature_c"),
        ({"data": base64.b64encode(bytes.fromhex("0482ffff")).decode()}, "limit", "distance_mm"),
        ({"data": base64.b64encode(bytes.fromhex("0175ff 04826400")).decode()},
         "limit", "battery_pct"),
    ],
)  # fmt: skip
def test_a_value_beyond_its_limits_is_refused_and_the_rest_is_kept(
    changed: dict[str, Any], code: str, what: str
) -> None:
    found = taken(chirpstack() | changed)
    (reading,) = found.readings
    assert [(one.code, one.what) for one in found.refused] == ([(code, what)] if code else [])
    if code:
        (refused,) = found.refused
        assert (refused.device, refused.session, refused.counter) == (DEVICE, "00189440", 4)
        assert "skal være fra" in refused.reason
        assert getattr(reading, what) is None
    # An unusable level is unknown; an unusable temperature says nothing of the level.
    assert reading.failed == (what == "distance_mm")


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        ("2026-11-27T12:05:01Z", "fremtiden"),
        ("1999-12-31T23:59:59Z", "før år 2000"),
        ("2026-11-27T12:05:00Z", ""),
        ("2000-01-01T00:00:00Z", ""),
    ],
)
def test_a_time_that_cannot_be_right_refuses_the_reading(time: str, sentence: str) -> None:
    found = taken(chirpstack(time=time))
    assert bool(found.readings) != bool(sentence)
    assert [one.code for one in found.refused] == (["time"] if sentence else [])
    assert all(sentence in one.reason for one in found.refused)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (chirpstack(profile="Ukendt"), "unknown-sensor"),
        (chirpstack(fPort=2), "other-port"),
        (chirpstack(b"\x99\x99\x01"), "unread"),
    ],
)
def test_a_message_that_cannot_be_read_is_told_with_its_counter(content: object, code: str) -> None:
    found = taken(content)
    assert not found.readings
    (refused,) = found.refused
    assert (refused.code, refused.counter, refused.device) == (code, 4, DEVICE)


@pytest.mark.parametrize(
    ("content", "topic", "code"),
    [
        (chirpstack() | {"data": "€"}, "", "not-base64"),
        (chirpstack() | {"data": "abc"}, "", "not-base64"),
        (chirpstack() | {"data": 7}, "", "not-base64"),
        (chirpstack(time="i går"), "", "no-time"),
        (chirpstack(time="2026-11-27T11:58:07"), "", "no-zone"),
        (chirpstack(time=1), "", "no-time"),
        (chirpstack(fCnt=-1), "", "counter"),
        (chirpstack(fCnt=2**32), "", "counter"),
        (chirpstack(fCnt=True), "", "counter"),
        (chirpstack(fPort=256), "", "port"),
        (chirpstack(devAddr={}), "", "session"),
        (chirpstack(deviceInfo=[]), "", "shape"),
        (chirpstack(deviceInfo={"devEui": "\ud800"}), "", "no-device"),
        (chirpstack(), UP.replace(DEVICE, "24e124713d000002"), "other-device"),
        (chirpstack(), UP.replace("/up", "/status"), "event"),
        ({"noget": "andet"}, "", "unknown-format"),
        ({"noget": "andet"}, "et/emne", "unknown-format"),
        ("3", "et/emne", "not-json"),
        ('{"a": NaN, "deviceInfo": 1}', "", "not-json"),
        ('{"deviceInfo": 1, "deviceInfo": 2}', "", "doubled"),
        ("[" * 100_000, "", "not-json"),
        (b'{"a": "\xff"}', "", "not-json"),
        ("", "", "empty"),
    ],
)
def test_what_is_no_message_is_an_error_with_a_code(content: object, topic: str, code: str) -> None:
    with pytest.raises(Unusable) as told:
        taken(content, topic=topic)
    assert told.value.code == code
    assert str(told.value).endswith((".", "docs/sensors.md."))


def test_the_things_network() -> None:
    reading = only(ttn())
    assert (reading.device, reading.source, reading.at) == (DEVICE, "ttn", AT)
    assert (reading.session, reading.counter) == ("AYfg8rhha5n+FWx0ZaAprA==", 17)
    assert (reading.distance_mm, reading.sensor) == (2116, "milesight-em400")
    first = ttn()
    del first["uplink_message"]["f_cnt"]
    assert only(first).counter == 0
    assert only(ttn(), topic="v3/spande@ttn/devices/spand-1/up") == reading


def test_a_join_of_the_things_network() -> None:
    message = ttn()
    del message["uplink_message"]
    message["join_accept"] = {"session_key_id": "QUJD", "received_at": "2026-11-27T11:58:07Z"}
    (joined,) = taken(message, topic="v3/spande@ttn/devices/spand-1/join").joined
    assert (joined.device, joined.session) == (DEVICE, "QUJD")


def test_os2iot_hands_the_event_on_beside_what_its_decoder_made() -> None:
    pushed = {"payload": chirpstack(), "metadata": {}, "decoded": {"distance": 1}}
    reading = only(pushed)
    assert (reading.source, reading.distance_mm, reading.counter) == ("os2iot", 2116, 4)
    made = {"payload": chirpstack(b"", profile="DL-MBX", fPort=1), "decoded": {"distance": 1.5}}
    assert only(made).distance_mm == 1500
    made["decoded"] = {"batteryVoltage": 2.9}
    assert only(made).failed


def test_aarhus_entities_from_os2iot() -> None:
    reading = only(aarhus())
    assert reading.device == "distance-sensor:00001-Milesight"
    assert (reading.source, reading.sensor) == ("os2iot-ngsi", "os2iot-distance-sensor")
    assert (reading.distance_mm, reading.temperature_c, reading.tilt) == (2116, 25.7, True)
    assert reading.at == dt.datetime(2026, 11, 27, 11, 58, 7, 775000, tzinfo=dt.UTC)
    assert reading.counter is None


def test_a_waste_container_as_key_values_and_normalised() -> None:
    plain = only(container())
    assert (plain.level_pct, plain.temperature_c, plain.source) == (57, 21, "fiware")
    normalised = {
        name: value if name in ("id", "type") else {"type": "Property", "value": value}
        for name, value in container().items()
    }
    assert only(normalised) == plain
    told = {"id": "urn:1", "type": "Notification", "data": [normalised, container()]}
    assert taken(told).readings == (plain, plain)


def test_a_level_has_its_own_time() -> None:
    level = {"type": "Property", "value": 0.2, "observedAt": "2026-11-27T10:00:00Z"}
    assert only(container(fillingLevel=level)).at.hour == 10


@pytest.mark.parametrize(
    ("status", "alarms", "tilt"),
    [("ok", (), None), ("burning", ("burning",), None), ("dropped", (), True), (["x"], (), None)],
)
def test_a_waste_containers_status(status: object, alarms: tuple[str], tilt: bool | None) -> None:
    reading = only(container(status=status))
    assert (reading.alarms, reading.tilt) == (alarms, tilt)


def test_a_container_beyond_its_limits_is_refused() -> None:
    found = taken(container(fillingLevel=1.2))
    assert [(one.code, one.what) for one in found.refused] == [("limit", "level_pct")]
    assert found.readings[0].failed
    assert [one.code for one in taken(container(fillingLevel="fuld")).refused] == ["no-number"]


def test_a_bad_entity_among_good_ones_is_told() -> None:
    timeless = container()
    del timeless["binLoggedTime"]
    found = taken([container(), timeless, 7])
    assert len(found.readings) == 1
    assert [one.code for one in found.refused] == ["no-time", "shape"]


def test_fiwares_own_example_is_read(data_folder: Any) -> None:
    raw = (data_folder / "waste" / "fiware" / "example-normalized.jsonld").read_bytes()
    reading = only(raw)
    assert reading.at == dt.datetime(2021, 3, 11, 10, 21, 2, tzinfo=dt.UTC)
    assert (reading.level_pct, reading.failed) == (None, False)
