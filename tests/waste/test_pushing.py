# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Readings that platforms push over HTTP."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.support.bin_messages import aarhus, container
from tests.support.waste_stage import placed, stored, uplink

from kodeks.robots import credentials
from kodeks.waste import bins, ingesting, many_series, pushing, rounds, sources
from kodeks.waste.models import Bin, Quarantined, Reading

pytestmark = pytest.mark.django_db
PLACE = "/api/maalinger/"


def push(body: object, key: str, **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(
        PLACE,
        content,
        content_type="application/ld+json",
        headers={"Authorization": f"Bearer {key}"} | headers,
    )


@pytest.fixture
def key(db: None) -> str:
    return sources.make(name="os2iot", made_by="test").key


def at() -> str:
    return (timezone.now() - dt.timedelta(minutes=1)).isoformat()


def test_a_level_that_an_emptying_took_is_not_how_full_the_bin_is(key: str) -> None:
    """Enevo's rows say what was met; nobody has seen what came after."""
    bins.place(
        device="325143",
        bin_code="spand-0",
        since=timezone.now() - dt.timedelta(days=9),
        set_by="test",
    )
    moments = [timezone.localtime() - dt.timedelta(days=days, hours=1) for days in (3, 1)]
    rows = [f"325143,{moment:%Y-%m-%d %H:%M:%S},85" for moment in moments]
    sheet = "\n".join(["site,emptied_at,fill_before_pct", *rows]).encode()
    assert push(sheet, key).json()["stored"] == 2
    ((told,),) = many_series.told(
        [Bin.objects.get().id], since=moments[0] - dt.timedelta(days=1), until=timezone.now()
    )
    assert told.series.time.size == 2
    assert not np.isfinite(told.series.level).any()
    assert Reading.objects.latest("at").level_pct == 85.0
    assert rounds.look() == 0


def test_what_os2iot_and_fiware_push_is_stored(key: str) -> None:
    assert reverse("waste:readings") == PLACE
    (device,) = placed(1)
    event = json.loads(uplink(device, 1).content)
    answer = push({"payload": event, "decoded": {}}, key)
    assert (answer.status_code, answer.json()["stored"]) == (200, 1)
    bins.place(
        device="distance-sensor:00001-Milesight",
        bin_code="spand-0",
        sensor="os2iot-distance-sensor",
        set_by="test",
    )
    seen = {"type": "Property", "value": 2116, "observedAt": at()}
    assert push(aarhus(distance=seen), key).json()["stored"] == 1
    bins.place(device="urn:ngsi-ld:WasteContainer:spand-1", bin_code="spand-0", set_by="test")
    notice = {
        "type": "Notification",
        "subscriptionId": "urn:x",
        "data": [container(binLoggedTime=at())],
    }
    assert push(notice, key).json()["stored"] == 1
    assert push(notice, key).json() == {
        "stored": 0, "seen": 1, "quarantined": 0, "reasons": [],
    }  # fmt: skip
    assert set(Reading.objects.values_list("level_pct", flat=True)) == {None, 57.0}


def test_who_has_no_key_is_not_read(key: str) -> None:
    placed(1)
    for wrong in ("", "x", f"{key}x"):
        answer = push({"assets": []}, wrong)
        assert answer.status_code == 401
        assert "Nøglen" in answer.json()["reasons"][0]
    sources.revoke(name="os2iot", revoked_by="test")
    assert push({"assets": []}, key).status_code == 401
    assert not Quarantined.objects.exists()
    assert Client().get(PLACE).status_code == 405


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\x00", b"[]", b'{"a": 1}', b"[" * 5_000, b'{"assets": 5}', b"x;y\n1;2"],
)
def test_what_cannot_be_used_is_told_in_danish_and_kept(key: str, body: bytes) -> None:
    answer = push(body, key)
    assert answer.status_code == 400
    (reason,) = answer.json()["reasons"]
    assert reason.endswith(".")
    assert Quarantined.objects.get().raw_bytes == len(body)
    assert push(body, key).status_code == 400


def test_a_body_has_an_end(key: str) -> None:
    answer = push(b" " * (pushing.MOST_BYTES + 1), key)
    assert answer.status_code == 413
    assert "Del den" in answer.json()["reasons"][0]
    assert not Quarantined.objects.exists()


def test_a_source_that_signs_is_read_with_its_signature_only() -> None:
    made = sources.make(name="gateway-1", made_by="test", signs=True)
    (device,) = placed(1)
    body = uplink(device, 1).content
    assert push(body, made.key).status_code == 400
    right = hmac.new(made.secret.encode(), body, hashlib.sha256).hexdigest()
    assert push(body, made.key, **{pushing.SIGNATURE: right[::-1]}).status_code == 400
    assert push(body, made.key, **{pushing.SIGNATURE: right}).status_code == 200
    assert stored() == 1


def test_a_wrong_table_of_our_own_is_told_of_and_read_again_when_it_is_mended(
    key: str, tmp_path: Path, settings: Any
) -> None:
    (device,) = placed(1)
    body = json.loads(uplink(device, 1).content)
    settings.KODEKS_WASTE_SENSORS = tmp_path
    own, config = tmp_path / "own.toml", apps.get_app_config("waste")
    own.write_bytes(b"\xff not toml")
    config.library = config.known = None
    answer = push(body, key)
    assert answer.status_code == 503
    assert "igen" in answer.json()["reasons"][0]
    assert not Quarantined.objects.exists()
    settings.KODEKS_WASTE_SENSORS = tmp_path / "nowhere"
    assert push(body, key).status_code == 503
    settings.KODEKS_WASTE_SENSORS = tmp_path
    own.unlink()
    assert push(body, key).json()["stored"] == 1
    # Wrong while we run: what was right before it goes on.
    own.write_text("format = 1", encoding="utf-8")
    config.known = None
    assert push(json.loads(uplink(device, 2).content), key).json()["stored"] == 1


def test_what_the_database_does_not_take_is_to_be_sent_again(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**given: object) -> None:
        raise OperationalError

    monkeypatch.setattr(ingesting, "take", away)
    answer = push({"assets": []}, key)
    assert answer.status_code == 503
    assert "igen" in answer.json()["reasons"][0]


def test_a_secret_that_is_not_ours_to_read_is_no_fault_of_the_senders() -> None:
    made = sources.make(name="gateway-1", made_by="test", signs=True)
    (device,) = placed(1)
    credentials.remove(robot=sources.ROBOT, name="hmac-gateway-1", removed_by="test")
    body = uplink(device, 1).content
    right = hmac.new(made.secret.encode(), body, hashlib.sha256).hexdigest()
    answer = push(body, made.key, **{pushing.SIGNATURE: right})
    assert answer.status_code == 503
    assert "igen senere" in answer.json()["reasons"][0]
    assert not Quarantined.objects.exists()
