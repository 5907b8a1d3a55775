# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The rule of the dated table: barred beats all, pending never permits, the newest counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.codex import bases, bundle
from kodeks.codex.legal_rows import AUTONOMY, CATEGORIES, STATUSES, LegalBasis, Linking

SHIPPED = bundle.shipped()
DAY = dt.date(2026, 7, 1)


def row(**changes):
    """A row that permits from 2020, but for `changes`."""
    values = {
        "id": "one",
        "system": "trial",
        "phase": "operation",
        "purpose": "triage",
        "data_category": "ordinary",
        "status": "allowed",
        "autonomy": "procedural",
        "basis": "Loven",
        "source": "Kilden",
        "note": "Intet.",
        "valid_from": dt.date(2020, 1, 1),
        "valid_to": None,
    }
    return LegalBasis(**(values | changes))


def answer(*rows, **changes):
    values = {
        "system": "trial",
        "phase": "operation",
        "purpose": "triage",
        "categories": {"ordinary"},
        "autonomy": "advise",
        "day": DAY,
    }
    return bases.standing(replace(SHIPPED, bases=rows), **(values | changes))


def test_an_allowed_row_permits_and_is_told():
    found = answer(row())
    assert (found.allowed, found.code, found.rows) == (True, "ok", (row(),))
    assert found.why == "Hjemmel: Loven."


def test_without_a_row_nothing_is_permitted():
    found = answer()
    assert (found.allowed, found.code, found.rows) == (False, "no_basis", ())
    assert found.why == "Der er ingen hjemmel for almindelige oplysninger den 1. juli 2026."


@pytest.mark.parametrize(
    "changes",
    [
        {"system": "other"},
        {"phase": "development"},
        {"purpose": "improvement"},
        {"data_category": "special"},
        {"valid_from": DAY + dt.timedelta(days=1)},
        {"valid_to": DAY - dt.timedelta(days=1)},
        {"status": "pending"},
    ],
)
def test_a_row_for_something_else_does_not_permit(changes):
    assert answer(row(**changes)).code == "no_basis"


def test_the_first_and_the_last_day_count():
    assert answer(row(valid_from=DAY, valid_to=DAY)).allowed


def test_barred_beats_allowed_whichever_is_newer():
    barred = row(id="two", status="barred", basis="Ingen klar lov")
    for first, second in [(barred, row()), (row(), barred)]:
        found = answer(first, second)
        assert (found.allowed, found.code, found.rows) == (False, "barred", (barred,))
    newer = row(id="three", valid_from=DAY)
    assert answer(barred, newer).why == (
        "Brugen er spærret for almindelige oplysninger: Ingen klar lov."
    )


def test_what_is_no_longer_barred_is_judged_by_the_others():
    barred = row(id="two", status="barred", valid_to=DAY - dt.timedelta(days=1))
    assert answer(barred, row()).allowed


def test_a_pending_row_is_told_but_never_permits():
    pending = row(status="pending", basis="Et lovforslag")
    found = answer(pending)
    assert (found.code, found.rows) == ("no_basis", (pending,))
    assert answer(replace(pending, data_category="special")).rows == ()
    assert answer(row(data_category="special")).rows == ()
    assert "Et lovforslag" in found.why
    assert answer(pending, row(id="two")).rows == (row(id="two"),)


def test_the_newest_row_counts_and_of_two_the_first_in_the_file():
    old = row(autonomy="procedural")
    new = row(id="two", autonomy="advise", valid_from=DAY)
    assert answer(old, new).rows == (new,)
    assert answer(old, new, autonomy="procedural").code == "autonomy"
    twin = row(id="three", valid_from=DAY)
    assert answer(new, twin).rows == (new,)
    assert answer(twin, new).rows == (twin,)


def test_autonomy_beyond_the_basis_is_refused():
    narrow = row(autonomy="advise")
    assert answer(narrow, autonomy="advise").allowed
    found = answer(narrow, autonomy="procedural")
    assert (found.code, found.rows) == ("autonomy", (narrow,))
    assert answer(row(), autonomy="decide").code == "autonomy"


def test_each_category_needs_its_own_basis():
    special = row(id="two", data_category="special")
    assert answer(row(), special, categories=["special", "ordinary"]).rows == (row(), special)
    assert answer(row(), categories=["special", "ordinary"]).code == "no_basis"
    assert answer(row(), categories=["ordinary", "unheard of"]).code == "no_basis"


def test_no_category_is_data_without_personal_data():
    assert answer(row(), categories=[]).code == "no_basis"
    assert answer(row(data_category="none"), categories=[]).allowed


def test_of_several_refusals_the_gravest_is_told():
    barred = row(id="two", status="barred", data_category="special")
    narrow = row(autonomy="advise")
    both = ["cpr", "ordinary", "special"]
    assert answer(narrow, barred, categories=both, autonomy="procedural").code == "barred"
    assert answer(narrow, categories=both, autonomy="procedural").code == "no_basis"


def test_any_purpose_is_enough_when_none_is_named():
    match = row(purpose="match", status="barred")
    assert answer(match, row(), purpose=None).rows == (row(),)
    assert answer(match, purpose=None).code == "barred"
    assert answer(purpose=None).code == "no_basis"
    split = row(id="two", purpose="match", data_category="special")
    assert answer(row(), split, purpose=None, categories=["ordinary", "special"]).code == (
        "no_basis"
    )


def changes_of(*rows, **values):
    arguments = {
        "system": "trial",
        "phase": "operation",
        "purpose": "triage",
        "categories": {"ordinary"},
        "autonomy": "advise",
        "first": dt.date(2019, 1, 1),
        "last": dt.date(2030, 1, 1),
    } | values
    return bases.changes(replace(SHIPPED, bases=rows), **arguments)


def test_changes_are_the_days_on_which_the_answer_turns():
    rows = [
        row(valid_to=dt.date(2021, 12, 31)),
        row(id="two", status="barred", valid_from=dt.date(2021, 6, 1), valid_to=DAY),
        row(id="three", valid_from=DAY),
    ]
    found = [(day.isoformat(), standing.code) for day, standing in changes_of(*rows)]
    assert found == [("2020-01-01", "ok"), ("2021-06-01", "barred"), ("2026-07-02", "ok")]


def test_the_first_day_is_no_change_and_the_last_may_be_one():
    assert changes_of(row(), first=dt.date(2020, 1, 1)) == ()
    assert len(changes_of(row(), last=dt.date(2020, 1, 1))) == 1
    assert changes_of(row(), last=dt.date(2019, 12, 31)) == ()


ROWS = st.lists(
    st.builds(
        row,
        id=st.uuids().map(str),
        purpose=st.sampled_from(["triage", "match"]),
        data_category=st.sampled_from(["none", "ordinary", "special"]),
        status=st.sampled_from(STATUSES),
        autonomy=st.sampled_from(AUTONOMY),
        valid_from=st.dates(dt.date(2020, 1, 1), dt.date(2020, 1, 20)),
        valid_to=st.none() | st.dates(dt.date(2020, 1, 20), dt.date(2020, 2, 9)),
    ),
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(
    rows=ROWS,
    categories=st.sets(st.sampled_from(["none", "ordinary", "special", "cpr"])),
    autonomy=st.sampled_from(AUTONOMY),
    day=st.dates(dt.date(2019, 12, 30), dt.date(2020, 2, 12)),
)
def test_a_permission_always_rests_on_allowed_rows_of_the_day(rows, categories, autonomy, day):
    found = answer(*rows, categories=categories, autonomy=autonomy, day=day)
    assert found.allowed == (found.code == "ok")
    on_the_day = [
        r
        for r in rows
        if r.purpose == "triage"
        and r.valid_from <= day
        and (r.valid_to is None or day <= r.valid_to)
    ]
    wanted = categories or {"none"}
    if found.allowed:
        assert {r.data_category for r in found.rows} == wanted
        assert all(r in on_the_day and r.status == "allowed" for r in found.rows)
        assert not [r for r in on_the_day if r.status == "barred" and r.data_category in wanted]
    elif found.code == "no_basis":
        allowed = {r.data_category for r in on_the_day if r.status == "allowed"}
        assert wanted - allowed


@settings(max_examples=100, deadline=None)
@given(rows=ROWS)
def test_between_two_changes_the_answer_is_the_same(rows):
    first, last = dt.date(2019, 12, 30), dt.date(2020, 2, 12)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    by_day = [answer(*rows, day=day) for day in days]
    seen = [
        (day, after.code)
        for day, before, after in zip(days[1:], by_day, by_day[1:], strict=False)
        if (before.code, before.rows) != (after.code, after.rows)
    ]
    found = changes_of(*rows, first=first, last=last)
    assert [(day, standing.code) for day, standing in found] == seen


# Linking


def link(**changes):
    values = {
        "id": "one",
        "system": "trial",
        "phase": "operation",
        "purpose": "triage",
        "sources": ("a", "b", "c"),
        "basis": "Loven",
        "source": "Kilden",
        "note": "Intet.",
        "valid_from": dt.date(2020, 1, 1),
        "valid_to": None,
    }
    return Linking(**(values | changes))


def may_link(*links, **changes):
    values = {
        "system": "trial",
        "phase": "operation",
        "purpose": "triage",
        "sources": {"a", "b"},
        "day": DAY,
    }
    return bases.may_link(replace(SHIPPED, linkings=links), **(values | changes))


def test_linking_needs_a_permission_that_names_every_source():
    assert may_link(link()) == link()
    assert may_link(link(), sources=["a", "d"]) is None
    assert may_link(link(sources=("a", "c"))) is None
    assert may_link(link(sources=("a", "c")), link(id="two", sources=("b", "c"))) is None
    assert may_link() is None


@pytest.mark.parametrize(
    "changes",
    [
        {"system": "other"},
        {"phase": "retraining"},
        {"purpose": "match"},
        {"valid_from": DAY + dt.timedelta(days=1)},
        {"valid_to": DAY - dt.timedelta(days=1)},
    ],
)
def test_a_permission_for_something_else_links_nothing(changes):
    assert may_link(link(**changes)) is None


def test_control_may_only_see_the_result_of_the_linking():
    found = bases.may_link(
        SHIPPED,
        system="control",
        phase="operation",
        purpose="prioritise",
        sources={"udk_resultat", "kontrolsager"},
        day=DAY,
    )
    assert found is not None
    assert "§ 12 a" in found.basis


def test_every_category_has_a_name_in_danish():
    for category in CATEGORIES:
        assert CATEGORIES[category] in answer(categories=[category]).why
