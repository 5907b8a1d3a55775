# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G5.4: new rulings, rules and standards stand in the codex with date and consequence."""

from __future__ import annotations

import datetime as dt

import pytest

from kodeks.codex import bundle

CODEX = bundle.shipped()
SYSTEMS = {row.system for row in CODEX.bases}
FOLLOWED = [
    ("1987-01-01", "lov nr. 571"),
    ("2014-01-01", "§§ 13 og 15"),
    ("2022-05-18", "2022-212-3676"),
    ("2023-11-17", "2023-212-0015"),
    ("2023-12-07", "C-634/21"),
    ("2024-01-19", "2023-212-0021"),
    ("2024-06-12", "2024-212-0371"),
    ("2024-10-01", "overblik nr. 13"),
    ("2025-02-02", "artikel 4 og 5"),
    ("2025-02-27", "C-203/22"),
    ("2025-09-30", "2024-212-0371"),
    ("2026-01-22", "opkurser.dk"),
    ("2026-02-12", "kammeradvokaten.dk"),
    ("2026-06-29", "DLA Piper"),
    ("2026-08-02", "artikel 50"),
    ("2027-12-02", "bilag III"),
]


@pytest.mark.parametrize(("day", "source"), FOLLOWED)
def test_the_event_stands_in_the_codex_with_its_source(day, source):
    found = [r for r in CODEX.rulings if r.date == dt.date.fromisoformat(day)]
    assert any(source.lower() in ruling.source.lower() for ruling in found)


def test_each_event_says_what_follows_and_for_which_systems():
    for ruling in CODEX.rulings:
        assert ruling.consequence.endswith("."), ruling.title
        assert ruling.concerns == ("*",) or set(ruling.concerns) <= SYSTEMS, ruling.title


def test_a_statement_that_bars_a_use_stands_in_the_row_that_bars_it():
    barred = " ".join(row.source for row in CODEX.bases if row.status == "barred")
    assert "2022-212-3676" in barred
    assert "2023-212-0015" in barred


def test_a_row_begins_to_bar_on_the_day_of_an_event():
    days = {ruling.date for ruling in CODEX.rulings}
    assert {row.valid_from for row in CODEX.bases if row.status != "allowed"} <= days
