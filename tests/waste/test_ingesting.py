# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The way in: each part of a message is stored once, known already, or in quarantine."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.waste_stage import (
    counts,
    eui,
    joined,
    message,
    placed,
    reasons,
    stored,
    took,
    uplink,
)

from kodeks.waste import bins, sources
from kodeks.waste.engine import flags
from kodeks.waste.messages import Message
from kodeks.waste.models import Quarantined, Reading, Session

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def test_a_reading_is_stored_with_what_it_said() -> None:
    (device,) = placed(1)
    sent = uplink(device, 7, distance=850, temperature=4.5)
    assert counts(took(sent)) == (1, 0, 0)
    found = Reading.objects.get()
    assert (found.number, found.distance_mm, found.temperature_c) == (7, 850.0, 4.5)
    assert found.at.isoformat() == json.loads(sent.content)["time"]
    assert (found.battery_pct, found.level_pct, found.flags) == (92.0, None, 0)
    session = Session.objects.get()
    assert (session.highest, session.distance_mm, session.last_at) == (7, 850.0, found.at)


def test_the_same_again_is_known_in_one_call_and_in_another() -> None:
    first, second = placed(2)
    sent = [uplink(device, at) for at in range(3) for device in (first, second)]
    assert counts(took(sent, sent[:2])) == (6, 2, 0)
    assert counts(took(sent)) == (0, 6, 0)
    assert stored() == 6


def test_what_a_broker_sends_again_long_after_is_known() -> None:
    (device,) = placed(1)
    old = uplink(device, 1, ago=3 * DAY)
    took(old)
    took(uplink(device, 1 + 400, ago=DAY))
    assert counts(took(old)) == (0, 1, 0)
    assert stored() == 2


def test_a_counter_sent_again_with_another_time_or_content_is_a_replay() -> None:
    (device,) = placed(1)
    sent = uplink(device, 5, ago=HOUR)
    took(sent)
    at = json.loads(sent.content)["time"]
    later = uplink(device, 5)
    changed = uplink(device, 5, distance=100, time=at)
    assert counts(took(later, changed)) == (0, 0, 2)
    # The same in the call in which the right one comes.
    assert counts(took(uplink(device, 6), uplink(device, 6, distance=1))) == (1, 0, 1)
    assert reasons() == ["replay"] * 3
    assert stored() == 2
    assert counts(took(later)) == (0, 1, 0), "what is in quarantine is not put there twice"


def test_an_old_counter_is_a_replay_in_the_partition_of_another_month() -> None:
    (device,) = placed(1)
    took(uplink(device, 5, ago=40 * DAY))
    took(uplink(device, 6, ago=HOUR))
    assert counts(took(uplink(device, 5))) == (0, 0, 1)
    assert reasons() == ["replay"]


def test_what_comes_late_is_taken_and_no_longer_lost() -> None:
    (device,) = placed(1)
    late = uplink(device, 2, ago=HOUR)
    took(uplink(device, 1, ago=2 * HOUR), uplink(device, 4))
    assert (Session.objects.get().came, Session.objects.get().lost) == (2, 2)
    assert counts(took(late)) == (1, 0, 0)
    session = Session.objects.get()
    assert (session.came, session.lost, session.highest) == (3, 1, 4)
    assert Reading.objects.get(number=2).flags & flags.LATE
    assert session.last_at == Reading.objects.get(number=4).at


@pytest.mark.parametrize(("counter", "code"), [(9_000, "counter-back"), (40_000, "counter-ahead")])
def test_a_counter_that_cannot_be_right_is_put_aside_and_moves_nothing(
    counter: int, code: str
) -> None:
    (device,) = placed(1)
    took(uplink(device, 10_000, ago=HOUR))
    assert counts(took(uplink(device, counter))) == (0, 0, 1)
    assert reasons() == [code]
    assert Session.objects.get().highest == 10_000
    assert counts(took(uplink(device, 10_001))) == (1, 0, 0)


def test_after_a_join_the_counter_begins_anew_and_the_old_session_is_over() -> None:
    (device,) = placed(1)
    took(uplink(device, 100, ago=3 * HOUR))
    outcome = took(joined(device, "0badcafe", ago=2 * HOUR))
    assert (outcome.joined, outcome.quarantined) == (1, 0)
    assert counts(took(uplink(device, 0, session="0badcafe", ago=HOUR))) == (1, 0, 0)
    # Heard before the join and brought late; and one that somebody plays back.
    assert counts(took(uplink(device, 101, ago=dt.timedelta(hours=2, minutes=1)))) == (1, 0, 0)
    assert counts(took(uplink(device, 102))) == (0, 0, 1)
    assert reasons() == ["old-session"]


def test_times_that_cannot_be_right_are_put_aside() -> None:
    (device,) = placed(1)
    future, past = uplink(device, 1, ago=-HOUR), uplink(device, 2, ago=63 * DAY)
    assert counts(took(future, past)) == (0, 0, 2)
    assert reasons() == ["time", "old"]
    assert not Session.objects.filter(highest__isnull=False).exists()


def test_only_devices_on_the_list_may_send() -> None:
    (device,) = placed(1)
    stranger = eui(99)
    assert counts(took(uplink(stranger, 1), uplink(device, 1))) == (1, 0, 1)
    bins.place(device=device, bin_code=None, set_by="test")
    assert counts(took(uplink(device, 2))) == (0, 0, 1)
    assert reasons() == ["unknown-device", "no-bin"]
    # Who is let in sends from then on, and what was put aside may come again.
    bins.place(device=stranger, bin_code="spand-0", sensor="milesight-em400", set_by="test")
    assert counts(took(uplink(stranger, 1))) == (1, 0, 0)


def test_a_source_that_signs_must_sign_and_a_device_keeps_to_its_source() -> None:
    made = sources.make(name="os2iot", made_by="test", signs=True)
    (device,) = placed(1, source="os2iot")
    sent = uplink(device, 1, source="os2iot")
    assert counts(took(sent)) == (0, 0, 1)
    right = hmac.new(made.secret.encode(), sent.content, hashlib.sha256).hexdigest()
    signed = Message(source="os2iot", content=sent.content, received=sent.received, signature=right)
    wrong = Message(
        source="os2iot", content=sent.content + b" ", received=sent.received, signature=right
    )
    assert counts(took(wrong)) == (0, 0, 1)
    assert counts(took(signed)) == (1, 0, 0)
    assert counts(took(uplink(device, 2))) == (0, 0, 1)
    sources.revoke(name="os2iot", revoked_by="test")
    assert counts(took(signed)) == (0, 0, 1)
    assert reasons() == ["unsigned", "unsigned", "other-source", "unknown-source"]


def test_a_value_beyond_physics_is_unknown_and_told_and_the_counter_is_not_lost() -> None:
    (device,) = placed(1)
    assert counts(took(uplink(device, 1), uplink(device, 2, distance=60_000))) == (2, 0, 1)
    found = Reading.objects.get(number=2)
    assert found.distance_mm is None
    assert found.flags & flags.FAILED
    # A message of which nothing can be read came all the same.
    assert counts(took(uplink(device, 3, data="qrs="))) == (1, 0, 1)
    assert Reading.objects.get(number=3).flags & flags.UNREAD
    assert Session.objects.get().lost == 0
    assert reasons() == ["limit", "unread"]


def test_what_has_no_counter_is_known_by_its_time() -> None:
    placed(1, device="spand-a")
    content = b"bin,time,level_pct\nspand-a,2000-01-01T00:00:00Z,50\n"
    now = timezone.now().replace(microsecond=0)
    content = content.replace(b"2000-01-01T00:00:00Z", now.isoformat().encode())
    sent = Message(source="mqtt", content=content, received=timezone.now())
    other = Message(source="mqtt", content=content.replace(b",50", b",51"), received=timezone.now())
    assert counts(took(sent)) == (1, 0, 0)
    assert counts(took(sent, other)) == (0, 1, 1)
    assert reasons() == ["replay"]


def test_a_sensor_far_from_its_neighbours_is_marked_and_kept() -> None:
    devices = placed(5)
    took(uplink(device, 1, ago=HOUR, temperature=15) for device in devices)
    apps.get_app_config("waste").known = None
    took(uplink(devices[0], 2, temperature=70), uplink(devices[1], 2, temperature=18))
    marked = Reading.objects.filter(number=2).order_by("device_id").values_list("flags", flat=True)
    assert [bool(one & flags.APART) for one in marked] == [True, False]


def test_the_quarantine_keeps_a_bounded_part_of_the_message() -> None:
    sent = Message(source="mqtt", content=b"\xff\x00" * 10_000, received=timezone.now())
    took(sent)
    found = Quarantined.objects.get()
    assert (len(found.raw), found.raw_bytes) == (4_096, 20_000)
    assert found.reason.endswith(".")


def test_stored_readings_can_neither_be_changed_nor_removed() -> None:
    (device,) = placed(1)
    took(uplink(device, 1))
    for statement in (
        "UPDATE waste_reading SET distance_mm = 1",
        "DELETE FROM waste_reading",
        "CREATE TABLE mine (x int)",
        "SELECT waste_make_months('2030-01-01', '2031-01-01')",
        "DELETE FROM waste_session",
        "UPDATE waste_placement SET bin_id = NULL",
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


Anything = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(str.encode),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["deviceInfo", "devEui", "id", "type", "assets", "data", "fCnt", "x"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=15,
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    contents=st.lists(Anything, min_size=1, max_size=20),
    topic=st.sampled_from(["", "application/1/device/24e124713d000000/event/up", "x/\x00\ud800"]),
)
def test_whatever_comes_is_stored_or_in_quarantine_and_nothing_raises(
    contents: list[bytes], topic: str
) -> None:
    placed(1)
    sent = [
        Message(source="mqtt", content=one, topic=topic, received=timezone.now())
        for one in contents
    ]
    outcome = took(sent)
    assert outcome.stored + outcome.seen + outcome.quarantined + outcome.joined >= len(sent)
    kept = {bytes(one) for one in Quarantined.objects.values_list("raw", flat=True)}
    if not outcome.stored and not outcome.joined:
        assert {one[:4_096] for one in contents} <= kept
    assert counts(took(sent))[0] == 0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.lists(st.tuples(st.integers(0, 700), st.binary(max_size=3)), max_size=6))
def test_a_message_with_bytes_changed_is_never_lost(changes: list[tuple[int, bytes]]) -> None:
    (device,) = placed(1)
    whole = uplink(device, 1)
    content = whole.content
    for place, put in changes:
        content = content[:place] + put + content[place + len(put) :]
    sent = Message(source=whole.source, content=content, topic=whole.topic, received=whole.received)
    outcome = took(sent)
    assert outcome.stored + outcome.quarantined + outcome.seen + outcome.joined >= 1


def test_a_message_from_another_device_than_its_topic_is_put_aside() -> None:
    first, second = placed(2)
    sent = uplink(first, 1)
    event = json.loads(sent.content)
    assert counts(took(message(event, second))) == (0, 0, 1)
    assert reasons() == ["other-device"]
