# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Notes and reminders: written once, sealed with the case's key, gone with the case."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kodeks.casework import kle as kle_list
from kodeks.casework import notes, reminders, retention, rules, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Note, Reminder
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User

TEXT = "Ane ringede. Hun er hjemme om mandagen."
TODAY = timezone.localdate


@pytest.fixture
def sofie(db) -> User:
    return User.objects.get(username="sofie")


def note(case: Case, author: User, text: str = TEXT, key: uuid.UUID | None = None):
    return notes.write_note(key=key or uuid.uuid4(), case=case, author=author, text=text)


def reminder(case: Case, user: User, **changes):
    arguments = {
        "key": uuid.uuid4(), "due_on": TODAY(), "text": TEXT, "person": user, "unit": None,
    }  # fmt: skip
    return reminders.add_reminder(case=case, user=user, **(arguments | changes))


def test_a_note_is_read_by_its_author_s_name_and_kept_sealed(case, sofie) -> None:
    key = uuid.uuid4()
    first = note(case, sofie, key=key)
    assert note(case, sofie, "Noget andet", key=key) == first
    second = note(case, sofie, "Linje et\r\nlinje to")
    assert [(one.author, one.text) for one in notes.of_case(case)] == [
        (sofie.full_name, "Linje et\nlinje to"),
        (sofie.full_name, TEXT),
    ]
    assert second.written_at >= first.written_at
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(n::text, '') FROM casework_note AS n")
        assert "Ane" not in cursor.fetchone()[0]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001, "a\x00b"])
def test_a_note_that_cannot_be_kept_is_refused(case, sofie, text) -> None:
    with pytest.raises(CaseworkError):
        note(case, sofie, text)
    assert not Note.objects.exists()


def test_a_number_is_refused_and_a_form_is_one_cases(case, unit, sofie) -> None:
    with pytest.raises(kernel.Refused, match="CPR-nummer"):
        note(case, sofie, "Hun er 010190-1234")
    with pytest.raises(kernel.Refused, match="CPR-nummer"):
        reminder(case, sofie, text="Ring til 010190-1234")
    other = services.open_case(
        key="anden", title="Sne", kle_number="05.07.02", facet="K01", unit=unit
    )
    key = uuid.uuid4()
    note(case, sofie, key=key)
    with pytest.raises(CaseworkError, match="anden sag"):
        note(other, sofie, key=key)
    reminder(case, sofie, key=key)
    with pytest.raises(CaseworkError, match="anden sag"):
        reminder(other, sofie, key=key)


def test_a_reminder_is_for_one_person_or_one_unit_on_a_day_to_come(case, unit, sofie) -> None:
    for changes, word in (
        ({"due_on": TODAY() - dt.timedelta(days=1)}, "gået"),
        ({"due_on": dt.date(TODAY().year + 11, 1, 2)}, "ti år"),
        ({"person": None}, "hvem"),
        ({"unit": unit}, "hvem"),
    ):
        with pytest.raises(CaseworkError, match=word):
            reminder(case, sofie, **changes)
    later = reminder(case, sofie, due_on=TODAY() + dt.timedelta(days=3))
    mine = reminder(case, sofie)
    units = reminder(case, sofie, person=None, unit=unit)
    assert units.whom == unit.name
    # A right for all units makes nobody the one who answers for each of them.
    assert [one.id for one in reminders.told(reminders.mine(user=sofie))] == [mine.id, later.id]
    done = reminders.finish_reminder(reminder_id=mine.id, user=sofie)
    again = reminders.finish_reminder(reminder_id=mine.id, user=User.objects.get(username="sofie"))
    assert (done.done_at, done.done_by) == (again.done_at, sofie.full_name)
    assert [one.id for one in reminders.of_case(case)] == [units.id, later.id, mine.id]
    with pytest.raises(CaseworkError, match="findes ikke"):
        reminders.finish_reminder(reminder_id=uuid.uuid4(), user=sofie)
    with pytest.raises(CaseworkError, match="findes ikke"):
        reminders.finish_reminder(reminder_id=units.id, user=User.objects.get(username="testine"))


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (dt.date(2026, 12, 25), "23. december 2026"),
        (dt.date(2027, 1, 1), "30. december 2026"),
        (dt.date(2026, 11, 29), "27. november 2026"),
        (dt.date(2026, 11, 27), ""),
    ],
)
def test_a_day_on_which_nobody_works_is_said(day, before) -> None:
    said = reminders.about_day(day)
    assert said == (
        f"Det er ikke en arbejdsdag. Den sidste arbejdsdag før er {before}." if before else ""
    )


WRITES = (
    "DELETE FROM casework_note",
    "UPDATE casework_note SET sealed_text = '\\x00'",
    "UPDATE casework_note SET sealed_text = NULL, erased_at = now()",
    "UPDATE casework_note SET written_at = now()",
    "DELETE FROM casework_reminder",
    "UPDATE casework_reminder SET due_on = due_on + 1",
    "UPDATE casework_reminder SET sealed_text = '\\x00', done_at = now(), done_by_id = author",
    "UPDATE casework_reminder SET sealed_text = NULL, erased_at = now()",
    "UPDATE casework_reminder SET done_at = NULL, done_by_id = NULL",
    "TRUNCATE casework_note",
    "TRUNCATE casework_reminder",
)


def test_history_is_kept_by_the_database(case, sofie) -> None:
    note(case, sofie)
    reminders.finish_reminder(reminder_id=reminder(case, sofie).id, user=sofie)
    before = (list(Note.objects.values()), list(Reminder.objects.values()))
    for statement in WRITES:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.replace("author", str(sofie.pk)))
    assert (list(Note.objects.values()), list(Reminder.objects.values())) == before


def test_they_go_with_the_case(case, sofie) -> None:
    note(case, sofie)
    told = reminder(case, sofie)
    rules.confirm(number="05.01.08", rule=kle_list.Rule(0, "Prøve"), confirmed_by="Arkivar")
    services.advance_case(case=case, state="closed")
    dorte = User.objects.get(username="dorte")
    case.refresh_from_db()
    assert retention.erase_case(case=case, user=dorte)
    assert [one.text for one in notes.of_case(case)] == [""]
    assert [one.text for one in reminders.of_case(case)] == [""]
    assert not reminders.mine(user=sofie).exists()
    assert {"casework_note", "casework_reminder"} <= set(retention.tables())
    with pytest.raises(CaseworkError, match="slettet"):
        reminders.finish_reminder(reminder_id=told.id, user=sofie)
    for write in (note, reminder):
        with pytest.raises(kernel.Refused), transaction.atomic():
            write(case, sofie)
