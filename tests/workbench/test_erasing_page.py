# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The page for erasing what has reached its deadline: who sees it, and what it says of bad input.

Erasing itself is tested in casework and inquiries.
"""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

PAGE = "/sletning/"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


@pytest.mark.parametrize(
    ("username", "status"),
    [("dorte", 200), ("anders", 200), ("merete", 403), ("sofie", 403), ("testine", 403)],
)
def test_who_sees_it(username: str, status: int) -> None:
    assert signed_in(username).get(PAGE).status_code == status


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("", "Vælg en dag."),
        ("i morgen", "Skriv dagen som dag, måned og år"),
        ("31-02-2026", "Skriv dagen som dag, måned og år"),
        ("0026-01-31", "Skriv årstallet med fire cifre."),
    ],
)
def test_a_day_that_is_none_is_told(day: str, told: str) -> None:
    assert told in unescape(signed_in("dorte").get(PAGE, {"day": day}).content.decode())


def test_a_subject_that_is_not_there_is_told() -> None:
    answer = signed_in("dorte").post("/sletning/slet/", {"subject": "999999"})
    assert answer.status_code == 422
    assert "Emnet findes ikke længere." in unescape(answer.content.decode())
