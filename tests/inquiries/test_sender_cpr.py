# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The sender's CPR number: who may see it and why, and that it is written down first."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import deciding
import psycopg
import pytest

from kodeks.inquiries import services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import RegistryEvent, User
from kodeks.robots import engine
from kodeks.robots.models import Run

# The key is given out only when the line in the log is committed.
pytestmark = pytest.mark.django_db(transaction=True)

CPR = "040578-1234"
WHY = "Borgeren ringer og vil vide, om det er hendes sag."


def decide(inquiry: Inquiry, user: User) -> kernel.Decision:
    return deciding.decide(
        inquiry_id=inquiry.id,
        user=user,
        choice="accept",
        label="",
        own_consideration="Asfalten mangler.",
    )


def unmaskings() -> list[dict[str, Any]]:
    events = RegistryEvent.objects.filter(kind="unmasking").order_by("at")
    return [event.body for event in events]


@pytest.mark.parametrize("username", ["sofie", "dorte"])
def test_who_has_a_reason_sees_the_number_and_it_is_written_down(
    arrived: Callable[..., Inquiry], person: Callable[[str], User], username: str
) -> None:
    inquiry = arrived(sender_cpr=CPR)
    shown = services.shown_cpr(inquiry=inquiry, user=person(username), reason=WHY)
    assert shown == CPR.replace("-", "")
    (event,) = unmaskings()
    assert (event["user_id"], event["reason"]) == (person(username).pk, WHY)
    assert event["subject"] == {"type": services.SUBJECT, "id": str(inquiry.id)}
    assert CPR not in str(event)
    assert shown not in str(event)


def test_a_number_in_the_reason_is_not_kept(arrived: Callable[..., Inquiry], sofie: User) -> None:
    services.shown_cpr(inquiry=arrived(sender_cpr=CPR), user=sofie, reason=f"Er det {CPR}?")
    assert [event["reason"] for event in unmaskings()] == ["Er det [CPR]?"]


@pytest.mark.parametrize("username", ["merete", "bodil", "anders", "testine"])
def test_others_do_not_see_the_number(
    arrived: Callable[..., Inquiry], person: Callable[[str], User], username: str
) -> None:
    inquiry = arrived(sender_cpr=CPR)
    with pytest.raises(Refused) as refusal:
        services.shown_cpr(inquiry=inquiry, user=person(username), reason=WHY)
    assert refusal.value.code == "no_right"
    assert unmaskings() == []


@pytest.mark.parametrize("reason", ["", " ", "x", "???? 1234"])
def test_without_a_reason_nobody_sees_the_number(
    arrived: Callable[..., Inquiry], sofie: User, reason: str
) -> None:
    inquiry = arrived(sender_cpr=CPR)
    with pytest.raises(Refused) as refusal:
        services.shown_cpr(inquiry=inquiry, user=sofie, reason=reason)
    assert refusal.value.code == "no_reason"
    assert unmaskings() == []


def test_a_right_in_one_department_reaches_its_cases_and_nothing_else(
    triaged: Callable[..., Inquiry], sofie: User, as_owner: psycopg.Connection[Any]
) -> None:
    decided, undecided = triaged(sender_cpr=CPR), triaged(sender_cpr="010190-1234")
    engine.execute(run_id=Run.objects.get(decision_id=decide(decided, sofie).id).id)
    decided.refresh_from_db()
    assert decided.case is not None

    def moved_to(unit: str) -> None:
        as_owner.execute("SELECT kernel.revoke_grants(%s, 'caseworker')", [sofie.pk])
        as_owner.execute(
            "SELECT kernel.register_grant(%s, 'caseworker', %s, '', NULL)", [sofie.pk, unit]
        )

    def sees(inquiry: Inquiry) -> bool:
        try:
            services.shown_cpr(inquiry=inquiry, user=sofie, reason=WHY)
        except Refused:
            return False
        return True

    moved_to(decided.case.unit.code)
    assert (sees(decided), sees(undecided)) == (True, False)
    moved_to("byggeri")
    assert (sees(decided), sees(undecided)) == (False, False)
    # What has not been placed yet is for those whose right holds everywhere.
    with pytest.raises(Refused, match="Kun en aktiv medarbejder med ret til sagsbehandling"):
        decide(undecided, sofie)
    assert len(unmaskings()) == 2, "the robot's and the one that was allowed"


def test_where_no_number_was_given_there_is_none_to_see(
    arrived: Callable[..., Inquiry], sofie: User
) -> None:
    with pytest.raises(InquiryError, match="ikke oplyst et CPR-nummer"):
        services.shown_cpr(inquiry=arrived(), user=sofie, reason=WHY)


def test_a_number_moved_to_another_inquiry_is_not_opened(
    arrived: Callable[..., Inquiry], sofie: User
) -> None:
    """Who may write the table cannot see a stranger's number through an inquiry of their own."""
    one, other = arrived(sender_cpr=CPR), arrived(sender_cpr="010190-1234")
    other.sealed_cpr = one.sealed_cpr
    with pytest.raises(kernel.SealingError, match="hører til et andet sted"):
        services.shown_cpr(inquiry=other, user=sofie, reason=WHY)


def test_the_robot_opens_the_number_of_a_decided_inquiry_only(
    triaged: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry, other = triaged(sender_cpr=CPR), triaged(sender_cpr="010190-1234")
    decision = decide(inquiry, sofie)
    opened = services.opened_cpr(inquiry, decision_id=decision.id, robot="visitator", reason=WHY)
    assert opened == CPR.replace("-", "")
    (event,) = unmaskings()
    assert (event["robot"], event["decision_id"]) == ("visitator", str(decision.id))
    for refused in (
        {"inquiry": other, "decision_id": decision.id, "robot": "visitator"},
        {"inquiry": inquiry, "decision_id": uuid.uuid4(), "robot": "visitator"},
        {"inquiry": inquiry, "decision_id": decision.id, "robot": "en-anden"},
    ):
        with pytest.raises(Refused):
            services.opened_cpr(refused.pop("inquiry"), reason=WHY, **refused)
    assert len(unmaskings()) == 1
