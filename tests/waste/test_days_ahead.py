# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is known of days comes from classes that a setting names, and none of them stops a round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.support.waste_stage import placed, told, weeks

from kodeks.kernel.models import User
from kodeks.waste import days_ahead, rounds
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.ports import KnownDay

FILE = "kodeks.waste.days_ahead.DaysOfFile"


class Weather:
    """A municipality's own class."""

    columns = ("regn", "sol")

    def days(self, *, since: dt.date, until: dt.date) -> Iterable[KnownDay]:
        for ahead in range((until - since).days + 1):
            day = since + dt.timedelta(days=ahead)
            yield KnownDay(day=day, values={"regn": 7.0, "sol": 1.0})


class Away(Weather):
    """One whose service does not answer, and that says so with an error of its own."""

    def days(self, *, since: dt.date, until: dt.date) -> Iterable[KnownDay]:
        raise TimeoutError


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> Path:
    found = tmp_path / "dage.csv"
    found.write_text(
        f"date,bin,regn,marked\n{timezone.localdate()},,3,\n{timezone.localdate()},spand-0,,1\n"
    )
    settings.KODEKS_WASTE_DAYS = str(found)
    return found


def own(name: str) -> str:
    return f"{__name__}.{name}"


def test_without_a_file_nothing_is_known() -> None:
    assert days_ahead.port() is None
    assert days_ahead.around(timezone.now()).columns == ()


def test_a_class_of_ones_own_stands_beside_the_file_and_the_later_one_is_right(
    file: Path, settings: Any
) -> None:
    settings.KODEKS_WASTE_KNOWN_DAYS = [FILE, own("Weather")]
    ahead = days_ahead.around(timezone.now())
    assert (ahead.columns, ahead.problem) == (("regn", "marked", "sol"), "")
    town = days_ahead.of_bin(ahead, "spand-1")
    assert town is not None
    assert town.days[days_ahead.BEFORE] == (7.0, None, 1.0)
    market = days_ahead.of_bin(ahead, "spand-0")
    assert market is not None
    assert market.days[days_ahead.BEFORE] == (7.0, 1.0, 1.0)
    settings.KODEKS_WASTE_KNOWN_DAYS = [own("Weather"), FILE]
    town = days_ahead.of_bin(days_ahead.around(timezone.now()), "spand-1")
    assert town is not None
    assert town.days[days_ahead.BEFORE] == (3.0, 1.0, None)


def test_a_class_that_is_not_there_is_told_by_name(settings: Any) -> None:
    settings.KODEKS_WASTE_KNOWN_DAYS = ["egen.modul.Vejr"]
    with pytest.raises(WasteError, match=r"egen\.modul\.Vejr findes ikke"):
        days_ahead.port()
    assert "egen.modul.Vejr" in days_ahead.around(timezone.now()).problem


@pytest.mark.django_db
def test_a_class_that_fails_stops_no_round_and_stands_on_the_page(
    settings: Any, client: Client
) -> None:
    settings.KODEKS_WASTE_KNOWN_DAYS = [own("Away")]
    (device,) = placed(1)
    told(device, weeks(days=3))
    assert rounds.look() == 1
    client.force_login(User.objects.get(username="sofie"))
    text = client.get(reverse("waste:bins")).content.decode()
    assert "Kilden til kendte dage svarer ikke" in text
