# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P1.4: the responsibility lies with a person and never with the system."""

from __future__ import annotations

import pytest

from kodeks.kernel import api as kernel
from kodeks.kernel import stewardship
from kodeks.kernel.models import RegistryEvent


def confirmed(stage, slug: str, *, months_ago: int) -> None:
    """A confirmation from so many months ago, which the door does not let anybody write."""
    stage.owner.execute(
        "INSERT INTO kernel_attestation (system_id, assignment_id, user_id, at)"
        " SELECT system_id, max(id), %s, now() - make_interval(months => %s)"
        " FROM kernel_assignment WHERE system_id = %s GROUP BY system_id",
        (stage.user_id("merete"), months_ago, slug),
    )


# Renewed responsibility


def test_a_confirmation_holds_for_half_a_year_and_then_the_system_stops(stage):
    slug = stage.register()
    assert stage.codex["content"]["limits"]["attestation_months"] == 6
    confirmed(stage, slug, months_ago=5)
    assert stage.obstacles(slug) == []
    confirmed(stage, slug, months_ago=7)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "not_attested"
    assert stage.obstacles(slug) == ["not_attested"]
    stewardship.attest(system=slug, user=stage.user("merete"))
    assert stage.issued(slug)


def test_a_new_manager_must_take_it_before_there_are_suggestions_and_steps(stage):
    slug = stage.register()
    suggestion, step = stage.proposal(slug), stage.step(stage.decided(slug))
    stage.assign(slug=slug, manager="bodil")
    assert stage.refused("issue", suggestion) == "not_attested"
    assert stage.refused("act", step) == "not_attested"
    stewardship.attest(system=slug, user=stage.user("bodil"))
    assert stage.issued(slug)
    event = RegistryEvent.objects.filter(system_slug=slug, kind="attestation").latest("pending_id")
    assert event.body["user"] == stage.user_id("bodil")


@pytest.mark.parametrize("username", ["bodil", "dorte", "anders", "sofie"])
def test_nobody_can_take_it_for_the_manager(stage, username):
    slug = stage.register()
    stage.assign(slug=slug)
    with pytest.raises(kernel.Refused) as refusal:
        stewardship.attest(system=slug, user=stage.user(username))
    assert refusal.value.code == "no_right"
    payload = {"system": slug, "user_id": stage.user_id(username), "codex_sha256": stage.sha256}
    assert stage.refused("attest", payload) == "no_right"
    assert stage.obstacles(slug) == ["not_attested"]


def test_the_deputy_can(stage):
    slug = stage.register()
    stage.assign(slug=slug, deputy="bodil")
    stewardship.attest(system=slug, user=stage.user("bodil"))
    assert stage.obstacles(slug) == []


# A person decides


def test_behind_every_step_stands_a_persons_decision_and_a_manager(stage):
    slug = stage.register()
    decision = kernel.decision(stage.decided(slug))
    stage.call("act", stage.step(decision.id))
    (act,) = kernel.acts_of(decision.id)
    assert act.body["decision"] == str(decision.id)
    assert decision.body["decided_by"]["name"] == "Sofie Prøvesen"
    assert act.body["owner"]["manager"] == "Merete Demosen"


def test_without_a_person_there_is_no_step(stage):
    slug = stage.register()
    recommendation_id = stage.issued(slug)
    payload = stage.step(stage.decided(slug)) | {"decision_id": str(recommendation_id)}
    assert stage.refused("act", payload) == "no_decision"
