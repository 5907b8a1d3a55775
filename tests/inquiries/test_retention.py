# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry whose case is erased: what goes, what stays, what the database lets go, and the robot.

What the pages show of it is tried in test_retention_pages.py, the page where cases are erased in
test_retention_officer.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from erasable import CPR, NAME, TEXT, WHY, erase

from kodeks.casework.models import Document
from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.models import RegistryEvent, Secret, SubjectKey, User
from kodeks.robots import engine, tasklist
from kodeks.robots import services as robots
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db


# What goes and what stays


@pytest.mark.django_db(transaction=True)
def test_what_the_sender_wrote_and_gave_goes(
    closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    inquiry = closed(external_id="mail:kanaria@example.invalid", sender_cpr=CPR)
    other = closed()
    before = (inquiry.received_at, inquiry.channel, inquiry.decision_id, inquiry.case_id)
    assert erase(inquiry, person("dorte"))
    inquiry.refresh_from_db()
    assert (inquiry.text, inquiry.sender_name, inquiry.district, inquiry.urgency) == ("",) * 4
    assert (inquiry.sealed_cpr, inquiry.sender_index, inquiry.sealed_original) == (None,) * 3
    assert inquiry.external_id == f"slettet:{inquiry.id}"
    assert (
        inquiry.received_at, inquiry.channel, inquiry.decision_id, inquiry.case_id
    ) == before  # fmt: skip
    subject = services.subject_of(inquiry)
    assert kernel.is_erased(subject)
    assert not SubjectKey.objects.filter(subject_id=subject.id).exists()
    assert not Secret.objects.filter(subject_id=subject.id).exists()
    kinds = [e.body["subject"]["type"] for e in RegistryEvent.objects.filter(kind="erasure")]
    assert sorted(kinds) == ["case", "inquiry"]
    other.refresh_from_db()
    assert (other.text, other.sender_name) == (TEXT, NAME)
    assert selectors.decision_of(other).body["own_consideration"] == WHY


def test_erasing_twice_writes_nothing_more(erased: Inquiry, person: Callable[[str], User]) -> None:
    at, events = erased.erased_at, RegistryEvent.objects.count()
    assert not erase(erased, person("anders"))
    erased.refresh_from_db()
    assert (erased.erased_at, RegistryEvent.objects.count()) == (at, events)


def test_a_case_that_is_not_answered_is_not_due(
    closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    from kodeks.casework.errors import CaseworkError

    with pytest.raises(CaseworkError, match="ikke lukket"):
        erase(closed(answered=False), person("dorte"))
    with pytest.raises(CaseworkError, match="Fristen for sag"):
        erase(closed(label="rotter"), person("dorte"))


def test_a_fault_in_the_room_leaves_the_case_whole(
    closed: Callable[..., Inquiry], person: Callable[[str], User], monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry = closed()

    def fail(self: Inquiry, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(Inquiry, "save", fail)
    with pytest.raises(RuntimeError):
        erase(inquiry, person("dorte"))
    inquiry.refresh_from_db()
    assert (inquiry.text, inquiry.case.erased_at) == (TEXT, None)
    assert Document.objects.filter(case=inquiry.case).exclude(content=b"").count() == 2
    assert not kernel.is_erased(services.subject_of(inquiry))


# The guard

FORGERIES = {
    "text": "UPDATE inquiries_inquiry SET text = ''",
    "rewritten": "UPDATE inquiries_inquiry SET text = 'noget andet'",
    "name": "UPDATE inquiries_inquiry SET sender_name = ''",
    "number": "UPDATE inquiries_inquiry SET sealed_cpr = NULL, sender_index = NULL",
    "reference": "UPDATE inquiries_inquiry SET external_id = 'slettet:' || id",
    "moment": "UPDATE inquiries_inquiry SET received_at = now() - interval '9 years'",
    "marked": "UPDATE inquiries_inquiry SET erased_at = now()",
    "all of it": "UPDATE inquiries_inquiry SET text = '', sender_name = '', district = '',"
    " urgency = '', sealed_cpr = NULL, sender_index = NULL, sealed_original = NULL,"
    " external_id = 'slettet:' || id, erased_at = now()",
    "deleted": "DELETE FROM inquiries_inquiry",
}


@pytest.mark.parametrize("statement", FORGERIES.values(), ids=FORGERIES)
def test_nothing_goes_without_an_erasure(arrived: Callable[..., Inquiry], statement: str) -> None:
    arrived(sender_name=NAME, sender_cpr=CPR)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_nothing_goes_without_an_erasure_for_the_owner_either(
    arrived: Callable[..., Inquiry], as_owner: psycopg.Connection[Any]
) -> None:
    arrived(sender_name=NAME, sender_cpr=CPR)
    for statement in (
        *FORGERIES.values(),
        "TRUNCATE inquiries_inquiry CASCADE",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            as_owner.execute(statement)


def test_an_erasure_lets_all_of_it_go_and_no_part(
    arrived: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    inquiry, other = arrived(sender_name=NAME), arrived(sender_name=NAME)
    reason = "Prøve af vagten."
    kernel.erase(subject=services.subject_of(inquiry), user=person("dorte"), reason=reason)
    for statement in (FORGERIES["text"], FORGERIES["marked"], FORGERIES["rewritten"]):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [inquiry.id])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{FORGERIES['all of it']} WHERE id = %s", [other.id])
    with connection.cursor() as cursor:
        cursor.execute(f"{FORGERIES['all of it']} WHERE id = %s", [inquiry.id])
    for change in ("text = 'igen'", "erased_at = NULL", "sender_name = 'Bo'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE inquiries_inquiry SET {change} WHERE id = %s", [inquiry.id])


# The robot


@pytest.mark.parametrize("left", ["receipt", "forward"])
def test_a_robot_that_was_not_done_stops_and_is_not_shown_as_work(
    page: Client,
    closed: Callable[..., Inquiry],
    person: Callable[[str], User],
    monkeypatch: pytest.MonkeyPatch,
    left: str,
) -> None:
    from kodeks.casework import services as cases
    from kodeks.robots.errors import BusinessError

    def late(*_: Any, **__: Any) -> None:
        raise BusinessError(code="later", message="Prøve af et stop.")

    name = {"receipt": "write_letter", "forward": "forward"}[left]
    with monkeypatch.context() as patch:
        patch.setattr(cases, name, late)
        inquiry = closed(answered=False)
    run = Run.objects.get(decision_id=inquiry.decision_id)
    assert run.status == Status.HELD
    assert list(tasklist.open_runs(person("sofie"))) == [run]
    cases.advance_case(case=inquiry.case, state="closed")
    assert erase(inquiry, person("dorte"))
    assert not tasklist.open_runs(person("sofie")).exists()
    robots.retry(run=run, user=person("sofie"))
    assert engine.execute(run_id=run.id) is None
    run.refresh_from_db()
    assert (run.status, run.held_reason_code) == (Status.HELD, "erased")
    assert "skal ikke gøre mere" in run.held_reason
    assert Document.objects.filter(case=inquiry.case).exclude(content=b"").count() == 0


def test_a_triage_that_comes_late_does_nothing(erased: Inquiry) -> None:
    services.triage(inquiry_id=str(erased.id))
    erased.refresh_from_db()
    assert erased.text == ""
