# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A case's deadline begins, stands still, slips with a letter, ends, and keeps its history."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pypdfium2
import pytest
from clock_steps import begun, moved, paused, resumed, rule
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kodeks.casework import (
    clock_reads,
    clocks,
    kle,
    retention,
    rules,
    selectors,
    services,
    slipping,
)
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    Deadline,
    DeadlineEvent,
    DeadlineRule,
    JournalEntry,
)
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db


def test_it_begins_once_by_the_rules_of_the_day(case, on) -> None:
    rule(10)
    found = begun(case)
    assert (found.due_on, found.source) == (dt.date(2037, 3, 16), "Kommunens løfte")
    rule(2)
    assert begun(case) == found
    assert begun(case).due_on == dt.date(2037, 3, 16)
    assert [one.step for one in clock_reads.history(found)] == ["started"]
    with pytest.raises(CaseworkError, match="er brugt til en anden frist"):
        begun(case, kind="access_request")
    with pytest.raises(CaseworkError, match="har allerede en frist"):
        begun(case, key="anden")


def test_without_law_or_rule_there_is_no_deadline(case, on) -> None:
    DeadlineRule.objects.all().delete()
    with pytest.raises(CaseworkError, match="ingen regel for fristen"):
        begun(case)


def test_the_law_wins_over_a_longer_promise_and_not_over_a_shorter(case, on) -> None:
    rule(20, kind="access_request")
    long = begun(case, kind="access_request", key="1")
    assert (long.due_on, long.source) == (dt.date(2037, 3, 11), "Offentlighedsloven § 36, stk. 2")
    rule(5, kind="access_request")
    short = begun(case, kind="access_request", key="2", replaces=True)
    assert (short.due_on, short.source) == (dt.date(2037, 3, 9), "Kommunens løfte")
    long.refresh_from_db()
    assert long.state == "replaced"
    assert clock_reads.newest(case, kind="access_request") == short


def test_the_clock_stands_still_between_two_days_that_a_person_writes(case, on, sofie) -> None:
    rule(10)
    found = begun(case)
    on("2037-03-10")
    first, second = uuid.uuid4(), uuid.uuid4()
    for _ in range(2):
        assert paused(found, sofie, "2037-03-04", key=first).state == "paused"
    assert not clock_reads.is_late(clock_reads.newest(case, kind="reply"), on=dt.date(2027, 1, 1))
    for _ in range(2):
        assert resumed(found, sofie, "2037-03-10", key=second).state == "running"
    found.refresh_from_db()
    assert found.due_on == dt.date(2037, 3, 23)
    told = clock_reads.history(found)
    assert [one.step for one in told] == ["started", "paused", "resumed"]
    assert (told[1].reason, told[1].by) == ("Vi venter på et billede.", sofie.full_name)
    assert [one.due_on.day for one in told] == [16, 16, 23]
    for when in ("2037-03-10", "2037-03-11"):
        with pytest.raises(CaseworkError, match="Pausen skal begynde efter"):
            paused(found, sofie, when)
    with pytest.raises(CaseworkError, match="ikke på pause"):
        resumed(found, sofie, "2037-03-10")


def test_a_pause_ends_no_earlier_than_it_began_and_not_in_days_to_come(case, on, sofie) -> None:
    rule(10)
    found = begun(case)
    on("2037-03-05")
    paused(found, sofie, "2037-03-04")
    for day in ("2037-03-03", "2037-03-06"):
        with pytest.raises(CaseworkError, match="Pausen skal slutte"):
            resumed(found, sofie, day)
    with pytest.raises(CaseworkError, match="Fristen løber ikke"):
        paused(found, sofie, "2037-03-05")


def test_the_law_says_whether_the_clock_may_stand_still(case, on, sofie) -> None:
    access = begun(case, kind="access_request", key="1")
    own_data = begun(case, kind="gdpr_access", key="2")
    on("2037-03-04")
    with pytest.raises(CaseworkError, match=r"det lader Offentlighedsloven § 36, stk\. 2 ikke"):
        paused(access, sofie, "2037-03-03")
    paused(own_data, sofie, "2037-03-03")
    assert resumed(own_data, sofie, "2037-03-04").due_on == dt.date(2037, 4, 7)


def test_when_it_slips_the_citizen_gets_a_letter_with_day_reason_and_contact(
    case, on, sofie
) -> None:
    rule(10)
    services.add_party(
        case=case,
        party=services.NewParty(id=uuid.uuid4(), role="primary", kind="free", name="Ane Øllgaard"),
    )
    found = begun(case)
    on("2037-03-13")
    key = uuid.uuid4()
    for _ in range(2):
        moved(found, sofie, "2037-03-23", key=key)
    found.refresh_from_db()
    assert (found.due_on, found.expected_on) == (dt.date(2037, 3, 16), dt.date(2037, 3, 23))
    assert found.promised_on == dt.date(2037, 3, 23)
    entry = JournalEntry.objects.get(case=case)
    assert (entry.status, entry.actor_kind, entry.actor) == ("registered", "Bruger", "sofie")
    letter = entry.document
    assert (letter.direction, letter.final, letter.letter_date) == (
        "outgoing",
        True,
        dt.date(2037, 3, 13),
    )
    pages = pypdfium2.PdfDocument(io.BytesIO(bytes(letter.content)))
    text = " ".join(pages[0].get_textpage().get_text_range().split())
    for words in (
        "Ane Øllgaard", "16. marts 2037", "23. marts 2037", "Vi mangler svar fra vejvæsenet.",
        "Sofie, telefon 12 34 56 78", sofie.full_name, case.number,
    ):  # fmt: skip
        assert words in text
    assert slipping.waiting(case) == [str(entry.id)]


def test_a_new_day_that_cannot_be_leaves_no_letter(case, on, sofie) -> None:
    rule(10)
    found = begun(case)
    own = begun(case, kind="gdpr_access", key="2")
    for deadline, day in ((found, "2037-03-16"), (found, "2037-03-21"), (own, "2037-06-03")):
        with pytest.raises(CaseworkError):
            moved(deadline, sofie, day)
    for wrong in ({"reason": " "}, {"reason": "x" * 1001}, {"contact": ""}):
        with pytest.raises(CaseworkError), transaction.atomic():
            moved(found, sofie, "2037-03-23", **wrong)
    assert not JournalEntry.objects.exists()
    assert DeadlineEvent.objects.filter(deadline__case=case, step="moved").count() == 0
    assert moved(own, sofie, "2037-06-02").expected_on == dt.date(2037, 6, 2)


def test_it_is_answered_once_and_then_nothing_more_happens(case, on, sofie) -> None:
    rule(10)
    found = begun(case)
    for key in (uuid.uuid4(), uuid.uuid4()):
        clocks.answer(key=key, deadline_id=found.id, user=sofie)
    assert [one.step for one in clock_reads.history(found)] == ["started", "answered"]
    for attempt in (
        lambda: paused(found, sofie, "2037-03-02"),
        lambda: moved(found, sofie, "2037-03-23"),
    ):
        with pytest.raises(CaseworkError):
            attempt()


def test_a_cpr_number_is_masked_in_reason_and_letter(case, on, sofie) -> None:
    rule(10)
    found = moved(begun(case), sofie, "2037-03-23", reason="Vi venter på 010190-1234.")
    assert "010190-1234" not in clock_reads.history(found)[-1].reason
    document = JournalEntry.objects.get(case=case).document
    assert b"010190-1234" not in bytes(document.content)


def test_a_key_is_for_one_deadline_and_the_department_is_asked(case, on, sofie) -> None:
    rule(10)
    first, second = begun(case), begun(case, kind="gdpr_access", key="2")
    key = uuid.uuid4()
    clocks.answer(key=key, deadline_id=first.id, user=sofie)
    with pytest.raises(CaseworkError, match="brugt til en anden frist"):
        clocks.answer(key=key, deadline_id=second.id, user=sofie)
    with pytest.raises(CaseworkError, match="ikke ret til at ændre frister"):
        clocks.answer(
            key=uuid.uuid4(), deadline_id=second.id, user=User.objects.get(username="merete")
        )
    with pytest.raises(CaseworkError, match="findes ikke"):
        clocks.answer(key=key, deadline_id=uuid.uuid4(), user=sofie)


# History and erasing

FORGERIES = {
    "other day": "UPDATE casework_deadline SET started_on = started_on - 9",
    "other terms": "UPDATE casework_deadline SET terms = '[]'",
    "gone": "DELETE FROM casework_deadline",
    "event moved": "UPDATE casework_deadlineevent SET due_on = due_on + 9",
    "event emptied": "UPDATE casework_deadlineevent SET sealed_reason = NULL",
    "event gone": "DELETE FROM casework_deadlineevent",
    "open again": "UPDATE casework_deadline SET state = 'running'",
}


@pytest.mark.parametrize("statement", FORGERIES.values(), ids=FORGERIES)
def test_the_database_keeps_the_history(case, on, sofie, statement) -> None:
    rule(10)
    found = begun(case)
    clocks.answer(key=uuid.uuid4(), deadline_id=found.id, user=sofie)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_people_wrote_goes_when_the_case_is_erased_and_the_days_stay(unit, sofie) -> None:
    services.load_kle_subjects()
    case = services.open_case(
        key="slettes", title="Hul", kle_number="05.01.08", facet="G01", unit=unit
    )
    rules.confirm(number="05.01.08", rule=kle.Rule(0, "Prøve"), confirmed_by="Arkivar")
    rule(10)
    today = timezone.localdate()
    found = begun(case, started_on=today - dt.timedelta(3))
    paused(found, sofie, (today - dt.timedelta(2)).isoformat(), reason="Ane er syg.")
    clocks.answer(key=uuid.uuid4(), deadline_id=found.id, user=sofie)
    services.advance_case(case=case, state="closed")
    dorte = User.objects.get(username="dorte")
    assert retention.erase_case(case=case, user=dorte)
    found = Deadline.objects.select_related("case").get(id=found.id)
    told = clock_reads.history(found)
    assert [(one.step, one.reason) for one in told] == [
        ("started", ""),
        ("paused", ""),
        ("answered", ""),
    ]
    assert not DeadlineEvent.objects.filter(deadline=found).exclude(sealed_reason=None).exists()
    assert "casework_deadlineevent" in retention.tables()
    with pytest.raises(IntegrityError), transaction.atomic():
        begun(selectors.case(number=case.number), key="ny", started_on=today)
