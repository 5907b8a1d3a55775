# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A clock of the law that a text set going: noticed, settled by a person, then a deadline."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import deciding
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kodeks.casework.models import Deadline, DeadlineKind
from kodeks.inquiries import legal_clocks, selectors, telling
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, LegalClock
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User
from kodeks.robots.worker import run_worker

ACCESS = "Lygten er slukket. Jeg vil også gerne have aktindsigt i sagen om vejen."
OWN = "Der er hul i vejen. I bedes slette alle mine oplysninger."
COMPLAINT = "Tak for svaret. Jeg klager over jeres afgørelse om hullet i vejen."
# The night to the Friday before Easter 2026: in the seven working days lie three days off.
EASTER = dt.datetime(2026, 3, 26, 23, 30, tzinfo=dt.UTC)
WHY = "Borgeren spørger kun, om der findes en sag."


def only(inquiry: Inquiry) -> LegalClock:
    clock: LegalClock = LegalClock.objects.get(inquiry=inquiry)
    return clock


def settle(clock: LegalClock, user: User, said: str = "confirmed", **options: Any) -> LegalClock:
    given = {"key": uuid.uuid4()} | options
    return legal_clocks.settle(clock_id=clock.id, user=user, said=said, **given)


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "kind", "due_on"),
    [
        # From the 27th in Denmark; working days: 30, 31, 1 April, then after Easter 7, 8, 9, 10.
        (ACCESS, DeadlineKind.ACCESS_REQUEST, dt.date(2026, 4, 10)),
        (OWN, DeadlineKind.GDPR_ERASURE, dt.date(2026, 4, 27)),
        ("Hvilke oplysninger har I om mig?", DeadlineKind.GDPR_ACCESS, dt.date(2026, 4, 27)),
        ("I skal rette mine oplysninger.", DeadlineKind.GDPR_RECTIFICATION, dt.date(2026, 4, 27)),
        (
            "Stop behandlingen af mine data.",
            DeadlineKind.GDPR_RESTRICTION,
            dt.date(2026, 4, 27),
        ),
        (
            "Jeg gør indsigelse mod jeres brug af mine data.",
            DeadlineKind.GDPR_OBJECTION,
            dt.date(2026, 4, 27),
        ),
        (COMPLAINT, DeadlineKind.COMPLAINT_REASSESSMENT, dt.date(2026, 4, 24)),
    ],
)
def test_the_law_counts_from_the_day_it_came_also_when_the_system_is_stopped(
    arrived: Callable[..., Inquiry], stop: Callable[[], None], text: str, kind: str, due_on: dt.date
) -> None:
    stop()
    clock = only(arrived(text, received_at=EASTER))
    assert (clock.kind, clock.counted_from, clock.due_on) == (kind, dt.date(2026, 3, 27), due_on)


def test_a_report_about_a_child_has_24_hours_and_six_weekdays_on_the_board(
    page: Client, arrived: Callable[..., Inquiry], stop: Callable[[], None]
) -> None:
    stop()
    inquiry = arrived("Naboen slår sine børn.", received_at=EASTER)
    clocks = {one.kind: one for one in LegalClock.objects.filter(inquiry=inquiry)}
    # Also on a Saturday; weekdays: 28, 30, 31 March and 1, 4, 7 April, with Easter between.
    assert {kind: one.due_on for kind, one in clocks.items()} == {
        DeadlineKind.CHILD_REPORT: dt.date(2026, 3, 28),
        DeadlineKind.CHILD_RECEIPT: dt.date(2026, 4, 7),
    }
    board = text_of(page.get(reverse("workbench:deadlines")))
    assert "Vurdering af underretning" in board
    assert "Bekræftelse af underretning" in board
    told = text_of(page.get(reverse("inquiries:inquiry", args=[inquiry.id])))
    assert "vurdér, om barnet er i fare, senest <strong>28. marts 2026 kl. 00.30" in told
    assert "Tiden er gået." in told


def test_confirmed_it_stays_on_the_board_until_there_is_a_case(
    page: Client, arrived: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = arrived("Naboen slår sine børn.")
    for clock in LegalClock.objects.filter(inquiry=inquiry):
        settle(clock, sofie)
    board = text_of(page.get(reverse("workbench:deadlines")))
    assert "Vurdering af underretning (bekræftet, mangler en sag)" in board
    assert reverse("inquiries:inquiry", args=[inquiry.id]) in board


def test_reports_cost_the_same_however_many_there_are(
    arrived: Callable[..., Inquiry], django_assert_num_queries: Any
) -> None:
    def scopes() -> list[kernel.Scope]:
        return [selectors.scope_of(clock.inquiry) for clock in legal_clocks.reports()]

    unit = selectors.topic("vejskade").unit
    for _ in range(3):
        inquiry = arrived("Naboen slår sine børn.")
        Inquiry.objects.filter(id=inquiry.id).update(suggested_unit=unit)
    with django_assert_num_queries(1):
        assert scopes() == [kernel.Scope(unit=unit.code)] * 3


def test_those_who_decide_are_told_of_a_report_at_once_and_again_before_it_is_late(
    arrived: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = arrived("Naboen slår sine børn.")
    old = arrived("Jeg laver en underretning", received_at=timezone.now() - dt.timedelta(hours=19))
    told = {key: (user, path) for key, user, _, path in telling.urgent()}
    first, second = (
        LegalClock.objects.get(inquiry=one, kind=DeadlineKind.CHILD_REPORT)
        for one in (inquiry, old)
    )
    own = reverse("inquiries:inquiry", args=[inquiry.id])
    assert told[f"childreport:{first.id}:{sofie.pk}"] == (sofie, own)
    assert f"childreport:{first.id}:{sofie.pk}:near" not in told
    assert f"childreport:{second.id}:{sofie.pk}:near" in told
    assert all(kernel.has_role(user, kernel.Role.CASEWORKER) for user, _ in told.values())
    settle(first, sofie)
    settle(second, sofie, "dismissed", reason=WHY)
    assert not list(telling.urgent())


def test_a_plain_text_has_no_clock_and_a_day_before_the_law_only_words(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    assert not LegalClock.objects.filter(inquiry=arrived()).exists()
    old = arrived(COMPLAINT, received_at=dt.datetime(2019, 5, 6, 12, tzinfo=dt.UTC))
    assert not LegalClock.objects.filter(inquiry=old).exists()
    told = text_of(page.get(reverse("inquiries:inquiry", args=[old.id])))
    assert "Teksten kan også være en klage" in told


def test_a_clock_waits_on_the_page_the_board_and_in_the_menu_until_it_is_settled(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    inquiry = arrived(ACCESS)
    clock = only(inquiry)
    address = reverse("inquiries:clock", args=[inquiry.id, clock.id])
    own, board = reverse("inquiries:inquiry", args=[inquiry.id]), reverse("workbench:deadlines")
    counted = "Frister, du skal tage stilling til: 1."
    assert address in text_of(page.get(own))
    assert address in text_of(page.get(board))
    assert counted in text_of(page.get("/"))
    form = {"key": str(uuid.uuid4()), "said": "dismissed", "reason": " "}
    refused = page.post(address, form)
    assert refused.status_code == 422
    assert "Skriv, hvorfor" in text_of(refused)
    assert page.post(address, form | {"reason": WHY}).status_code == 302
    # The same form again is the same answer.
    assert page.post(address, form | {"reason": WHY}).status_code == 302
    told = text_of(page.get(own))
    assert WHY in told
    assert "Afvist" in told
    assert address not in text_of(page.get(board))
    assert counted not in text_of(page.get("/"))


def test_a_second_answer_a_missing_reason_and_another_s_right_are_refused(
    arrived: Callable[..., Inquiry], sofie: User, person: Callable[[str], User]
) -> None:
    clock = only(arrived(ACCESS))
    with pytest.raises(InquiryError, match="hvorfor"):
        settle(clock, sofie, "dismissed")
    with pytest.raises(InquiryError, match="Din ret"):
        settle(clock, person("merete"))
    settle(clock, sofie)
    with pytest.raises(InquiryError, match="allerede"):
        settle(clock, sofie, "dismissed", reason=WHY)
    with pytest.raises(InquiryError, match="findes ikke"):
        legal_clocks.settle(key=uuid.uuid4(), clock_id=uuid.uuid4(), user=sofie, said="confirmed")


def test_what_was_noticed_and_said_cannot_be_changed(
    arrived: Callable[..., Inquiry], sofie: User
) -> None:
    clock = only(arrived(ACCESS))
    settle(clock, sofie, "dismissed", reason=WHY)
    clock.refresh_from_db()
    assert WHY.encode() not in bytes(clock.step.sealed_reason)
    for rows in (LegalClock.objects.filter(id=clock.id), type(clock.step).objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalClock.objects.filter(id=clock.id).update(due_on=dt.date(2030, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_confirmed_before_or_after_the_case_it_is_a_deadline_counted_from_the_receipt(
    arrived: Callable[..., Inquiry], sofie: User
) -> None:
    received = timezone.now() - dt.timedelta(days=2)
    before, after = arrived(OWN, received_at=received), arrived(COMPLAINT, received_at=received)
    settle(only(before), sofie)
    for one in (before, after):
        deciding.decide(
            inquiry_id=one.id, user=sofie, choice="own", label="vejskade", own_consideration=WHY
        )
    run_worker(stop_when_idle=True)
    settle(only(after), sofie)
    for one, kind in ((before, "gdpr_erasure"), (after, "complaint_reassessment")):
        one.refresh_from_db()
        deadline = Deadline.objects.get(case=one.case, kind=kind)
        assert deadline.started_on == timezone.localdate(received)
        assert deadline.due_on == only(one).due_on
        (shown,) = legal_clocks.shown(one)
        assert (shown.said, shown.number) == ("confirmed", one.case.number)


@pytest.mark.django_db(transaction=True)
def test_an_access_request_that_was_made_of_it_has_the_clock(
    arrived: Callable[..., Inquiry], sofie: User
) -> None:
    from kodeks.accessrequests import services as access

    inquiry = arrived(ACCESS, sender_name="Prøve Prøvesen")
    settle(only(inquiry), sofie)
    access.register(
        key="prøve", law="offl", requester_name="Prøve Prøvesen", unit="faelles-service",
        requester_cpr="0405781234", received_on=timezone.localdate(inquiry.received_at),
        user=sofie, origin="inquiries", origin_id=str(inquiry.id),
    )  # fmt: skip
    deciding.decide(
        inquiry_id=inquiry.id, user=sofie, choice="own", label="vejskade", own_consideration=WHY
    )
    run_worker(stop_when_idle=True)
    inquiry.refresh_from_db()
    (deadline,) = Deadline.objects.filter(kind="access_request")
    assert deadline.case_id != inquiry.case_id


def test_a_reason_may_hold_no_cpr_number_in_clear(
    arrived: Callable[..., Inquiry], sofie: User
) -> None:
    clock = only(arrived(ACCESS))
    settle(clock, sofie, "dismissed", reason="Det er 040578-1234, der skriver.")
    (shown,) = legal_clocks.shown(clock.inquiry)
    assert "1234" not in shown.why
    assert "der skriver" in shown.why
