# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A clock of the law that a person sees in a text, where no rule did or somebody dismissed it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import joinings
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kodeks.casework.models import Deadline, DeadlineKind
from kodeks.inquiries import confirming, legal_clocks
from kodeks.inquiries.engine import legal
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, LegalClock
from kodeks.kernel.models import User

# No rule hears a child in this.
VEILED = "Prøve på ni er alene hjemme i ugevis, og køleskabet er tomt."
REPORT = "Naboen slår sine børn. De er sultne og bange."
WHY = "Jeg læste det som en vits."

pytestmark = pytest.mark.django_db


def add(inquiry: Inquiry, user: User, rule: str = legal.CHILD, **options: Any) -> None:
    given = {"key": uuid.uuid4()} | options
    legal_clocks.add(inquiry_id=inquiry.id, user=user, rule=rule, **given)


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def test_each_rule_has_a_title_to_choose() -> None:
    assert set(legal_clocks.TITLES) == set(legal_clocks.KINDS)
    assert {rule.name for rule in legal.RULES} <= set(legal_clocks.TITLES)


def test_what_no_rule_saw_runs_from_the_day_it_came_and_can_be_confirmed_by_letter(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    received = timezone.now() - dt.timedelta(days=2)
    inquiry = arrived(VEILED, received_at=received, sender_name="Ane Prøve")
    assert confirming.told(inquiry) is None, "nothing was heard in it"
    own = reverse("inquiries:inquiry", args=[inquiry.id])
    address = reverse("inquiries:add-clock", args=[inquiry.id])
    assert address in text_of(page.get(own))
    assert "Underretning om et barn" in text_of(page.get(address))
    form = {"key": str(uuid.uuid4()), "rule": legal.CHILD}
    assert page.post(address, form).status_code == 302
    # The same form again is the same answer.
    assert page.post(address, form).status_code == 302
    clocks = {one.kind: one for one in LegalClock.objects.filter(inquiry=inquiry)}
    assert set(clocks) == {DeadlineKind.CHILD_REPORT, DeadlineKind.CHILD_RECEIPT}
    assert all(one.by_hand and one.step.said == "confirmed" for one in clocks.values())
    assert {one.counted_from for one in clocks.values()} == {timezone.localdate(received)}
    told = text_of(page.get(own))
    assert "Skrevet på af Sofie" in told
    standing = confirming.told(inquiry)
    assert standing is not None
    assert standing.state == "no_case"


def test_with_a_case_it_is_a_deadline_at_once(handled: Callable[..., Inquiry], sofie: User) -> None:
    inquiry = handled(VEILED)
    add(inquiry, sofie, "klage")
    (deadline,) = Deadline.objects.filter(case=inquiry.case, kind="complaint_reassessment")
    assert deadline.started_on == timezone.localdate(inquiry.received_at)
    (shown,) = legal_clocks.shown(inquiry)
    assert (shown.by_hand, shown.number) == (True, inquiry.case.number)


def test_one_that_somebody_dismissed_runs_when_another_says_so(
    arrived: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = arrived(REPORT)
    assert legal.CHILD not in dict(legal_clocks.addable(inquiry)), "it waits to be settled"
    for clock in LegalClock.objects.filter(inquiry=inquiry):
        legal_clocks.settle(
            key=uuid.uuid4(), clock_id=clock.id, user=sofie, said="dismissed", reason=WHY
        )
    assert confirming.told(inquiry) is None
    add(inquiry, sofie)
    standing = confirming.told(inquiry)
    assert standing is not None
    assert [one.said for one in legal_clocks.shown(inquiry)].count("confirmed") == 2
    joinings.carried_out(joinings.decided(inquiry, sofie))
    kinds = [DeadlineKind.CHILD_REPORT, DeadlineKind.CHILD_RECEIPT]
    inquiry.refresh_from_db()
    assert Deadline.objects.filter(case=inquiry.case, kind__in=kinds).count() == 2


def test_of_a_report_only_what_was_dismissed_is_added_beside_what_runs(
    arrived: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = arrived(REPORT)
    for said, kind in (
        ("confirmed", DeadlineKind.CHILD_REPORT),
        ("dismissed", DeadlineKind.CHILD_RECEIPT),
    ):
        clock = LegalClock.objects.get(inquiry=inquiry, kind=kind)
        legal_clocks.settle(key=uuid.uuid4(), clock_id=clock.id, user=sofie, said=said, reason=WHY)
    add(inquiry, sofie)
    assert [one.kind for one in LegalClock.objects.filter(inquiry=inquiry, by_hand=True)] == [
        DeadlineKind.CHILD_RECEIPT
    ]
    assert confirming.told(inquiry) is not None
    assert legal.CHILD not in dict(legal_clocks.addable(inquiry))


def test_it_is_refused_twice_by_another_s_right_and_before_the_law(
    page: Client, arrived: Callable[..., Inquiry], sofie: User, person: Callable[[str], User]
) -> None:
    inquiry = arrived(VEILED)
    with pytest.raises(InquiryError, match="Din ret"):
        add(inquiry, person("merete"))
    add(inquiry, sofie)
    with pytest.raises(InquiryError, match="står der allerede"):
        add(inquiry, sofie)
    address = reverse("inquiries:add-clock", args=[inquiry.id])
    for rule in ("", legal.CHILD, "noget andet"):
        refused = page.post(address, {"key": str(uuid.uuid4()), "rule": rule})
        assert refused.status_code == 422
        assert "Fristen er ikke skrevet på" in text_of(refused)
    old = arrived(VEILED, received_at=dt.datetime(2019, 5, 6, 12, tzinfo=dt.UTC))
    assert legal.CHILD not in dict(legal_clocks.addable(old))
    assert "aktindsigt" in dict(legal_clocks.addable(old))
