# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The golden timeline: rows written by hand from the law, not from the table, and their answers.

Columns: system, phase, purpose, data categories with blanks between, robot autonomy, the law's
day, allowed (ja or nej), code, and why in a few words.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from kodeks.codex import bases, bundle
from kodeks.codex.legal_rows import CATEGORIES, PHASES

CODEX = bundle.shipped()
SYSTEMS = {row.system for row in CODEX.bases}
with (Path(__file__).parent / "timeline.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def answer(row: dict[str, str], *, day: dt.date) -> bases.Standing:
    return bases.standing(
        CODEX,
        system=row["system"],
        phase=row["phase"],
        purpose=row["purpose"],
        categories=row["categories"].split(),
        autonomy=row["autonomy"],
        day=day,
    )


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda r: f"{r['system']}-{r['phase']}-{r['purpose']}-{r['date']}-{r['code']}"
)
def test_the_law_answers_as_the_timeline_says(row):
    found = answer(row, day=dt.date.fromisoformat(row["date"]))
    assert (found.code, found.allowed) == (row["code"], row["allowed"] == "ja"), found.why
    assert found.why.endswith(".")


def test_the_timeline_is_long_enough_and_says_nothing_twice():
    assert len(ROWS) >= 75
    keys = [tuple(value for name, value in row.items() if name != "why") for row in ROWS]
    assert len(set(keys)) == len(keys)
    assert all(row["why"].strip() for row in ROWS)


def test_it_covers_every_system_phase_category_and_code():
    assert {row["system"] for row in ROWS} >= SYSTEMS
    assert {row["phase"] for row in ROWS} >= set(PHASES)
    assert {name for row in ROWS for name in row["categories"].split()} == set(CATEGORIES)
    assert {row["code"] for row in ROWS} == {"ok", "barred", "no_basis", "autonomy"}


def test_it_has_rows_for_what_is_unknown():
    assert {row["system"] for row in ROWS} - SYSTEMS
    assert {row["phase"] for row in ROWS} - set(PHASES)


@pytest.mark.parametrize(
    "day", ["2022-05-18", "2023-11-17", "2024-01-19", "2024-06-12", "2025-09-30", "2026-02-12"]
)
def test_it_has_rows_for_each_statement_and_the_bill(day):
    assert [row for row in ROWS if row["date"] == day]
    assert dt.date.fromisoformat(day) in {ruling.date for ruling in CODEX.rulings}


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_it_has_rows_for_the_days_on_which_the_clock_is_changed(day):
    assert [row for row in ROWS if row["date"] == day]


def test_every_day_on_which_an_answer_changes_has_rows_before_on_and_after():
    """Found by asking for every day from 2018: no change may be missing from the timeline."""
    missing = []
    for system, phase, purpose, category in sorted(
        {(b.system, b.phase, b.purpose, b.data_category) for b in CODEX.bases}
    ):
        changes = bases.changes(
            CODEX,
            system=system,
            phase=phase,
            purpose=purpose,
            categories=[category],
            autonomy="advise",
            first=dt.date(2018, 5, 25),
            last=dt.date(2030, 12, 31),
        )
        dates = {
            row["date"]
            for row in ROWS
            if (row["system"], row["phase"]) == (system, phase)
            and category in row["categories"].split()
        }
        for day, _ in changes:
            before = (day - dt.timedelta(days=1)).isoformat()
            if category == "ordinary" and phase == "operation":
                missing += [(system, d) for d in (before, day.isoformat()) if d not in dates]
    assert missing == []


LAST_MOMENTS = [
    # The day before and the day after each of the two changes of the clock in 2026.
    ("2026-10-24T21:59:59+00:00", "2026-10-24"),
    ("2026-10-24T22:00:00+00:00", "2026-10-25"),
    ("2026-10-25T22:59:59+00:00", "2026-10-25"),
    ("2026-10-25T23:00:00+00:00", "2026-10-26"),
    ("2026-03-28T22:59:59+00:00", "2026-03-28"),
    ("2026-03-28T23:00:00+00:00", "2026-03-29"),
    ("2026-03-29T21:59:59+00:00", "2026-03-29"),
    ("2026-03-29T22:00:00+00:00", "2026-03-30"),
    # The hour that comes twice, and the one that never comes.
    ("2026-10-25T00:30:00+00:00", "2026-10-25"),
    ("2026-10-25T01:30:00+00:00", "2026-10-25"),
    ("2026-03-29T00:59:59+00:00", "2026-03-29"),
    ("2026-03-29T01:00:00+00:00", "2026-03-29"),
    # New year, and a moment told from another time zone.
    ("2026-12-31T22:59:59+00:00", "2026-12-31"),
    ("2026-12-31T23:00:00+00:00", "2027-01-01"),
    ("2026-01-21T17:59:59-05:00", "2026-01-21"),
    ("2026-01-21T18:00:00-05:00", "2026-01-22"),
]


@pytest.mark.parametrize(("moment", "day"), LAST_MOMENTS)
def test_the_day_of_the_law_is_copenhagens(moment, day):
    assert bases.law_day(dt.datetime.fromisoformat(moment)) == dt.date.fromisoformat(day)


def test_a_moment_without_a_time_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        bases.law_day(dt.datetime(2026, 7, 1, 12))


def test_a_basis_begins_at_midnight_in_copenhagen():
    row = next(r for r in ROWS if (r["system"], r["date"]) == ("job_match", "2026-01-22"))
    before = dt.datetime.fromisoformat("2026-01-21T22:59:59+00:00")
    after = dt.datetime.fromisoformat("2026-01-21T23:00:00+00:00")
    assert answer(row, day=bases.law_day(before)).code == "barred"
    assert answer(row, day=bases.law_day(after)).code == "ok"
