# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Messages in quarantine, counted by reason and taken when their device is on the list."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from tests.support.waste_stage import EM400, eui, reasons, stored, took, uplink

from kodeks.waste import bins, retaking, sources
from kodeks.waste.messages import Message
from kodeks.waste.models import Quarantined

pytestmark = pytest.mark.django_db


def test_a_forgotten_devices_messages_are_taken_when_it_is_listed() -> None:
    took(uplink(eui(1), 1), uplink(eui(1), 2), uplink(eui(2), 1))
    assert [(code, count) for code, _, count in retaking.by_reason()] == [("unknown-device", 3)]
    assert retaking.retake() == retaking.Retaken()
    since = timezone.now() - dt.timedelta(days=2)
    bins.place(device=eui(1), bin_code="t-1", sensor=EM400, set_by="test", since=since)
    assert retaking.retake().stored == 2
    assert stored() == 2
    assert reasons() == ["unknown-device"], "the other device is not on the list"
    assert retaking.retake() == retaking.Retaken()


def test_a_message_with_parts_of_several_devices_is_taken_once_in_lots(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retaking, "_LOT", 2)
    moment = timezone.now() - dt.timedelta(hours=1)
    rows = [f"spand-{number};{moment:%Y-%m-%dT%H:%M}Z;40" for number in range(2)]
    table = "\n".join(["bin;time;level_pct", *rows]).encode()
    took(Message(source=sources.FILE, content=table, received=timezone.now()))
    took(*(uplink(eui(1), counter) for counter in range(1, 4)))
    since = timezone.now() - dt.timedelta(days=2)
    for device in ("spand-0", "spand-1"):
        bins.place(device=device, bin_code=device, set_by="test", since=since)
    bins.place(device=eui(1), bin_code="t-1", sensor=EM400, set_by="test", since=since)
    assert retaking.retake() == retaking.Retaken(stored=5)
    assert not Quarantined.objects.exists()


def test_a_device_of_one_source_is_not_opened_and_a_message_cut_short_is_told_of() -> None:
    one = uplink(eui(1), 1)
    key = sources.make(name="os2iot", made_by="test").key
    assert key
    took(Message(source="os2iot", content=one.content, received=one.received))
    took(uplink(eui(2), 1, filler="x" * 5_000))
    for number in (1, 2):
        bins.place(device=eui(number), bin_code="t-1", sensor=EM400, source="mqtt", set_by="test")
    assert retaking.retake() == retaking.Retaken(impossible=2)
    assert Quarantined.objects.count() == 2
