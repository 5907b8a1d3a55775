# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The page of what came in: who may see it, what is told, and that it goes off the list once."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from kodeks.connectors import arriving
from kodeks.connectors.models import Arrival, Kind, Source
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

REASON = "Mailen er krypteret."


@pytest.fixture
def refused() -> Arrival:
    arriving.put_aside(source=Source.MAIL, key="a" * 64, kind=Kind.AUTOMATIC, reason="Autosvar")
    found = arriving.put_aside(source=Source.MAIL, key="b" * 64, kind=Kind.REFUSED, reason=REASON)
    return found.arrival


def shown(client: Client) -> str:
    return unescape(client.get(reverse("workbench:arrivals")).content.decode())


def test_what_could_not_be_taken_in_is_told_and_taken_off_once(
    client: Client, refused: Arrival
) -> None:
    client.force_login(User.objects.get(username="sofie"))
    page = shown(client)
    assert REASON in page
    assert "Postkassens mappe »Kunne ikke læses«" in page
    assert "Venter på dig: 1." in unescape(client.get("/").content.decode())
    address = reverse("workbench:see-to-arrival", args=[refused.id])
    assert "Det er taget af listen" in client.post(address, follow=True).content.decode()
    assert "En anden har allerede set" in client.post(address, follow=True).content.decode()
    assert REASON not in shown(client)
    refused.refresh_from_db()
    assert refused.seen_by == str(User.objects.get(username="sofie").pk)


@pytest.mark.parametrize(("username", "status"), [("testine", 403), ("merete", 403), ("", 302)])
def test_others_do_not_see_it(client: Client, refused: Arrival, username: str, status: int) -> None:
    if username:
        client.force_login(User.objects.get(username=username))
    assert client.get(reverse("workbench:arrivals")).status_code == status
    address = reverse("workbench:see-to-arrival", args=[refused.id])
    assert client.post(address).status_code == status
    refused.refresh_from_db()
    assert refused.seen_at is None
