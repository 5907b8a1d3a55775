# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kernel.decide: only a person with the right, with a consideration of their own, once."""

from __future__ import annotations

import json
import threading
import uuid

import psycopg
import pytest

from kodeks.kernel import selectors, services
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import Decision

OWN = "Borgeren nævner rotter."


def decide(stage, recommendation_id, **changes):
    return services.decide(
        **{
            "recommendation_id": recommendation_id,
            "user": stage.user("sofie"),
            "choice": "accept",
            "outcome": {"label": "rotter"},
            "own_consideration": OWN,
        }
        | changes
    )


@pytest.mark.parametrize(
    ("choice", "outcome"),
    [
        ("accept", {"label": "rotter"}),
        ("other", {"label": "stoej"}),
        ("reject", {"label": "andet"}),
    ],
)
def test_the_decision_says_who_what_and_why(stage, choice, outcome):
    recommendation_id = stage.issued(stage.register())
    body = decide(stage, recommendation_id, choice=choice, outcome=outcome).body
    assert body["recommendation"] == str(recommendation_id)
    assert body["choice"] == choice
    assert body["outcome"] == outcome
    assert body["own_consideration"] == OWN
    assert body["decided_by"] == {"name": "Sofie Prøvesen", "title": "Sagsbehandler"}


@pytest.mark.parametrize("username", ["merete", "dorte", "anders", "testine"])
def test_no_other_role_decides(stage, username):
    recommendation_id = stage.issued(stage.register())
    with pytest.raises(Refused) as refusal:
        decide(stage, recommendation_id, user=stage.user(username))
    assert refusal.value.code == "no_right"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"own_consideration": ""}, "no_own_consideration"),
        ({"own_consideration": "  \n\n\n \t"}, "no_own_consideration"),
        ({"own_consideration": "\u200b\u200b\u200b"}, "no_own_consideration"),
        ({"own_consideration": "..."}, "no_own_consideration"),
        ({"own_consideration": "ok"}, "no_own_consideration"),
        ({"own_consideration": "x" * 4001}, "no_own_consideration"),
        ({"outcome": {}}, "no_outcome"),
        ({"outcome": {"label": "stoej"}}, "choice"),
        ({"choice": "other"}, "choice"),
        ({"choice": "maskinen"}, "choice"),
        ({"recommendation_id": uuid.UUID(int=0)}, "unknown_recommendation"),
    ],
)
def test_what_a_decision_must_have(stage, changes, code):
    recommendation_id = stage.issued(stage.register())
    before = stage.contents()
    with pytest.raises(Refused) as refusal:
        decide(stage, **{"recommendation_id": recommendation_id} | changes)
    assert refusal.value.code == code
    assert stage.contents() == before


def test_a_matter_is_decided_once(stage):
    slug = stage.register()
    subject = {"type": "inquiry", "id": "17"}
    first, second = stage.issued(slug, subject=subject), stage.issued(slug, subject=subject)
    decide(stage, first)
    for again in (first, second):
        with pytest.raises(Refused) as refusal:
            decide(stage, again)
        assert refusal.value.code == "decided"
    with pytest.raises(Refused) as refusal:
        services.decide_without_recommendation(
            system=slug,
            subject=services.Subject(**subject),
            user=stage.user("sofie"),
            outcome={"label": "stoej"},
            own_consideration=OWN,
        )
    assert refusal.value.code == "decided"


def test_of_many_who_decide_at_once_one_succeeds(stage):
    payload = json.dumps(stage.choice(stage.issued(stage.register())))
    codes = []

    def call() -> None:
        try:
            with psycopg.connect(stage.url) as connection:
                connection.execute("SELECT kernel.decide(%s::jsonb)", (payload,))
            codes.append("done")
        except psycopg.Error as error:
            codes.append(error.diag.message_detail)

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["decided"] * 5 + ["done"]


def test_a_person_may_decide_without_a_suggestion(stage):
    slug = stage.register()
    subject = services.Subject(type="inquiry", id="17")
    decision = services.decide_without_recommendation(
        system=slug,
        subject=subject,
        user=stage.user("sofie"),
        outcome={"label": "stoej"},
        own_consideration=OWN,
    )
    assert decision.choice == "own"
    assert decision.body["recommendation"] is None
    assert selectors.decision_for(system=slug, subject=subject) == decision


def test_while_stopped_a_suggestion_cannot_be_followed_but_the_matter_can_be_decided(stage):
    slug = stage.register()
    recommendation_id = stage.issued(slug)
    stage.switch(slug)
    with pytest.raises(SystemStopped):
        decide(stage, recommendation_id)
    decision = decide(stage, recommendation_id, choice="other", outcome={"label": "stoej"})
    assert Decision.objects.filter(id=decision.id).exists()
