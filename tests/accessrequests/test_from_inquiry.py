# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry that asks for access becomes an access request, and nothing is written twice."""

from __future__ import annotations

import datetime as dt

import pytest
from access_cases import ASKER, ASKER_CPR
from django.utils import timezone

from kodeks.accessrequests import clock, collecting, selectors
from kodeks.accessrequests.models import AccessRequest
from kodeks.inquiries import services as inquiries
from kodeks.kernel.models import RegistryEvent

pytestmark = pytest.mark.django_db

ASKS = "Jeg vil gerne se alt, hvad I har skrevet om mit skrald."


@pytest.fixture
def inquiry(db):
    found, _ = inquiries.receive(
        text=ASKS,
        channel="brev",
        external_id="test:aktindsigt",
        sender_name=ASKER,
        sender_cpr=ASKER_CPR,
        received_at=timezone.make_aware(dt.datetime(2026, 11, 2, 14)),
    )
    return found


def sent(page, inquiry, **more):
    given = {
        "origin": "inquiries",
        "origin_id": str(inquiry.id),
        "law": "offl",
        "unit": "jura",
    } | more
    return page.post("/aktindsigt/ny/", given)


def test_the_inquiry_links_to_a_form_with_what_is_known(page, inquiry):
    shown = page.get(f"/henvendelser/{inquiry.id}/").content.decode()
    address = f"/aktindsigt/ny/?fra=inquiries&amp;nr={inquiry.id}"
    assert "Opret anmodning om aktindsigt" in shown
    assert address in shown
    form = page.get(address.replace("&amp;", "&")).content.decode()
    for known in (ASKS, ASKER, "2. november 2026", "Følger med"):
        assert known in form
    assert ASKER_CPR not in form
    for typed in ("requester_name", "wording", "received_on", "requester_cpr"):
        assert f'name="{typed}"' not in form


@pytest.mark.django_db(transaction=True)
def test_name_text_number_and_day_are_taken_over_and_both_link_to_each_other(page, inquiry):
    before = RegistryEvent.objects.filter(kind="unmasking").count()
    answered = sent(page, inquiry)
    request = AccessRequest.objects.get()
    assert answered.url == f"/aktindsigt/{request.id}/"
    assert (request.requester_name, request.wording) == (ASKER, ASKS)
    assert request.requester_index == inquiry.sender_index
    assert request.received_on == dt.date(2026, 11, 2)
    # The clock runs from the day the inquiry came.
    assert clock.current(request).started_on == dt.date(2026, 11, 2)
    assert clock.answer_by(request) == dt.date(2026, 11, 11)
    assert RegistryEvent.objects.filter(kind="unmasking").count() == before + 1
    assert f"/aktindsigt/{request.id}/" in page.get(f"/henvendelser/{inquiry.id}/").content.decode()
    assert f"/henvendelser/{inquiry.id}/" in page.get(answered.url).content.decode()
    # Once more is the same one, and what asks is no document that is asked for.
    assert sent(page, inquiry).url == answered.url
    assert AccessRequest.objects.count() == 1
    collecting.collect(request_id=str(request.id))
    assert not request.documents.filter(source="inquiries").exists()


def test_what_is_missing_is_asked_for(page, inquiry):
    answered = sent(page, inquiry, law="")
    assert answered.status_code == 422
    assert "Vælg den lov" in answered.content.decode()
    assert selectors.of_origin("inquiries", str(inquiry.id)) is None


@pytest.mark.parametrize("query", ["fra=ukendt&nr=1", "fra=inquiries&nr=1", "fra=inquiries"])
def test_what_is_not_there_is_not_found(page, query):
    assert page.get(f"/aktindsigt/ny/?{query}").status_code == 404
