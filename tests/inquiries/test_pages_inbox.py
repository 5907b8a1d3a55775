# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may see the pages, and the inbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import Decision, User

pytestmark = pytest.mark.django_db

INBOX = "/henvendelser/"
WHY = "Asfalten mangler, og det er farligt for cyklister."


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def main_of(response: HttpResponse) -> str:
    return text_of(response).partition("<main")[2]


def address(inquiry: Inquiry, name: str = "inquiry") -> str:
    return reverse(f"inquiries:{name}", args=[inquiry.id])


def decide(client: Client, inquiry: Inquiry, **fields: str) -> Any:
    """The page is looked at first, as it must be before a suggestion is followed."""
    client.get(address(inquiry))
    return client.post(address(inquiry, "decide"), {"own_consideration": WHY} | fields)


# --- who may see what


@pytest.mark.parametrize("path", ["", "ny/", "journal/"])
def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, path: str) -> None:
    response = client.get(INBOX + path)
    assert (response.status_code, response.url) == (302, f"/log-ind/?next={INBOX}{path}")


@pytest.mark.parametrize("username", ["merete", "dorte", "anders", "testine"])
def test_the_inquiries_are_for_caseworkers_only(
    client: Client, person: Callable[[str], User], triaged: Callable[..., Inquiry], username: str
) -> None:
    inquiry = triaged()
    client.force_login(person(username))
    for path in (INBOX, f"{INBOX}ny/", f"{INBOX}journal/", address(inquiry)):
        response = client.get(path)
        assert response.status_code == 403
        assert "Du har ikke adgang til siden" in text_of(response)
        assert inquiry.text not in text_of(response)
    assert decide(client, inquiry, choice="accept").status_code == 403
    assert not Decision.objects.exists()


def test_who_was_signed_off_in_the_middle_gets_the_text_back(
    client: Client, triaged: Callable[..., Inquiry]
) -> None:
    response = decide(client, triaged(), choice="accept")
    assert response.status_code == 403
    assert "Du er logget af" in text_of(response)
    assert WHY in text_of(response)
    assert not Decision.objects.exists()


def test_pages_stay_out_of_shared_caches(page: Client, arrived: Callable[..., Inquiry]) -> None:
    for path in (INBOX, address(arrived())):
        assert "private" in page.get(path)["Cache-Control"]


# --- the inbox


def test_the_inbox_shows_the_text_but_not_the_suggestion(
    page: Client, triaged: Callable[..., Inquiry], arrived: Callable[..., Inquiry]
) -> None:
    triaged(district="Nordby")
    arrived("Lampen ved skolen er slukket. " * 20, channel="brev")
    shown = main_of(page.get(INBOX))
    assert "2 henvendelser venter. 0 haster." in shown
    assert "Der er et dybt hul i vejen" in shown
    assert ("Nordby" in shown, "Brev" in shown) == (True, True)
    assert ("Forslag klar" in shown, "Venter på forslag" in shown) == (True, True)
    # The list, not the form above it, whose filters name every topic.
    rows = shown.partition("<tbody data-key-list")[2].partition("</tbody>")[0]
    assert "Der er et dybt hul i vejen" in rows
    assert "Huller og skader i vejen" not in rows
    assert "sikkert" not in rows
    assert "%" not in rows
    assert "Lampen ved skolen er slukket. " * 4 not in shown


def test_the_inbox_puts_urgent_ones_first(page: Client, arrived: Callable[..., Inquiry]) -> None:
    calm, urgent = arrived("Hul i vejen"), arrived("En cyklist er kommet til skade")
    shown = main_of(page.get(INBOX))
    assert shown.index(str(urgent.id)) < shown.index(str(calm.id))
    assert shown.count(">Haster</span>") == 1


@pytest.mark.parametrize("order", ["", "oldest", "newest"])
def test_what_is_urgent_stands_first_in_every_order(
    page: Client, arrived: Callable[..., Inquiry], order: str
) -> None:
    now = timezone.now()
    made = [
        arrived(text, received_at=now - dt.timedelta(days=days))
        for text, days in (("Hul", 3), ("Der er brand i containeren", 2), ("Lampe", 1))
    ]
    shown = main_of(page.get(f"{INBOX}?order={order}"))
    places = [shown.index(str(one.id)) for one in made]
    assert min(places) == places[1]
    assert (places[0] < places[2]) is (order != "newest")


def test_a_foreign_language_is_marked_in_the_inbox(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    arrived("Hello, there is a big hole in the road and it is not safe for the children here")
    arrived("Der er et stort hul i vejen, og det er ikke sikkert for dem der cykler")
    assert main_of(page.get(INBOX)).count(">På engelsk</span>") == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("urgency=urgent", {"skade"}),
        ("urgency=calm", {"lampe", "hul"}),
        ("channel=brev", {"lampe"}),
        ("words=HUL", {"hul"}),
        ("words=hul&channel=brev", set()),
        ("words=%25", set()),
        ("urgency=&channel=&words=", {"skade", "lampe", "hul"}),
    ],
)
def test_the_inbox_can_be_searched(
    page: Client, arrived: Callable[..., Inquiry], query: str, expected: set[str]
) -> None:
    made = {
        "skade": arrived("En cyklist er kommet til skade"),
        "lampe": arrived("Lampen er slukket", channel="brev"),
        "hul": arrived("Der er hul i vejen"),
    }
    shown = main_of(page.get(f"{INBOX}?{query}"))
    assert {name for name, inquiry in made.items() if str(inquiry.id) in shown} == expected
    assert ("Ingen henvendelser passer" in shown) is (not expected)


@pytest.mark.parametrize("query", ["words=%00", "channel=due", "words=" + "a" * 201])
def test_a_search_that_cannot_be_made_says_so(page: Client, query: str) -> None:
    response = page.get(f"{INBOX}?{query}")
    assert response.status_code == 200
    assert "Søgningen kan ikke bruges" in text_of(response)


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "1" * 30])
def test_the_inbox_has_pages(page: Client, arrived: Callable[..., Inquiry], number: str) -> None:
    for _ in range(26):
        arrived()
    assert "Viser 26–26 af 26" in text_of(page.get(f"{INBOX}?side=2&urgency=calm"))
    assert "?side=1&urgency=calm" in text_of(page.get(f"{INBOX}?side=2&urgency=calm"))
    assert page.get(f"{INBOX}?side={number}").status_code == 200


def test_an_empty_inbox_says_that_all_is_done(page: Client) -> None:
    assert "Der venter ingen henvendelser" in text_of(page.get(INBOX))


def test_the_inbox_says_that_the_system_is_stopped(
    page: Client, triaged: Callable[..., Inquiry], stop: Callable[[], None]
) -> None:
    triaged()
    stop()
    shown = main_of(page.get(INBOX))
    assert shown.count("Systemet er stoppet") == 1
    assert shown.count("Intet forslag") == 1
    assert "Forslag klar" not in shown
