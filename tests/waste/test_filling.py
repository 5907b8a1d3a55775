# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files of readings, taken into the database."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.waste_stage import placed, reasons, uplink

from kodeks.files.tables import TableError
from kodeks.waste import bins, filling, history, rollups
from kodeks.waste.models import Quarantined, Reading

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_a_file_is_taken_in_by_lots_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "ROWS", 7)
    begin = (timezone.now() - 2 * DAY).replace(minute=0, second=0, microsecond=0)
    bins.place(device="t-1", bin_code="t-1", set_by="test", since=begin - DAY, source="mqtt")
    rows = [f"t-1;{(begin + at * dt.timedelta(hours=1)).isoformat()};{at},5" for at in range(30)]
    rows += [f"t-1;{(begin - 70 * DAY).isoformat()};5", f"t-2;{begin.isoformat()};5"]
    file = tmp_path / "levels.csv"
    file.write_text("\n".join(["bin;time;level_pct", *rows]), encoding="utf-8")
    told: list[int] = []
    found = filling.fill(path=file, progress=told.append)
    assert (found.stored, found.seen, found.quarantined) == (30, 0, 2)
    assert told == [7, 14, 21, 28, 32]
    assert sorted(reasons()) == ["old", "unknown-device"]
    assert sum(found.reasons.values()) == 2
    again = filling.fill(path=file)
    assert (again.stored, again.seen, again.quarantined) == (0, 32, 0)
    rollups.make_due()
    span = {"since": begin - DAY, "until": timezone.now()}
    assert len(history.of_bin(code="t-1", **span)) == 30


def test_lines_of_messages_are_a_message_each(tmp_path: Path) -> None:
    (device,) = placed(1)
    file = tmp_path / "events.jsonl"
    lines = [uplink(device, at, ago=DAY).content for at in range(3)]
    file.write_bytes(b"\n".join([*lines, b"{broken}"]))
    found = filling.fill(path=file)
    assert (found.stored, found.quarantined) == (3, 1)


def test_a_file_that_ends_badly_leaves_nothing(tmp_path: Path) -> None:
    bins.place(device="t-1", bin_code="t-1", set_by="test")
    file = tmp_path / "levels.csv"
    file.write_text(f'bin;time;level_pct\nt-1;{timezone.now().isoformat()};5\nt-1;"', "utf-8")
    with pytest.raises(TableError):
        filling.fill(path=file)
    assert not Reading.objects.exists()


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(min_size=1, max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_file_is_refused_or_kept(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "any"
    file.write_bytes(content)
    with suppress(TableError):
        found = filling.fill(path=file)
        assert found.stored == 0
        assert Quarantined.objects.exists() or not found.quarantined
