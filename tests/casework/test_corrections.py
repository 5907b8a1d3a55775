# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""»Det er forkert«: tasks about data that somebody says are wrong."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kodeks.casework import corrections, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Correction, CorrectionState
from kodeks.codex.days import months_after
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

CPR = "010190-1234"


@pytest.fixture
def subject() -> kernel.Subject:
    return kernel.Subject(type="inquiry", id=str(uuid.uuid4()))


@pytest.fixture
def sofie() -> User:
    return User.objects.get(username="sofie")


def report(subject: kernel.Subject, **changes: Any) -> corrections.Told:
    given: dict[str, Any] = {
        "key": uuid.uuid4(),
        "subject": subject,
        "record_id": uuid.uuid4(),
        "source": "henvendelse",
        "field": "text",
        "unit": "",
        "wrong": "Det er ikke min gade.",
        "right": "Testvej 3",
    } | changes
    return corrections.report(**given)


def erase(subject: kernel.Subject) -> None:
    dorte = User.objects.get(username="dorte")
    kernel.erase(subject=subject, user=dorte, reason="Fristen er nået.")
    corrections.erase_of(subject)


def test_what_is_said_is_sealed_and_read_again(subject) -> None:
    told = report(subject)
    assert (told.wrong, told.right, told.open) == ("Det er ikke min gade.", "Testvej 3", True)
    row = Correction.objects.get(id=told.id)
    assert b"gade" not in bytes(row.sealed_said)
    assert corrections.of_subject(subject) == (told,)


def test_it_is_due_in_a_month(subject) -> None:
    told = report(subject)
    assert told.due_on == months_after(timezone.localdate(), 1)
    late = [corrections.count_late(on=told.due_on + dt.timedelta(days=n)) for n in (0, 1)]
    assert late == [0, 1]
    assert not told.late
    assert "Vi svarer senest" in " ".join(told.texts)


def test_a_cpr_number_is_masked_in_all_that_is_written(subject, sofie) -> None:
    told = report(subject, wrong=f"Jeg er {CPR}.", right=CPR)
    assert (told.wrong, told.right) == ("Jeg er [CPR].", "[CPR]")
    answered = corrections.answer(
        correction_id=told.id, user=sofie, corrected=True, reasons=f"Rettet for {CPR}."
    )
    assert answered.answer == "Rettet for [CPR]."


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [("", "x", "Skriv, hvad"), (" \n", "x", "Skriv, hvad"), ("x" * 2001, "", "for lang")],
)
def test_nothing_or_too_much_is_refused(subject, wrong, right, told) -> None:
    with pytest.raises(CaseworkError, match=told):
        report(subject, wrong=wrong, right=right)
    assert not Correction.objects.exists()


def test_the_same_form_twice_counts_once(subject) -> None:
    key = uuid.uuid4()
    assert report(subject, key=key) == report(subject, key=key, wrong="Sendt igen.")
    other = kernel.Subject(type="inquiry", id=str(uuid.uuid4()))
    with pytest.raises(CaseworkError, match="en anden sag"):
        report(other, key=key)


def test_no_more_than_ten_wait_in_a_matter(subject, sofie) -> None:
    told = [report(subject) for _ in range(corrections.MOST_OPEN)]
    with pytest.raises(CaseworkError, match="allerede 10 rettelser"):
        report(subject)
    report(kernel.Subject(type="inquiry", id=str(uuid.uuid4())))
    corrections.answer(correction_id=told[0].id, user=sofie, corrected=False, reasons="Den passer.")
    report(subject)


def test_an_answer_is_given_once_with_reasons(subject, sofie) -> None:
    told = report(subject)
    with pytest.raises(CaseworkError, match="Skriv, hvad du har gjort"):
        corrections.answer(correction_id=told.id, user=sofie, corrected=True, reasons=" ")
    answered = corrections.answer(
        correction_id=told.id, user=sofie, corrected=True, reasons="Rettet i registret."
    )
    assert answered.state == CorrectionState.CORRECTED
    assert answered.answered_by == sofie.full_name
    assert "Rettet i registret." in answered.texts
    with pytest.raises(CaseworkError, match=f"{sofie.full_name} har allerede svaret"):
        corrections.answer(correction_id=told.id, user=sofie, corrected=False, reasons="Nej.")
    assert corrections.of_subject(subject)[0].state == CorrectionState.CORRECTED


def test_an_objection_is_about_the_matter_and_counted_by_itself(subject, sofie) -> None:
    report(subject)
    told = report(subject, source="", field="", right="", wrong=f"Jeg er {CPR} og sårbar.")
    assert (told.is_objection, told.title) == (True, "Indsigelse")
    assert told.texts[0] == "Du gør indsigelse: Jeg er [CPR] og sårbar."
    assert told in corrections.waiting(user=sofie)
    day = told.due_on + dt.timedelta(days=1)
    late = [corrections.count_late(on=day, objections=which) for which in (False, True)]
    assert late == [1, 1]
    upheld = corrections.answer(
        correction_id=told.id, user=sofie, corrected=True, reasons="Sagen er set igen."
    )
    assert upheld.texts[-2].endswith("Du har fået ret.")
    late = [corrections.count_late(on=day, objections=which) for which in (False, True)]
    assert late == [1, 0]
    other = report(subject, source="", field="", wrong="Igen.")
    kept = corrections.answer(
        correction_id=other.id, user=sofie, corrected=False, reasons="Vejen er farlig."
    )
    assert kept.texts[-2].endswith("Du har ikke fået ret.")
    with pytest.raises(CaseworkError, match="Skriv, hvorfor"):
        report(subject, source="", field="", wrong=" ")


def test_only_caseworkers_see_and_answer(subject) -> None:
    told = report(subject)
    for username in ("testine", "merete", "dorte", "anders"):
        user = User.objects.get(username=username)
        assert corrections.waiting(user=user) == ()
        with pytest.raises(CaseworkError, match="anden afdelings"):
            corrections.answer(correction_id=told.id, user=user, corrected=True, reasons="Ja.")


def test_a_task_is_for_its_units_caseworkers(subject, sofie, monkeypatch) -> None:
    services.add_unit(code="vej", name="Vej")
    services.add_unit(code="park", name="Park")
    ours, theirs, nobodys = (report(subject, unit=unit) for unit in ("vej", "park", ""))
    assert corrections.waiting(user=sofie) == (ours, theirs, nobodys)
    limit_to(sofie, "vej", monkeypatch)
    assert corrections.waiting(user=sofie) == (ours, nobodys)
    assert corrections.count_waiting(user=sofie) == 2
    assert corrections.waiting_for(user=sofie, correction_id=theirs.id) is None
    with pytest.raises(CaseworkError, match="anden afdelings"):
        corrections.answer(correction_id=theirs.id, user=sofie, corrected=True, reasons="Ja.")


def limit_to(user: User, unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the person had the role in this unit alone: rights are the owner's to give."""
    monkeypatch.setattr(kernel, "units_of", lambda *_: frozenset({unit}))
    monkeypatch.setattr(
        kernel, "has_role", lambda *_, unit_=unit, **k: k.get("unit") in (None, unit_)
    )


def test_it_goes_with_the_matter(subject, sofie) -> None:
    told = report(subject)
    answered = report(subject)
    corrections.answer(correction_id=answered.id, user=sofie, corrected=True, reasons="Ja.")
    erase(subject)
    for row in Correction.objects.filter(subject_id=subject.id):
        assert (row.sealed_said, row.sealed_answer) == (None, None)
        assert row.erased_at is not None
    assert corrections.of_subject(subject) == corrections.waiting(user=sofie) == ()
    with pytest.raises(CaseworkError, match="er slettet"):
        corrections.answer(correction_id=told.id, user=sofie, corrected=True, reasons="Ja.")
    with pytest.raises(kernel.Refused):
        report(subject)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM casework_correction",
        "UPDATE casework_correction SET due_on = due_on + 1",
        "UPDATE casework_correction SET sealed_said = '\\x00'",
        "UPDATE casework_correction SET sealed_said = NULL, erased_at = now()",
        "UPDATE casework_correction SET state = 'kept'",
    ],
)
def test_the_database_keeps_it_as_it_was(subject, statement) -> None:
    report(subject)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_answer_is_not_changed_afterwards(subject, sofie) -> None:
    told = report(subject)
    corrections.answer(correction_id=told.id, user=sofie, corrected=True, reasons="Ja.")
    row = Correction.objects.get(id=told.id)
    row.state = CorrectionState.KEPT
    with pytest.raises(IntegrityError, match="besvares én gang"), transaction.atomic():
        row.save(update_fields=["state"])


def test_one_that_is_late_is_marked(subject, monkeypatch) -> None:
    told = report(subject)
    day = told.due_on + dt.timedelta(days=1)
    monkeypatch.setattr(corrections.timezone, "localdate", lambda *_: day)
    assert told.late
