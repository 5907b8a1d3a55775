# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Requests from before the clock was a deadline of their case: the migration's own statements."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest

MIGRATION = import_module("kodeks.accessrequests.migrations.0003_whole")
BEFORE = """
ALTER TABLE accessrequests_accessrequest ADD COLUMN due_on date;
UPDATE accessrequests_accessrequest SET due_on = received_on + 9;
CREATE TABLE accessrequests_delay (id bigint GENERATED ALWAYS AS IDENTITY, request_id uuid,
    new_day date, sealed_reason bytea, told_at timestamptz, user_id bigint);
ALTER TABLE casework_deadline DISABLE TRIGGER USER;
ALTER TABLE casework_deadlineevent DISABLE TRIGGER USER;
DELETE FROM casework_deadlineevent;
DELETE FROM casework_deadline;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE casework_deadline ENABLE TRIGGER USER;
ALTER TABLE casework_deadlineevent ENABLE TRIGGER USER;
"""


@pytest.mark.django_db(transaction=True)
def test_they_get_a_deadline_with_what_was_told_of_it(registered, sofie, as_owner):
    waiting = registered(law="fvl", received_on=dt.date(2026, 11, 2))
    answered = registered(law="gdpr", received_on=dt.date(2026, 11, 2))
    told_at = dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC)
    with as_owner.transaction(force_rollback=True):
        as_owner.execute(BEFORE)
        for day in (20, 27):
            as_owner.execute(
                "INSERT INTO accessrequests_delay (request_id, new_day, told_at, user_id)"
                " VALUES (%s, %s, %s, %s)",
                (waiting.id, dt.date(2026, 11, day), told_at, sofie.id),
            )
        as_owner.execute(
            "UPDATE accessrequests_accessrequest SET delivered_at = %s WHERE id = %s",
            (told_at, answered.id),
        )
        as_owner.execute(MIGRATION.DEADLINES)
        deadlines = as_owner.execute(
            "SELECT case_id, kind, source, started_on, due_on, expected_on, state"
            " FROM casework_deadline ORDER BY kind DESC"
        ).fetchall()
        steps = as_owner.execute(
            'SELECT d.case_id, e.step, e."on", e.by_id FROM casework_deadlineevent AS e'
            " JOIN casework_deadline AS d ON d.id = e.deadline_id ORDER BY e.id"
        ).fetchall()
    begun, due = dt.date(2026, 11, 2), dt.date(2026, 11, 11)
    assert deadlines == [
        (
            waiting.case_id,
            "party_access",
            "Forvaltningsloven § 16, stk. 2",
            begun,
            due,
            dt.date(2026, 11, 27),
            "running",
        ),
        (
            answered.case_id,
            "gdpr_access",
            "Databeskyttelsesforordningens artikel 12, stk. 3",
            begun,
            due,
            None,
            "answered",
        ),
    ]
    assert [one[1:] for one in steps if one[0] == waiting.case_id] == [
        ("started", begun, None),
        ("moved", dt.date(2026, 11, 20), sofie.id),
        ("moved", dt.date(2026, 11, 27), sofie.id),
    ]
    assert [one[1:] for one in steps if one[0] == answered.case_id] == [
        ("started", begun, None),
        ("answered", told_at.date(), None),
    ]
