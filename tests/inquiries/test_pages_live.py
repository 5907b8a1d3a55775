# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry's page asks for itself until the suggestion is there, and loses nothing typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import deciding
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import stewardship
from kodeks.kernel.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sure")]

SCRIPT = {"HX-Request": "true"}
WHY = "Asfalten mangler, og det er farligt for cyklister."


def address(inquiry: Inquiry, name: str = "inquiry") -> str:
    return reverse(f"inquiries:{name}", args=[inquiry.id])


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def own_question(page: str) -> str:
    """The address with which the page asks for itself; "" when it does not."""
    found = re.search(r'id="suggestion" hx-get="([^"]+)"', page)
    return found.group(1) if found else ""


def test_it_asks_until_the_suggestion_is_there(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    inquiry = arrived()
    question = own_question(text_of(page.get(address(inquiry))))
    assert page.get(question, headers=SCRIPT).status_code == 204
    services.triage(inquiry_id=str(inquiry.id))
    answer = text_of(page.get(question, headers=SCRIPT))
    assert "Systemets forslag" in answer.partition('id="suggestion"')[2]
    assert "Forslaget er klar" in answer.partition('id="decision-notice"')[2]
    assert 'value="accept"' in answer.partition('id="decision-choice"')[2]
    assert own_question(answer) == "", "it stops asking"


def test_it_goes_on_asking_through_a_stop(
    page: Client, arrived: Callable[..., Inquiry], stop: Callable[[], None], person: Any
) -> None:
    inquiry = arrived()
    first = own_question(text_of(page.get(address(inquiry))))
    stop()
    stopped = text_of(page.get(first, headers=SCRIPT))
    assert "Systemet er stoppet" in stopped.partition('id="decision-notice"')[2]
    second = own_question(stopped)
    assert page.get(second, headers=SCRIPT).status_code == 204
    stewardship.resume(system=services.SYSTEM, user=person("merete"), reason="Prøven er slut")
    assert "Forslaget er ikke klar endnu" in text_of(page.get(second, headers=SCRIPT))


def test_it_asks_after_an_error_too(page: Client, arrived: Callable[..., Inquiry]) -> None:
    inquiry = arrived()
    response = page.post(address(inquiry, "decide"), {"own_consideration": WHY, "choice": "own"})
    assert response.status_code == 422
    assert own_question(text_of(response)).startswith(address(inquiry))


def test_it_tells_that_somebody_else_has_decided(
    page: Client, arrived: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = arrived()
    question = own_question(text_of(page.get(address(inquiry))))
    deciding.decide(
        inquiry_id=inquiry.id, user=sofie, choice="own", label="rotter", own_consideration=WHY
    )
    answer = text_of(page.get(question, headers=SCRIPT))
    assert "En anden har afgjort den" in answer.partition('id="decision-notice"')[2]
    assert own_question(answer) == ""
    assert "En anden har afgjort den" not in text_of(page.get(address(inquiry)))


def test_a_suggestion_that_is_there_is_not_asked_for(
    page: Client, triaged: Callable[..., Inquiry]
) -> None:
    shown = text_of(page.get(address(triaged())))
    assert own_question(shown) == ""
    assert "Forslaget er klar" not in shown


def test_without_javascript_the_address_gives_the_page(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    question = own_question(text_of(page.get(address(arrived()))))
    assert page.get(question).status_code == 200


def test_who_is_signed_off_keeps_the_page_with_what_is_typed(
    client: Client, arrived: Callable[..., Inquiry]
) -> None:
    response = client.get(address(arrived()) + "?seen=waiting", headers=SCRIPT)
    assert (response.status_code, response.content) == (204, b"")
    assert "HX-Redirect" not in response


def test_who_is_signed_off_and_searches_is_sent_to_sign_in(client: Client) -> None:
    response = client.get("/henvendelser/?words=hul", headers=SCRIPT)
    assert response["HX-Redirect"] == "/log-ind/?next=/henvendelser/%3Fwords%3Dhul"
