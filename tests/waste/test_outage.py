# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When nothing comes from most sensors: somebody is told once, and not once for each bin."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.support.waste_stage import placed, told, took, uplink, weeks

from kodeks.kernel import stewardship
from kodeks.kernel.models import User
from kodeks.robots.errors import BusinessError
from kodeks.waste import noticing, outage, rounds, telling
from kodeks.waste.models import Bin, Notice, Outlook, Round

pytestmark = pytest.mark.django_db
LONG = dt.timedelta(hours=40)


@pytest.fixture
def page(client: Client) -> Client:
    client.force_login(User.objects.get(username="sofie"))
    return client


def silent_town(count: int, *, speaking: int = 0) -> list[str]:
    devices = placed(count)
    for place, device in enumerate(devices):
        talks = place < speaking
        told(device, weeks(days=3), ends=dt.timedelta(minutes=5) if talks else LONG)
    return devices


def test_while_sensors_speak_nothing_is_said(page: Client) -> None:
    silent_town(6, speaking=4)
    outage.look()
    assert outage.found(timezone.now()) is None
    assert "Der kommer ingen målinger" not in page.get(reverse("waste:bins")).content.decode()


def test_most_sensors_silent_is_told_on_pages_to_the_operation_and_by_one_mail_each(
    page: Client,
) -> None:
    silent_town(5, speaking=1)
    with pytest.raises(BusinessError) as raised:
        outage.look()
    assert "4 af 5 målere er tavse" in str(raised.value)
    for name in ("waste:bins", "waste:sensors"):
        text = page.get(reverse(name)).content.decode()
        assert "Der kommer ingen målinger" in text
        assert "4 af 5 målere er tavse" in text
    mails = [one for one in telling.urgent() if one[0].startswith("binsilence:")]
    assert "sofie" in {user.username for _, user, _, _ in mails}
    assert len({key for key, *_ in mails}) == len(mails)
    # The same silence is the same mail, however often it is looked for.
    assert {key for key, *_ in telling.urgent()} == {key for key, *_ in mails}


def test_a_town_that_falls_silent_gives_no_notice_for_each_bin(page: Client) -> None:
    devices = silent_town(24)
    assert rounds.look() == 24
    assert Outlook.objects.filter(trust=0.0).count() == 24
    assert not Notice.objects.exists()
    # What comes back is no longer held back: the one that stays silent is asked about.
    took(uplink(device, 500) for device in devices[1:])
    rounds.look()
    assert list(Notice.objects.values_list("bin__code", flat=True)) == ["spand-0"]


def test_a_sensor_that_speaks_once_a_day_is_given_longer() -> None:
    for device in placed(4):
        levels = [20.0, 30.0, 40.0, 20.0, 30.0]
        told(device, levels, every=dt.timedelta(days=1), ends=dt.timedelta(hours=30))
    assert outage.found(timezone.now()) is None
    assert outage.found(timezone.now() + dt.timedelta(hours=36)) is not None


def test_a_list_that_is_hours_old_says_so(page: Client) -> None:
    (device,) = placed(1)
    told(device, weeks(days=3))
    rounds.look()
    assert "Tallene er gamle" not in page.get(reverse("waste:bins")).content.decode()
    Round.objects.update(at=timezone.now() - dt.timedelta(hours=3))
    assert "Tallene er gamle" in page.get(reverse("waste:bins")).content.decode()
    merete = User.objects.get(username="merete")
    stewardship.stop(system=noticing.SYSTEM, user=merete, reason="Prøve: målerne skal skiftes.")
    text = page.get(reverse("waste:bins")).content.decode()
    # Stopped is the reason then, and the worker is not to blame.
    assert "Tallene er gamle" not in text
    assert "Tallene er fra sidste gennemgang" in text


def test_without_a_round_the_list_tells_what_is_known_of_each_sensor(page: Client) -> None:
    speaks, _ = placed(2)
    told(speaks, weeks(days=2))
    Bin.objects.create(code="tom", set_at=timezone.now(), set_by="test")
    text = page.get(reverse("waste:bins")).content.decode()
    assert "men systemet har ikke set på tallene endnu" in text
    assert "Måleren i spanden er aldrig hørt." in text
    assert "Der sidder ingen måler i spanden." in text
