# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The weekly rounds of bins."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.support.waste_stage import placed

from kodeks.waste import home_clock, schedules
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.models import Bin, Schedule

HOME = ZoneInfo("Europe/Copenhagen")


def schedule(weekdays: str, hour: int = 7) -> Schedule:
    return Schedule(weekdays=schedules.weekdays_of(weekdays), at=dt.time(hour))


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=HOME)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("weekdays", "after", "following", "before"),
    [
        ("1-5", at(2026, 11, 27, 6), at(2026, 11, 27, 7), at(2026, 11, 26, 7)),
        ("1-5", at(2026, 11, 27, 8), at(2026, 11, 30, 7), at(2026, 11, 27, 7)),
        ("7", at(2026, 11, 29, 7), at(2026, 12, 6, 7), at(2026, 11, 29, 7)),
        # Summer time ends: seven is still seven.
        ("1-7", at(2026, 10, 24, 12), at(2026, 10, 25, 7), at(2026, 10, 24, 7)),
    ],
)
def test_when_somebody_comes_and_came(
    weekdays: str, after: dt.datetime, following: dt.datetime, before: dt.datetime
) -> None:
    one = schedule(weekdays)
    assert schedules.next_visit(one, after=after) == following
    assert schedules.last_visit(one, before=after) == before


def test_nobody_comes_where_nobody_is_to() -> None:
    assert schedules.next_visit(schedule(""), after=at(2026, 1, 1)) is None
    assert schedules.next_visit(None, after=at(2026, 1, 1)) is None
    assert schedules.last_visit(None, before=at(2026, 1, 1)) is None


def test_it_is_told_in_danish() -> None:
    assert schedules.in_words(schedule("1,3,5", 6)) == "man, ons, fre kl. 06.00"
    assert schedules.in_words(schedule("1-7")) == "hver dag kl. 07.00"
    assert schedules.in_words(None) == "Ingen fast tur"


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader_of_weekdays(text: str) -> None:
    with suppress(WasteError):
        assert 0 <= schedules.weekdays_of(text) < 128


@pytest.mark.django_db
def test_a_file_holds_from_now_and_what_held_before_stays(tmp_path: Path) -> None:
    placed(2)
    file = tmp_path / "ture.csv"
    file.write_text("bin,weekdays,time\nspand-0,1-5,07:00\nspand-1,,\n")
    assert schedules.read_schedules(path=file, set_by="test") == schedules.Read(2, 0)
    assert schedules.read_schedules(path=file, set_by="test") == schedules.Read(0, 2)
    file.write_text("bin,weekdays,time\nspand-0,6,08:30\n")
    assert schedules.read_schedules(path=file, set_by="test") == schedules.Read(1, 0)
    bin = Bin.objects.get(code="spand-0")
    now = schedules.current(dt.datetime.now(dt.UTC))[bin.id]
    assert (now.weekdays, now.at) == (32, dt.time(8, 30))
    assert bin.schedules.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        bin.schedules.update(weekdays=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("spand-9,1,07:00", "ikke læst ind"),
        ("spand-0,8,07:00", "weekdays"),
        ("spand-0,5-1,07:00", "weekdays"),
        ("spand-0,1,25:00", "klokkeslæt"),
    ],
)
def test_a_bad_row_is_told_and_nothing_is_taken(tmp_path: Path, row: str, told: str) -> None:
    placed(1)
    file = tmp_path / "ture.csv"
    file.write_text(f"bin,weekdays,time\nspand-0,1-5,07:00\n{row}\n")
    with pytest.raises(WasteError, match=told) as refused:
        schedules.read_schedules(path=file, set_by="test")
    assert "Række 3" in str(refused.value)
    assert not Schedule.objects.exists()


def test_the_clock_at_home_runs_forwards_also_in_october() -> None:
    import numpy as np

    begin = int(at(2026, 10, 25, 0).timestamp())
    found = home_clock.many(begin + np.arange(0, 8 * 3600, 600, dtype=np.int64))
    assert (np.diff(found) >= 0).all()
    noon = at(2026, 7, 1, 12)
    assert home_clock.seconds(noon) % 86_400 == 12 * 3600
    assert home_clock.moment(home_clock.seconds(noon)) == noon
    assert home_clock.many(np.array([int(noon.timestamp())]))[0] == home_clock.seconds(noon)
