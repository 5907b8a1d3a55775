# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who got no acknowledgement is on the board of deadlines, with why and what a person can do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import deciding
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from inquiry_pages import main_of

from kodeks.connectors.models import OutgoingMail
from kodeks.inquiries import acknowledging, senders, services, unacknowledged
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db
ADDRESS = "bo@example.invalid"
LATER = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings: Any) -> None:
    settings.KODEKS_SMTP_HOST = "post.example.invalid"
    settings.KODEKS_MAIL_FROM = "kommunen@example.invalid"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an hour later: nothing is on its way any more."""
    monkeypatch.setattr(unacknowledged, "_TIME_TO_SEND", -LATER)


@pytest.fixture
def met(arrived: Callable[..., Inquiry]) -> Callable[..., Inquiry]:
    """An inquiry that has come, and what is done at once."""

    def meet(**options: Any) -> Inquiry:
        inquiry = arrived(**options)
        acknowledging.meet(inquiry_id=str(inquiry.id))
        acknowledging.give(inquiry_id=str(inquiry.id))
        return Inquiry.objects.get(id=inquiry.id)

    return meet


def _board(page: Client) -> str:
    response = page.get(reverse("workbench:deadlines"))
    assert response.status_code == 200
    return main_of(response).partition("Har ikke fået en kvittering")[2]


def test_whoever_has_no_address_is_on_the_board_until_somebody_has_decided(
    page: Client, met: Callable[..., Inquiry], sofie: User, later: None
) -> None:
    inquiry = met()
    own = reverse("inquiries:inquiry", args=[inquiry.id])
    shown = _board(page)
    assert own in shown
    assert "Der er hverken mailadresse eller CPR-nummer." in shown
    assert "giv selv besked" in shown
    deciding.decide(
        inquiry_id=inquiry.id, user=sofie, choice="own", label="vejskade", own_consideration="Hul."
    )
    assert own not in _board(page)


def test_whoever_was_told_is_not_on_it(
    page: Client, met: Callable[..., Inquiry], later: None
) -> None:
    met(address=ADDRESS)
    assert _board(page) == ""


def test_one_acknowledgement_an_address_in_a_day_is_told_of(
    page: Client, met: Callable[..., Inquiry], later: None
) -> None:
    first, second = met(address=ADDRESS), met(address=ADDRESS, text="Lampen er slukket.")
    shown = _board(page)
    assert str(first.id) not in shown
    assert str(second.id) in shown
    assert "har fået en anden kvittering inden for et døgn" in shown


def test_whom_we_know_how_to_reach_stands_first(
    page: Client, met: Callable[..., Inquiry], later: None
) -> None:
    unknown = met(received_at=timezone.now() - dt.timedelta(days=3))
    known = met(address=ADDRESS)
    OutgoingMail.objects.update(state="refused")
    shown = _board(page)
    assert -1 < shown.index(str(known.id)) < shown.index(str(unknown.id))


def test_a_mail_that_no_server_took_is_told_of(
    page: Client, met: Callable[..., Inquiry], later: None
) -> None:
    inquiry = met(address=ADDRESS)
    OutgoingMail.objects.update(state="refused")
    shown = _board(page)
    assert str(inquiry.id) in shown
    assert "Mailen kunne ikke afleveres." in shown


def test_without_mail_or_a_suggestion_the_reason_is_told(
    page: Client, arrived: Callable[..., Inquiry], settings: Any, later: None
) -> None:
    arrived(address=ADDRESS)
    assert "venter på et forslag" in _board(page)
    settings.KODEKS_SMTP_HOST = ""
    assert "Der er ikke sat mail op." in _board(page)


def test_the_list_opens_nobodys_address(
    met: Callable[..., Inquiry], sofie: User, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is opened when it is written to, and not to see that it is there."""
    met(address=ADDRESS)
    OutgoingMail.objects.update(state="refused")
    monkeypatch.setattr(senders, "address_of", None)
    monkeypatch.setattr(services, "address_of", None)
    (line,) = unacknowledged.listed(user=sofie)
    assert line.why == "Mailen kunne ikke afleveres."


def test_one_that_has_just_come_may_be_on_its_way(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    arrived()
    assert _board(page) == ""


def test_others_see_none(
    arrived: Callable[..., Inquiry], person: Callable[[str], User], later: None
) -> None:
    arrived(received_at=timezone.now() - LATER)
    assert unacknowledged.count(user=person("testine")) == 0
    assert unacknowledged.listed(user=person("testine")) == []
