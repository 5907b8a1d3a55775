# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The department's inbox: what was forwarded is there, until somebody says that it is answered."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rights import employee, of

from kodeks.casework import handovers
from kodeks.casework.models import CaseState, InboxItem, Unit
from kodeks.inquiries import answering, insight, services
from kodeks.inquiries.errors import InquiryError
from kodeks.kernel import api as kernel
from kodeks.kernel.models import RegistryEvent, User

pytestmark = pytest.mark.django_db


def _page(client: Client, unit: str) -> str:
    answer = client.get(reverse("inquiries:department"), {"afdeling": unit})
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_forwarded_is_in_the_departments_inbox(
    page: Client, forwarded: Callable[..., InboxItem]
) -> None:
    item = forwarded()
    assert item.case.number in _page(page, item.unit.code)
    assert item.case.number not in _page(page, "byggeri")


def test_an_answered_inquiry_leaves_the_inbox_and_closes_its_case(
    page: Client, forwarded: Callable[..., InboxItem]
) -> None:
    item = forwarded()
    address = reverse("inquiries:answered", args=[item.id])
    for _ in range(2):
        answer = page.post(address, {"afdeling": item.unit.code}, follow=True)
        assert "er markeret som besvaret" in answer.content.decode()
    item.refresh_from_db()
    item.case.refresh_from_db()
    assert item.handled_at is not None
    assert item.case.state == CaseState.CLOSED
    (deadline,) = item.case.deadlines.all()
    assert (deadline.kind, deadline.state) == ("reply", "answered")
    assert [one.step for one in deadline.events.all()] == ["started", "answered"]
    assert f"<td>{item.case.number}</td>" not in _page(page, item.unit.code)
    matter = insight.find(case_number=item.case.number)
    assert matter is not None
    assert matter.status == "Afdelingen har svaret på din henvendelse."
    answers = RegistryEvent.objects.filter(kind="answered")
    assert [one.body["unit"] for one in answers] == [item.unit.code]


def test_a_late_answer_is_marked(page: Client, forwarded: Callable[..., InboxItem]) -> None:
    import datetime as dt

    from django.utils import timezone

    old = forwarded(received_at=timezone.now() - dt.timedelta(days=60))
    assert "For sent" in _page(page, old.unit.code)


def test_somebody_of_another_department_cannot_answer(
    sofie: User, forwarded: Callable[..., InboxItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = forwarded()
    monkeypatch.setattr(kernel, "has_role", lambda user, role, unit=None: unit is None)
    with pytest.raises(InquiryError, match="ikke ret til at svare for"):
        services.mark_answered(item_id=item.id, user=sofie)
    item.refresh_from_db()
    assert item.handled_at is None


def test_what_the_kernel_refuses_is_said_and_changes_nothing(
    page: Client, forwarded: Callable[..., InboxItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = forwarded()

    def refuse(**_: Any) -> None:
        raise kernel.Refused(code="no_right", message="Kun afdelingens medarbejdere kan det.")

    monkeypatch.setattr(kernel, "pass_milestone", refuse)
    address = reverse("inquiries:answered", args=[item.id])
    answer = page.post(address, {"afdeling": item.unit.code}, follow=True)
    assert "Kun afdelingens medarbejdere kan det." in answer.content.decode()
    item.refresh_from_db()
    assert item.handled_at is None


def test_an_unknown_item_gets_a_sentence(page: Client) -> None:
    address = reverse("inquiries:answered", args=["00000000-0000-0000-0000-000000000000"])
    answer = page.post(address, {}, follow=True)
    assert "Opgaven findes ikke" in answer.content.decode()


def test_others_than_caseworkers_are_refused(client: Client, person: Callable[[str], User]) -> None:
    client.force_login(person("dorte"))
    assert client.get(reverse("inquiries:department")).status_code == 403


def test_the_department_that_was_given_the_case_by_another_one_answers_it(
    forwarded: Callable[..., InboxItem], sofie: User, as_owner: Any
) -> None:
    item, to = forwarded(), Unit.objects.get(code="byggeri")
    assert item.unit != to
    theirs, others = employee(as_owner, of(to.code)), employee(as_owner, of(item.unit.code))
    handovers.hand_over(key=uuid.uuid4(), case=item.case, to=to, reason="Prøve.", user=sofie)
    item = InboxItem.objects.get(case=item.case, kind="inquiry", handled_at=None)
    assert item.unit == to
    with pytest.raises(InquiryError, match="Du har ikke ret til at svare"):
        answering.mark_answered(item_id=item.id, user=others)
    answering.mark_answered(item_id=item.id, user=theirs)
    item.refresh_from_db()
    assert item.handled_at is not None
    (answered,) = RegistryEvent.objects.filter(kind="answered")
    assert (answered.body["unit"], answered.body["user"]) == (to.code, theirs.pk)
