# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A person gives a case to another department: once, with a reason, and its work follows."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from kodeks.casework import handovers, notices, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Handover, InboxItem
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User

REASON = "Det er en privat vej, så det er jer."


@pytest.fixture
def sofie(db) -> User:
    return User.objects.get(username="sofie")


@pytest.fixture
def park(db):
    return services.add_unit(code="park", name="Parker")


def give(case, to, user, **changes):
    arguments = {"key": uuid.uuid4(), "reason": REASON}
    return handovers.hand_over(case=case, to=to, user=user, **(arguments | changes))


def test_the_work_follows_and_the_new_department_is_told_why(case, unit, park, sofie) -> None:
    Case.objects.filter(id=case.id).update(caseworker=sofie)
    old = services.forward(key="ind", case=case, unit=unit, kind="inquiry")
    key = uuid.uuid4()
    handover, entry = give(case, park, sofie, key=key)
    assert give(case, park, sofie, key=key) == (handover, entry)
    assert Handover.objects.count() == 1
    case.refresh_from_db()
    assert (case.unit, case.caseworker) == (park, None)
    old.refresh_from_db()
    assert old.handled_at is not None
    waiting = InboxItem.objects.filter(handled_at=None)
    assert {(item.kind, item.unit) for item in waiting} == {("inquiry", park), ("handed", park)}
    (notice,) = (notices.read(item) for item in notices.waiting(unit=park))
    assert "Sofie Prøvesen (Vej og Park) gav jer sagen" in notice.sentences[0]
    assert REASON in notice.sentences[0]
    assert (entry.actor, entry.unit, entry.status) == ("sofie", unit, "registered")
    note = bytes(handover.note.content).decode()
    assert "Fra: Vej og Park\nTil: Parker" in note
    assert REASON in note
    assert REASON.encode() not in bytes(handover.sealed_reason)
    (told,) = handovers.of_case(case)
    assert (told.from_unit, told.to_unit, told.reason) == ("Vej og Park", "Parker", REASON)
    assert handovers.newest(case) == handover
    # And on, or back again: the last one is what counts.
    give(case, unit, sofie, reason="Nej, det er jer.")
    (notice,) = (notices.read(item) for item in notices.waiting(unit=unit))
    assert "Nej, det er jer." in notice.sentences[0]
    assert not notices.waiting(unit=park).exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 4001, "Spørg 010190-1234"])
def test_without_a_reason_that_can_be_kept_nothing_is_moved(case, unit, park, sofie, reason):
    with pytest.raises((CaseworkError, kernel.Refused)), transaction.atomic():
        give(case, park, sofie, reason=reason)
    case.refresh_from_db()
    assert case.unit == unit
    assert not Handover.objects.exists()


def test_who_may_not_and_where_to_not(case, unit, park, sofie, monkeypatch) -> None:
    merete = User.objects.get(username="merete")
    assert handovers.may_hand_over(case=case, user=sofie)
    assert not handovers.may_hand_over(case=case, user=merete)
    elsewhere = services.add_unit(code="havn", name="Havnekontoret")
    type(elsewhere).objects.filter(id=elsewhere.id).update(distribution="kle")
    elsewhere.refresh_from_db()
    assert elsewhere not in handovers.choices(case=case)
    assert unit not in handovers.choices(case=case)
    for to, user, words in (
        (park, merete, "ikke ret"),
        (unit, sofie, "allerede hos"),
        (elsewhere, sofie, "andet system"),
    ):
        with pytest.raises(CaseworkError, match=words), transaction.atomic():
            give(case, to, user)
    monkeypatch.setattr(handovers.kernel, "people_reaching", lambda *_, **__: [])
    with pytest.raises(CaseworkError, match="Ingen sagsbehandler hos Parker"), transaction.atomic():
        give(case, park, sofie)
    services.advance_case(case=case, state="closed")
    case.refresh_from_db()
    assert not handovers.may_hand_over(case=case, user=sofie)
    with pytest.raises(CaseworkError, match="lukket"), transaction.atomic():
        give(case, park, sofie)
    assert not Handover.objects.exists()


def test_a_form_is_for_one_case_and_one_department(case, unit, park, sofie) -> None:
    key = uuid.uuid4()
    give(case, park, sofie, key=key)
    with pytest.raises(CaseworkError, match="brugt til noget andet"):
        give(case, unit, sofie, key=key)


@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_history_is_only_added_to(case, park, sofie, change) -> None:
    give(case, park, sofie)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("casework_handover"))
