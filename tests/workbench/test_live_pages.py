# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Pages that ask for themselves: nothing until something has happened, then the whole page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import nearby
import pytest
from django.http import HttpResponse
from django.test import Client

from kodeks.inquiries.models import Inquiry
from kodeks.kernel import stewardship
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

SYSTEM = "/systemer/inquiries/"
SCRIPT = {"HX-Request": "true"}


def page_of(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def own_question(page: str) -> str:
    """The address with which the page asks for itself."""
    found = re.search(r'hx-get="([^"]+)"', page)
    assert found
    return found.group(1)


def test_the_system_page_asks_until_somebody_has_stopped_it(signed_in: Callable) -> None:
    dorte = signed_in("dorte")
    address = own_question(page_of(dorte.get(SYSTEM)))
    assert dorte.get(address, headers=SCRIPT).status_code == 204
    stewardship.stop(
        system="inquiries", user=User.objects.get(username="merete"), reason="Forkerte forslag"
    )
    changed = page_of(dorte.get(address, headers=SCRIPT))
    state = changed.partition('id="system-state"')[2].partition("<h2>")[0]
    assert "Stoppet" in state
    assert "Det er ændret, mens du så på siden." in state
    assert "Forkerte forslag" in changed.partition('id="system-switches"')[2]
    later = own_question(changed)
    assert later != address
    assert dorte.get(later, headers=SCRIPT).status_code == 204


def test_a_person_who_opens_the_address_gets_the_page(signed_in: Callable) -> None:
    dorte = signed_in("dorte")
    address = own_question(page_of(dorte.get(SYSTEM)))
    response = dorte.get(address)
    assert response.status_code == 200
    assert "Det er ændret" not in page_of(response)


def test_the_system_page_of_one_who_is_signed_off_stays(client: Client) -> None:
    response = client.get(SYSTEM + "?seen=running-0", headers=SCRIPT)
    assert (response.status_code, response.content) == (204, b"")


def test_the_receipt_page_asks_until_the_receipt_is_there(
    handled: Inquiry, with_code: Callable[[Inquiry], Any]
) -> None:
    citizen = with_code(handled)
    address = f"/indsigt/inquiry/{handled.id}/kvittering/decision/"
    waiting = citizen.get(address)
    assert waiting.status_code == 503
    assert own_question(page_of(waiting)) == address
    assert f'href="{address}"' in page_of(waiting), "the way without JavaScript"
    assert citizen.get(address, headers=SCRIPT).status_code == 204
    nearby.publish()
    ready = citizen.get(address, headers=SCRIPT)
    assert ready.status_code == 200
    assert "Kvitteringen er klar" in page_of(ready)
    assert f'href="{address}"' in page_of(ready)
    assert "<main" not in page_of(ready)
    assert citizen.get(address)["Content-Type"] == "application/json"
