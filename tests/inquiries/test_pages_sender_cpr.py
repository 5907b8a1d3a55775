# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Seeing the sender's CPR number on the page: with a reason, once, and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import RegistryEvent, User

# The key is given out only when the line in the log is committed.
pytestmark = pytest.mark.django_db(transaction=True)

CPR = "040578-1234"
BARE = "0405781234"
WHY = "Borgeren ringer og vil vide, om det er hendes sag."


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def address(inquiry: Inquiry, name: str = "sender-cpr") -> str:
    return reverse(f"inquiries:{name}", args=[inquiry.id])


def unmaskings() -> int:
    return RegistryEvent.objects.filter(kind="unmasking").count()


def test_the_page_masks_the_number_and_offers_to_show_it(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    shown = text_of(page.get(address(inquiry := arrived(sender_cpr=CPR), "inquiry")))
    assert "••••••-••••" in shown
    assert "Vis CPR-nummeret" in shown
    assert f'action="{address(inquiry)}"' in shown
    assert (CPR in shown, BARE in shown) == (False, False)
    without = text_of(page.get(address(arrived(), "inquiry")))
    assert "Vis CPR-nummeret" not in without
    assert "CPR-nummer</th>" not in without


@pytest.mark.parametrize("username", ["sofie", "dorte"])
def test_with_a_reason_it_is_shown_once_and_kept_nowhere(
    client: Client,
    person: Callable[[str], User],
    arrived: Callable[..., Inquiry],
    caplog: pytest.LogCaptureFixture,
    username: str,
) -> None:
    caplog.set_level("DEBUG")
    inquiry = arrived(sender_cpr=CPR)
    client.force_login(person(username))
    asked = text_of(client.get(address(inquiry)))
    assert "Hvorfor har du brug for at se nummeret?" in asked
    answer = client.post(address(inquiry), {"reason": f"{WHY} Er det 010190-1234?"})
    assert answer.status_code == 200
    shown = text_of(answer)
    assert shown.count(CPR) == 1
    assert f"{WHY} Er det [CPR]?" in shown
    assert "Det står nu i loggen" in shown
    cache = answer["Cache-Control"]
    assert "no-store" in cache
    assert "private" in cache
    assert unmaskings() == 1
    # Nothing is kept to show it by: not on the next page, in the session, messages or the log.
    assert CPR not in text_of(client.get(address(inquiry)))
    assert CPR not in text_of(client.get("/"))
    kept = str([session.get_decoded() for session in Session.objects.all()]) + caplog.text
    assert (CPR in kept, BARE in kept) == (False, False)
    assert "no-store" in client.get(address(inquiry))["Cache-Control"]


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("", "Skriv med ord, hvorfor du har brug for at se nummeret."),
        ("???? 1234", "Skriv med ord, hvorfor du har brug for at se nummeret."),
        ("x" * 501, "højst fylde 500 tegn"),
        ("fordi\x00", "et tegn, der ikke er tekst"),
    ],
)
def test_without_a_good_reason_it_stays_hidden_and_nothing_typed_is_lost(
    page: Client, arrived: Callable[..., Inquiry], reason: str, says: str
) -> None:
    inquiry = arrived(sender_cpr=CPR)
    answer = page.post(address(inquiry), {"reason": reason})
    shown = text_of(answer)
    assert answer.status_code == 422
    assert "Nummeret er ikke vist" in shown
    assert says in shown
    assert reason.replace("\x00", "") in shown
    assert CPR not in shown
    assert unmaskings() == 0


@pytest.mark.parametrize("username", ["merete", "bodil", "anders", "testine"])
def test_others_do_not_get_to_the_page(
    client: Client, person: Callable[[str], User], arrived: Callable[..., Inquiry], username: str
) -> None:
    inquiry = arrived(sender_cpr=CPR)
    client.force_login(person(username))
    assert client.get(address(inquiry)).status_code == 403
    answer = client.post(address(inquiry), {"reason": WHY})
    assert answer.status_code == 403
    assert CPR not in text_of(answer)
    assert unmaskings() == 0
    assert Client().post(address(inquiry), {"reason": WHY}).status_code == 403


def test_a_caseworker_of_another_department_does_not_find_it(
    page: Client,
    sofie: User,
    arrived: Callable[..., Inquiry],
    as_owner: psycopg.Connection[Any],
) -> None:
    inquiry = arrived(sender_cpr=CPR)
    as_owner.execute("SELECT kernel.revoke_grants(%s, 'caseworker')", [sofie.pk])
    as_owner.execute(
        "SELECT kernel.register_grant(%s, 'caseworker', 'byggeri', '', NULL)", [sofie.pk]
    )
    assert page.get(address(inquiry, "inquiry")).status_code == 404
    assert page.post(address(inquiry), {"reason": WHY}).status_code == 404
    assert unmaskings() == 0


def test_where_none_was_given_the_page_says_so(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    answer = page.post(address(arrived()), {"reason": WHY})
    assert answer.status_code == 422
    assert "ikke oplyst et CPR-nummer" in text_of(answer)


def test_the_officer_finds_the_way_from_the_cases_page(
    client: Client, person: Callable[[str], User], arrived: Callable[..., Inquiry]
) -> None:
    inquiry = arrived(sender_cpr=CPR)
    insight = reverse("workbench:insight", args=["inquiry", str(inquiry.id)])
    found = {}
    for username in ("dorte", "sofie", "merete"):
        client.force_login(person(username))
        shown = text_of(client.get(insight))
        found[username] = (
            f'href="{address(inquiry)}"' in shown,
            f'href="{address(inquiry, "inquiry")}"' in shown,
        )
    assert found == {"dorte": (True, False), "sofie": (True, True), "merete": (False, False)}
