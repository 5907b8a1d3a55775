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
