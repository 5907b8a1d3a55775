# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The database reads law, days and words as the room codex does, or there would be two laws."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kodeks.codex import bases, bundle, protected

TIMELINE = Path(__file__).parents[1] / "codex" / "timeline.csv"
with TIMELINE.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
CODEX = bundle.shipped()
EXAMPLES = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def law(stage, **of: Any) -> str:
    return str(
        stage.as_owner(
            "SELECT (kernel.law(c.id, %s, %s, %s, %s, %s, %s)).code FROM kernel_codexrevision AS c"
            " WHERE c.number = 1",
            of["system"],
            of["phase"],
            of["purpose"],
            of["categories"],
            of["autonomy"],
            of["day"],
        )
    )


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda r: f"{r['system']}-{r['phase']}-{r['purpose']}-{r['date']}-{r['code']}"
)
def test_the_database_answers_as_the_golden_timeline(stage, row):
    found = law(
        stage,
        system=row["system"],
        phase=row["phase"],
        purpose=row["purpose"],
        categories=row["categories"].split(),
        autonomy=row["autonomy"],
        day=dt.date.fromisoformat(row["date"]),
    )
    assert found == row["code"]


def one_of(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted({getattr(row, name) for row in CODEX.bases} | {"x"}))


@EXAMPLES
@given(
    system=one_of("system"),
    phase=one_of("phase"),
    purpose=one_of("purpose"),
    # A purpose without a field has no category; the gates stop that by themselves.
    categories=st.lists(one_of("data_category"), min_size=1, max_size=3, unique=True),
    autonomy=st.sampled_from(["advise", "procedural"]),
    day=st.dates(dt.date(2018, 1, 1), dt.date(2031, 1, 1)),
)
def test_and_on_any_other_day_as_the_room(stage, **of):
    found = bases.standing(CODEX, **of)
    assert law(stage, **of) == found.code


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_laws_day_is_copenhagens_at_every_half_hour_of_a_year(stage, year):
    zone, start = ZoneInfo("Europe/Copenhagen"), dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    rows = stage.owner.execute(
        "SELECT n, kernel.day_of(%s + n * interval '30 minutes')"
        " FROM generate_series(0, 366 * 48) AS n",
        (start,),
    ).fetchall()
    for number, found in rows:
        moment = start + dt.timedelta(minutes=30 * number)
        assert found == moment.astimezone(zone).date() == bases.law_day(moment)


PIECES = [
    "etnisk",
    "oprindelse",
    "ETNISK",
    "religion",
    "Religiøs",
    "kon",
    "køn",
    "alder",
    "_",
    "-",
    ".",
    "9",
    "ø",
    "Ø",
    "é",
    "å",
    "İ",
    "ß",
    "ſ",
    "K",
    "e\u0301",
    "a\u030a",
    " ",
    "\u00a0",
]
TEXT = st.text(max_size=20) | st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@EXAMPLES
@given(text=TEXT)
@example(text="E\u0301tnisk")
def test_both_split_a_text_into_the_same_words(stage, text):
    found = stage.as_owner("SELECT kernel.words_of(%s)", text.replace("\x00", ""))
    assert found.split() == protected.tokens(text.replace("\x00", ""))


@EXAMPLES
@given(field=TEXT, title=TEXT)
@example(field="etnicitet", title="")
@example(field="x", title="Etnisk oprindelse")
def test_both_see_the_same_protected_attribute(stage, field, title):
    field, title = field.replace("\x00", ""), title.replace("\x00", "")
    found = stage.as_owner(
        "SELECT kernel.protected_attribute(%s::jsonb, %s, %s)",
        json.dumps(CODEX.content["protected"]),
        field,
        title,
    )
    expected = protected.protected_attribute(CODEX, field=field, title=title)
    assert found == (None if expected is None else expected.id)


@EXAMPLES
@given(
    field=st.sampled_from([one.field for one in CODEX.proxies] + ["size"]), system=one_of("system")
)
def test_and_the_same_declared_proxy(stage, field, system):
    for name in (field, field.upper(), field.title()):
        found = stage.as_owner(
            "SELECT kernel.proxied_attribute(%s::jsonb, %s, %s)",
            json.dumps(CODEX.content["proxies"]),
            system,
            name,
        )
        expected = protected.proxy_of(CODEX, system=system, field=name)
        assert found == (None if expected is None else expected.attribute)
