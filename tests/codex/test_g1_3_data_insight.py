# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.3: the citizen can see every value used in the matter, and where it came from."""

from __future__ import annotations

import pytest
from django.test import Client
from gate import forge

from kodeks.demo import corpus
from kodeks.inquiries import services
from kodeks.kernel import api as kernel
from kodeks.kernel import insight
from kodeks.kernel.models import Recommendation

TEXT = "Der er et dybt hul i vejen på Testvej. Asfalten er væk."


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


@pytest.fixture(scope="module")
def inquiry(stage):
    """What Testine wrote, with the suggestion that the released model gave."""
    found, _ = services.receive(
        external_id="g1-3", text=TEXT, channel="web", sender_cpr=corpus.TESTINE_CPR
    )
    services.triage(inquiry_id=str(found.id))
    return found


def test_each_value_is_kept_with_source_and_time(stage, ready):
    subject = stage.subject()
    stage.issued(ready, subject=subject)
    found = insight.of(system=ready, subject=kernel.Subject(**subject))
    assert found.recommendation.body["data_used"] == [
        {
            "source": "henvendelse",
            "supplier": "Borgeren selv",
            "field": "text",
            "title": "Teksten",
            "value": "Der er rotter i gården.",
            "fetched_at": "2026-01-05T09:30:00+00:00",
        }
    ]


def test_what_was_looked_at_and_not_used_is_kept_too(stage, ready):
    permit, subject = stage.permit(ready), stage.subject()
    used = stage.read(permit, subject)
    stage.read(permit, subject, fields=["letter"])
    payload = stage.proposal(
        ready, permit_id=permit, subject=subject, data_used=[stage.datum(used)]
    )
    body = Recommendation.objects.get(id=stage.call("issue", payload)).body
    assert [one["field"] for one in body["data_read"]] == ["letter"]


def test_a_suggestion_that_does_not_say_what_it_read_is_refused(stage, ready):
    assert stage.refused("issue", stage.proposal(ready, data_used=[])) == "no_data"
    payload = stage.proposal(ready)
    del payload["data_used"][0]["fetched_at"]
    assert stage.refused("issue", payload) == "missing"
    permit = stage.permit(ready)
    of_another_matter = stage.read(permit, stage.subject())
    for reading in (of_another_matter, 10**12):
        payload = stage.proposal(ready, permit_id=permit, data_used=[stage.datum(reading)])
        assert stage.refused("issue", payload) == "undeclared_data"


def test_the_citizens_page_shows_what_the_kernel_keeps_and_to_nobody_else(stage, inquiry):
    address = f"/indsigt/inquiry/{inquiry.id}/"
    assert Client().get(address).status_code == 403
    citizen = Client()
    citizen.force_login(stage.user("testine"))
    # The solution's own row is changed, so that what follows can only come from the kernel.
    forge(stage, "inquiries_inquiry", "SET text = 'Noget helt andet.' WHERE id = %s", inquiry.id)
    page = citizen.get(address).content.decode()
    (datum,) = kernel.recommendation_for(
        system="inquiries", subject=services.subject_of(inquiry)
    ).body["data_used"]
    for told in (TEXT, datum["title"], datum["supplier"], datum["source"].capitalize()):
        assert told in page
