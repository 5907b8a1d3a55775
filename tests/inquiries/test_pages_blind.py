# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The caseworker's page when the own view comes first, and when the suggestion is withheld."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import alarms, oversight
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

WHY = "Der mangler asfalt, og cyklisterne må køre udenom."
OWN_FIRST = "Gem din vurdering, og se forslaget"


@pytest.fixture
def plan(person: Callable[[str], User]) -> Callable[..., None]:
    """The manager's plan: all of it blind-first, and the model may be wrong so often that it is
    sure of a hole in the road, unless told otherwise."""

    def make(allowed: str = "0.5", **shares: str) -> None:
        given = {
            "blind_share": "1",
            "least_confidence": "0",
            "influence_limit": "0.1",
            "fast_limit": "0.2",
        } | shares
        oversight.oversee(
            system=services.SYSTEM,
            user=person("merete"),
            allowed_errors=dict.fromkeys(selectors.department_names(), Decimal(allowed)),
            **{name: Decimal(share) for name, share in given.items()},
        )

    return make


def address(inquiry: Inquiry, name: str = "inquiry") -> str:
    return reverse(f"inquiries:{name}", args=[inquiry.id])


def read(page: Client, inquiry: Inquiry, **query: str) -> str:
    return unescape(page.get(address(inquiry), query).content.decode())


def send(page: Client, inquiry: Inquiry, **fields: str) -> Any:
    return page.post(address(inquiry, "decide"), {"own_consideration": WHY} | fields)


def test_the_own_view_comes_before_the_suggestion(page, triaged, plan) -> None:
    plan()
    inquiry = triaged()
    recommendation = selectors.recommendation_of(inquiry)
    before = read(page, inquiry)
    assert OWN_FIRST in before
    assert "trukket ud" in before
    assert "Systemets forslag" not in before
    assert not any(one["text"] in before for one in recommendation.body["considerations"])
    assert send(page, inquiry, choice="view", label="vejskade").status_code == 302
    after = read(page, inquiry)
    assert "Systemets forslag" in after
    assert "Din egen vurdering" in after
    assert "Systemet foreslår det samme." in after
    assert WHY in after.partition("<textarea")[2].partition("</textarea>")[0]
    assert send(page, inquiry, choice="accept").status_code == 302
    inquiry.refresh_from_db()
    decision = selectors.decision_of(inquiry)
    assert decision.body["agreed_before"] is True


def test_another_view_than_the_suggestion_is_told_apart(page, triaged, plan) -> None:
    plan()
    inquiry = triaged()
    send(page, inquiry, choice="view", label="rotter")
    assert "Systemet foreslår noget andet." in read(page, inquiry)
    assert send(page, inquiry, choice="other", label="rotter").status_code == 302


def test_the_suggestion_cannot_be_followed_unseen_and_nothing_typed_is_lost(
    page, triaged, plan
) -> None:
    plan()
    inquiry = triaged()
    response = send(page, inquiry, choice="accept")
    assert response.status_code == 422
    told = unescape(response.content.decode())
    assert "Se forslaget, før du tager stilling til det." in told
    assert WHY in told
    assert "Systemets forslag" not in told
    response = send(page, inquiry, choice="view", label="")
    assert response.status_code == 422
    told = unescape(response.content.decode())
    assert "Vælg et emne fra listen." in told
    assert WHY in told
    send(page, inquiry, choice="view", label="rotter")
    assert "Du har allerede" in unescape(
        send(page, inquiry, choice="view", label="vejskade").content.decode()
    )


def test_a_page_that_waited_for_the_suggestion_asks_for_the_own_view(page, arrived, plan) -> None:
    plan()
    inquiry = arrived()
    assert "Forslaget er ikke klar endnu" in read(page, inquiry)
    services.triage(inquiry_id=str(inquiry.id))
    told = read(page, inquiry, seen="waiting")
    assert OWN_FIRST in told.partition('id="decision-choice"')[2].partition("</form>")[0]
    assert "Vurdér selv først" in told.partition('id="decision-notice"')[2]


def test_also_several_topics_are_shown_after_the_own_view(page, triaged, plan) -> None:
    plan(least_confidence="1")
    inquiry = triaged()
    told = read(page, inquiry)
    assert OWN_FIRST in told
    assert "Mulige emner" not in told
    assert send(page, inquiry, choice="pick", label="vejskade").status_code == 422
    assert send(page, inquiry, choice="view", label="vejskade").status_code == 302
    told = read(page, inquiry)
    assert "Mulige emner" in told
    assert "Det er et af de emner, systemet viser." in told
    assert "Systemets forslag" not in told
    assert send(page, inquiry, choice="pick", picked="vejskade").status_code == 302
    inquiry.refresh_from_db()
    assert selectors.decision_of(inquiry).body["agreed_before"] is True


def test_while_there_is_an_alarm_everybody_views_first(page, triaged) -> None:
    inquiry = triaged()
    alarms.sound(
        system=services.SYSTEM,
        kind="influence",
        effect="blind_first",
        sentence="Forslagene påvirker medarbejderne for meget.",
        measured={},
    )
    told = read(page, inquiry)
    assert OWN_FIRST in told
    assert "Der er en alarm om systemet." in read(page, triaged())


def test_an_unknown_inquiry_and_one_without_a_suggestion(page, arrived, sofie) -> None:
    inquiry = arrived()
    response = send(page, inquiry, choice="view", label="rotter")
    assert response.status_code == 422
    assert "Der er intet forslag at se." in unescape(response.content.decode())
